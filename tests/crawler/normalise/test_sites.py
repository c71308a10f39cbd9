"""Sites: registrable domains."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.normalise.urls.sites import site_of

CASES = [  # (address, site, origin)
    ("https://www.bbc.co.uk/news/1", "bbc.co.uk", "two-part suffix"),
    ("https://feeds.example.org:8080/x", "example.org", "port of a name says nothing"),
    ("http://anna.github.io/", "anna.github.io", "private suffix"),
    ("ben.github.io", "ben.github.io", "bare host"),
    ("http://127.0.0.1:8001/a", "127.0.0.1:8001", "IP literal with port"),
    ("http://[::1]:8001/a", "[::1]:8001", "IP literal with port"),
    ("http://localhost:8001/", "localhost", "no suffix"),
    ("https://WWW.Morning.Test/", "morning.test", "a suffix that is not on the list"),
    ("https://www.bücher.de/", "xn--bcher-kva.de", "A-label"),
    ("https://user@example.org/", "example.org", "user part"),
    ("urn:newsdesk:1:ab", "", "no host"),
    ("", "", "nothing"),
]


@pytest.mark.parametrize(("address", "site", "origin"), CASES)
def test_site(address: str, site: str, origin: str) -> None:
    assert site_of(address) == site, origin


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    site_of(text)
    site_of(f"http://{text}/")
