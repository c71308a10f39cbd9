"""Addresses: which are equal, which are different, what may be requested."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.normalise.urls.canonical import (
    absolute_url,
    address_key,
    canonical_url,
    form_and_address,
    is_front_page,
)
from tests.support.floors import hold_floor, read_cases
from tests.support.paths import FIXTURES

SAME = [  # (one, other, origin)
    ("https://www.example.org/a", "http://example.org/a/", "scheme, www, trailing slash"),
    ("https://m.example.org/a", "https://example.org/a", "phone host"),
    ("https://mobile.example.org/a", "https://example.org/a", "phone host, long"),
    ("https://amp.example.org/a", "https://example.org/a", "AMP host"),
    ("https://user:pw@example.org/a", "https://example.org/a", "user part"),
    ("https://example.org.:443/a", "https://example.org/a", "root dot, default port"),
    ("http://example.org:80?p=1", "http://example.org/?p=1", "no path (w3lib)"),
    ("https://example.org/a#part", "https://example.org/a", "fragment"),
    ("https://example.org/a#:~:text=x", "https://example.org/a", "text fragment"),
    ("https://example.org/%7Ejane/caf%c3%a9", "https://example.org/~jane/café", "escapes, RFC 3986 6.2.2"),
    ("https://example.org/cafe%CC%81", "https://example.org/caf%C3%A9", "one letter, two ways to write it"),
    ("https://example.org/a/./b/../c//d", "https://example.org/a/c/d", "dot steps"),
    ("https://example.org/a/amp", "https://example.org/a", "AMP at the end"),
    ("https://example.org/amp/a", "https://example.org/a", "AMP at the start"),
    ("https://example.org/a.amp.html", "https://example.org/a.html", "AMP in the name"),
    ("https://example.org/a?outputType=amp", "https://example.org/a", "AMP by parameter"),
    ("https://www.google.com/amp/s/example.org/a", "https://example.org/a", "Google's AMP viewer"),
    ("https://example-org.cdn.ampproject.org/c/s/example.org/a", "https://example.org/a", "AMP cache"),
    ("https://example.org/a?utm_source=rss&utm_medium=feed", "https://example.org/a", "tracking"),
    ("https://example.org/a?fbclid=x&id=1", "https://example.org/a?id=1", "tracking among others"),
    ("https://example.org/a?ref=rss", "https://example.org/a", "ambiguous name, channel word"),
    ("https://example.org/a;jsessionid=1F2E", "https://example.org/a", "session in the path"),
    ("https://example.org/a?PHPSESSID=99", "https://example.org/a", "session"),
    ("https://example.org/a?b=1&a=2", "https://example.org/a?a=2&b=1", "order of names"),
    ("https://example.org/a?q=a+b", "https://example.org/a?q=a%20b", "plus is a space in a query"),
    ("https://example.org/a?a=1&amp;b=2", "https://example.org/a?a=1&b=2", "escaped twice by the feed"),
    ("https://example.org/a?", "https://example.org/a", "empty query"),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a", "IDNA"),
    (' https://example.org/a"\n', "https://example.org/a", "cut and paste"),
    ("https://example.org/a</a>", "https://example.org/a", "markup left behind"),
    ("http:/example.org/a", "http://example.org/a", "one slash (mediacloud)"),
]
TWO = [
    ("https://example.org/?p=1", "https://example.org/?p=2", "identity in a parameter"),
    ("https://example.org/n?cid=1001", "https://example.org/n?cid=1002", "ambiguous name with an id"),
    ("https://example.org/n?ref=docket-12", "https://example.org/n?ref=docket-13", "ambiguous name"),
    ("https://example.org/AbCd", "https://example.org/abcd", "path case"),
    ("https://example.org/a%2Fb", "https://example.org/a/b", "escaped slash"),
    ("https://example.org/a?x=1%262", "https://example.org/a?x=1&2", "escaped ampersand"),
    ("https://example.org/a?x=1&x=2", "https://example.org/a?x=2&x=1", "order among equal names"),
    ("https://de.example.org/a", "https://en.example.org/a", "other sub-domains"),
    ("https://example.org/amp-up", "https://example.org/up", "amp as a word"),
    ("https://example.org/ampere", "https://example.org/ere", "amp as a beginning"),
    ("https://amp.dev/a", "https://dev/a", "amp as a name"),
    ("https://example.org/#!/a", "https://example.org/#!/b", "pages identified by fragment"),
    ("https://example.org:8080/a", "https://example.org/a", "another port"),
    ("https://google.com/s/example.org/a", "https://example.org/a", "no AMP path"),
]
PAIRS = [
    tuple(row.split(" ", 2))
    for row in (FIXTURES / "address_pairs.txt").read_text(encoding="utf-8").splitlines()
    if not row.startswith("#")
]
ABSOLUTE = [  # (printed, base, address, origin)
    (
        "https://example.org/A?b=%zz&utm_source=x#f",
        None,
        "https://example.org/A?b=%zz&utm_source=x#f",
        "as sent",
    ),
    ("../c?d", "https://example.org/a/b", "https://example.org/c?d", "relative"),
    ("//example.org/a", "https://x.example/", "https://example.org/a", "scheme of the base"),
    ("HTTP://Bücher.Example/a b", None, "http://xn--bcher-kva.example/a%20b", "host and space"),
    ("https://example.org/a\n  b", None, "https://example.org/a  b".replace(" ", "%20"), "broken line"),
    ("www.example.org/a", "https://x.example/", "http://www.example.org/a", "no scheme"),
    ("feed://example.org/rss", None, "http://example.org/rss", "feed scheme"),
    ("http:\\\\example.org\\a", None, "http://example.org/a", "backslashes, as browsers read them"),
    ("javascript:alert(1)", "https://example.org/", None, "scheme"),
    ("mailto:a@example.org", "https://example.org/", None, "scheme"),
    ("data:text/html,x", "https://example.org/", None, "scheme"),
    ("", "https://example.org/", None, "empty"),
    ("/a", None, None, "relative to nothing"),
    ("http://", None, None, "no host"),
    ("http://example.org:99999/", None, None, "no port"),
    ("http://[::1/", None, None, "broken literal"),
    ("https://example.org/" + "a" * 9000, None, None, "too long for any server"),
]
texts = st.text(alphabet=st.characters(exclude_categories=())) | st.text(
    alphabet="htps:/.&?=#%;amp[]@\\2Ff \"'<>é\ud800", max_size=60
)


@pytest.mark.parametrize(("one", "other", "origin"), SAME)
def test_equal_addresses(one: str, other: str, origin: str) -> None:
    assert address_key(one) == address_key(other), origin


@pytest.mark.parametrize(("one", "other", "origin"), TWO)
def test_different_addresses(one: str, other: str, origin: str) -> None:
    assert address_key(one) != address_key(other), origin


@pytest.mark.parametrize(("sign", "one", "other"), PAIRS)
def test_pairs(sign: str, one: str, other: str) -> None:
    assert (address_key(one) == address_key(other)) is (sign == "=")


WRAPPED = [  # (an address, the one that it carries, or itself)
    ("https://www.google.com/url?q=http://example.org/a?b%3Dc&sa=D", "http://example.org/a?b=c"),
    (
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%3Ffbclid%3Dx&h=A",
        "https://example.org/a?fbclid=x",
    ),
    (
        "https://l.facebook.com/l.php?u=https%3A%2F%2Ft.umblr.com%2Fredirect%3Fz%3Dhttps%253A%252F%252Fexample.org%252Fa",
        "https://example.org/a",
    ),
    ("https://web.archive.org/web/2026/http:/example.org/a", "http://example.org/a"),
    ("https://www.google.com/amp/s/example.org/a", "https://example.org/a"),
    ("https://www.google.com/url?q=harbour+bridge", "https://www.google.com/url?q=harbour+bridge"),
    ("https://www.google.com/url?q=javascript:alert(1)", "https://www.google.com/url?q=javascript:alert(1)"),
    ("https://example.org/url?q=https://example.com/", "https://example.org/url?q=https://example.com/"),
]


@pytest.mark.parametrize(("url", "inner"), WRAPPED)
def test_a_wrapper_gives_its_inner_address(url: str, inner: str) -> None:
    assert form_and_address(url) == (canonical_url(inner), inner)


@pytest.mark.parametrize(("printed", "base", "address", "origin"), ABSOLUTE)
def test_absolute(printed: str, base: str | None, address: str | None, origin: str) -> None:
    assert absolute_url(printed, base=base) == address, origin


@pytest.mark.parametrize(
    ("url", "front"),
    [
        ("https://www.example.org", True),
        ("https://example.org/index.html?utm_source=rss", True),
        ("https://example.org/de", True),
        ("https://example.org/?p=1", False),
        ("https://example.org/#!/a", False),
        ("https://example.org/news", False),
        ("urn:x:1", False),
    ],
)
def test_front_page(url: str, front: bool) -> None:
    assert is_front_page(url) is front


@given(
    texts
    | texts.map(lambda tail: f"https://example.org/{tail}")
    | texts.map(lambda host: f"http://{host}")
    | texts.map(lambda tail: f"https://google.com/{tail}/amp/url?q=http://t.umblr.com/{tail}&url={tail}")
    | texts.map(lambda tail: f"https://youtube.com/{tail}?v={tail}")
)
def test_canonical_urls_are_idempotent_and_nothing_raises(text: str) -> None:
    once = canonical_url(text)
    assert canonical_url(once) == once
    sent = absolute_url(text, base="https://example.org/a")
    if sent is not None:
        assert sent.isascii() and sent.startswith(("http://", "https://")) and " " not in sent
        assert absolute_url(sent, base=None) == sent


def test_a_path_that_is_longer_than_any_server_accepts_keeps_its_forms() -> None:
    path = "/amp" * 3_000
    assert canonical_url(f"https://example.org{path}") == f"//example.org{path}"
    assert canonical_url("https://example.org/a" + "/amp" * 9) == "//example.org/a"


def test_floor() -> None:
    cases, rows = read_cases("urls.jsonl")
    judged = [(address_key(row["a"]) == address_key(row["b"]), row["same"]) for row in rows]
    right, merged, missed = (judged.count(pair) for pair in ((True, True), (True, False), (False, True)))
    hold_floor("urls", cases, {"f1": 2 * right / (2 * right + merged + missed)}, {"false_merges": merged})
