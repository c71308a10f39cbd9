"""Sites: registrable domains."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tldextract import TLDExtract

from newsdesk.crawler.normalise.urls.hosts import ascii_host
from newsdesk.crawler.normalise.urls.sites import site_of, site_of_host

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


def test_each_suffix_of_the_list_is_found_as_tldextract_finds_it() -> None:
    extract = TLDExtract(suffix_list_urls=(), include_psl_private_domains=True, cache_dir=None)
    for suffix in sorted(extract.tlds):
        bare = ascii_host(suffix.lstrip("*!."))
        for host in (bare, f"a.{bare}", f"b.a.{bare}", f"c.b.a.{bare}", f"www.{bare}", f"{bare}.unlisted"):
            expected = extract.extract_str(host).top_domain_under_public_suffix
            assert site_of_host(host) == (expected or host.removeprefix("www.")), host
