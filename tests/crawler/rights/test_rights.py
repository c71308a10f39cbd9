"""Published forms of rights → terms, in the order of precedence; patterns of paths; nothing raises on any text."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.rights.content_signals import read_signal_line, read_signals, signals_for
from newsdesk.crawler.rights.licences import licence_term
from newsdesk.crawler.rights.paths import comparable, host_of_address, matches, path_of
from newsdesk.crawler.rights.response import header_statements, site_statements
from newsdesk.crawler.rights.robots_tags import KEPT, read_robots_tags
from newsdesk.crawler.rights.tdm import MOST_RULES, read_tdm_file
from newsdesk.crawler.rights.terms import rights_of
from newsdesk.crawler.workers.document import RIGHTS_HEADERS, Document
from newsdesk.crawler.workers.feed_task import FeedTask
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.feed import read_feed_task
from newsdesk.crawler.workers.readers.page import read_page_task
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.rights.site import (
    NO_SITE_RIGHTS,
    Signal,
    SiteRights,
    TdmRule,
    site_rights_as_json,
    site_rights_from_json,
)
from newsdesk.storage.records.rights.stated import LICENCE, TERMS, Rights, Stated
from newsdesk.storage.records.visits import ClaimedVisit
from tests.crawler.rights import cases

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ADDRESS = "http://daily.test/ferry"
VISIT = ClaimedVisit(source_id=1, address="http://daily.test/feed.xml", host="daily.test", site="daily.test")
PAGE = ClaimedPage(page_id=1, url=ADDRESS, host="daily.test")


def terms(rights: Rights | None) -> tuple[str, ...]:
    return rights.terms if rights else ()


def read_feed(body: bytes, *, site: SiteRights = NO_SITE_RIGHTS, headers: Any = ()) -> Rights | None:
    document = Document(body=body, address=VISIT.address, fetched_at=NOW, rights_headers=tuple(headers))
    [entry] = read_feed_task(FeedTask(document=document, claimed=VISIT, site_rights=site)).entries
    assert entry.story is not None
    return entry.story.rights


def read_page(body: bytes, *, site: SiteRights = NO_SITE_RIGHTS, headers: Any = ()) -> Rights | None:
    document = Document(
        body=body, address=ADDRESS, fetched_at=NOW, content_type="text/html", rights_headers=tuple(headers)
    )
    reading = read_page_task(PageTask(document=document, claimed=PAGE, site_rights=site))
    assert reading.own is not None and reading.story is not None
    assert reading.own.rights == reading.story.rights
    return reading.own.rights


@pytest.mark.parametrize(("headers", "expected"), cases.HEADERS)
def test_headers(headers: tuple[tuple[str, str], ...], expected: tuple[str, ...]) -> None:
    assert terms(rights_of(tuple(header_statements(headers, agent="newsdesk")))) == expected
    assert {name for name, _ in headers} <= RIGHTS_HEADERS
    assert terms(read_feed(cases.rss("", "", ""), headers=headers)) == expected
    assert terms(read_page(cases.page(""), headers=headers)) == expected


@pytest.mark.parametrize(("head", "expected"), cases.PAGES)
def test_pages(head: str, expected: tuple[str, ...]) -> None:
    assert terms(read_page(cases.page(head))) == expected


@pytest.mark.parametrize(("attributes", "channel", "item", "expected"), cases.RSS)
def test_rss(attributes: str, channel: str, item: str, expected: tuple[str, ...]) -> None:
    assert terms(read_feed(cases.rss(attributes, channel, item))) == expected
    broken = cases.rss(attributes, channel, item).replace(b"<title>Ferry</title>", b"<title>A & B</title>")
    assert terms(read_feed(broken)) == expected  # after repairs


@pytest.mark.parametrize(("feed", "entry", "expected"), cases.ATOM)
def test_atom(feed: str, entry: str, expected: tuple[str, ...]) -> None:
    assert terms(read_feed(cases.atom(feed, entry))) == expected


@pytest.mark.parametrize(("value", "expected"), cases.LICENCES)
def test_licences(value: str, expected: str) -> None:
    assert licence_term(value) == expected


TDM_1 = {"location": "/", "tdm-reservation": 1}


@pytest.mark.parametrize(
    ("file", "address", "expected"),
    [
        ([TDM_1], "/ferry", ("tdm-reserved",)),
        (TDM_1, "/ferry", ("tdm-reserved",)),  # without brackets
        ([{**TDM_1, "tdm-policy": cases.POLICY}], "/ferry", ("tdm-reserved",)),
        ([{**TDM_1, "tdm-reservation": "1"}], "/ferry", ("tdm-reserved",)),
        ([{**TDM_1, "tdm-reservation": 0}], "/ferry", ("tdm-allowed",)),
        ([{**TDM_1, "tdm-reservation": True}], "/ferry", ()),
        ([{**TDM_1, "tdm-reservation": 2}], "/ferry", ()),
        ([{"tdm-reservation": 1}], "/ferry", ()),
        ([{**TDM_1, "location": "/news/"}], "/ferry", ()),
        ([{**TDM_1, "location": "/news/"}], "/news/ferry", ("tdm-reserved",)),
        # the first rule that matches
        ([{"location": "/open/", "tdm-reservation": 0}, TDM_1], "/open/ferry", ("tdm-allowed",)),
        ([TDM_1, {"location": "/open/", "tdm-reservation": 0}], "/open/ferry", ("tdm-reserved",)),
        ([{**TDM_1, "location": "*.html$"}], "/ferry.html", ("tdm-reserved",)),
        ([], "/ferry", ()),
        ("<html>not found</html>", "/ferry", ()),
        ({"error": 404}, "/ferry", ()),
        (None, "/ferry", ()),
    ],
)
def test_tdm_files(file: Any, address: str, expected: tuple[str, ...]) -> None:
    body = file.encode() if isinstance(file, str) else json.dumps(file).encode()
    site = SiteRights(tdm=read_tdm_file(body))
    assert terms(rights_of(tuple(site_statements(site, f"http://daily.test{address}")))) == expected


# The rules of Google's "URL matching based on path values", to which TDMRep refers.
@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("/", ["/", "/a"], []),
        ("/*", ["/", "/a"], []),
        ("/fish", ["/fish", "/fish.html", "/fishheads/a", "/fish.php?id=1"], ["/Fish.asp", "/catfish", "/?id=fish"]),
        ("/fish*", ["/fish", "/fish.html"], ["/Fish.asp", "/desert/fish"]),
        ("/fish/", ["/fish/", "/fish/?id=1", "/fish/salmon.htm"], ["/fish", "/fish.html", "/animals/fish/"]),
        ("/*.php", ["/index.php", "/a/b.php?x=1", "/filename.php/"], ["/", "/windows.PHP"]),
        ("/*.php$", ["/filename.php", "/folder/filename.php"], ["/filename.php?x", "/filename.php/", "/filename.php5"]),
        ("/fish*.php", ["/fish.php", "/fishheads/catfish.php?x"], ["/Fish.PHP"]),
        ("/path/foo-%24", ["/path/foo-%24"], ["/path/foo-"]),
        ("/%7Eann/", ["/~ann/x", "/%7eann/x"], ["/ann/"]),
        ("/caf%c3%a9", ["/café/x", "/caf%C3%A9"], ["/cafe"]),
        ("/a%2fb", ["/a%2Fb"], ["/a/b"]),
        ("/a$", ["/a"], ["/a/", "/ab"]),
        ("/a*a$", ["/aa", "/axa"], ["/a", "/axab"]),
    ],
)  # fmt: skip
def test_patterns(pattern: str, matching: list[str], others: list[str]) -> None:
    assert [path for path in matching if matches(pattern, comparable(path))] == matching
    assert not [path for path in others if matches(pattern, comparable(path))]


@given(st.text("ab*$", max_size=8), st.text("ab", max_size=8))
def test_a_pattern_matches_as_its_regular_expression_does(pattern: str, path: str) -> None:
    anchored = pattern.endswith("$")
    parts = map(re.escape, comparable(pattern.removesuffix("$")).split("*"))
    expected = re.match(".*".join(parts) + ("$" if anchored else ""), path) is not None
    assert matches(pattern, path) == expected


ROBOTS = [
    ("User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n", {"search": "yes", "ai-train": "no"}),
    ("User-Agent: *\ncontent-signal : search = yes,ai-train = no # note\n", {"search": "yes", "ai-train": "no"}),
    ("User-agent: otherbot\nContent-Signal: ai-train=no\n", {}),
    ("User-agent: *\nContent-Signal: ai-train=no\n\nUser-agent: newsdesk\nAllow: /\n", {}),
    ("User-agent: *\nContent-Signal: ai-train=no\nUser-agent: newsdesk\nContent-Signal: ai-train=yes\n",
     {"ai-train": "yes"}),
    ("User-agent: otherbot\nUser-agent: newsdesk/1.0\nContent-Signal: search=no\n", {"search": "no"}),
    ("User-agent: *\nDisallow: /x\nContent-Signal: ai-input=no\nContent-Signal: ai-train=no\n",
     {"ai-input": "no", "ai-train": "no"}),
    ("Content-Signal: ai-train=no\n", {"ai-train": "no"}),
    ("Sitemap: http://daily.test/s.xml\nContent-Signal: ai-train=no\nUser-agent: *\nAllow: /\n", {"ai-train": "no"}),
    ("User-agent: *\nContent-Signal: /private/ ai-train=no\n", {}),
    ("User-agent: *\nContent-Signal: ai-train=no\nContent-Signal: /news/ ai-train=yes\n", {"ai-train": "yes"}),
    ("User-agent: *\nContent-Usage: train-ai=n, search=y\n", {"ai-train": "no", "search": "yes"}),
    ("User-agent: *\nContent-Signal: ai-train=perhaps, use=reference\n", {}),
    ("# Content-Signal: ai-train=no\nUser-agent: *\nAllow: /\n", {}),
    ("", {}),
]  # fmt: skip


@pytest.mark.parametrize(("robots_txt", "expected"), ROBOTS)
def test_content_signals(robots_txt: str, expected: dict[str, str]) -> None:
    assert signals_for(read_signals(robots_txt, agent="newsdesk"), "/news/ferry") == expected


def test_the_page_goes_before_the_header_and_the_header_before_the_file() -> None:
    site = SiteRights(tdm=(TdmRule("/", "1", None),), signals=(Signal("/", "ai-train", "no"),))
    allowed = (("tdm-reservation", "0"), ("content-signal", "ai-train=yes"))
    reserved = cases.page('<meta name="tdm-reservation" content="1">')
    assert terms(read_page(cases.page(""), site=site)) == ("ai-train=no", "tdm-reserved")
    assert terms(read_page(cases.page(""), site=site, headers=allowed)) == ("ai-train=yes", "tdm-allowed")
    assert terms(read_page(reserved, site=site, headers=allowed)) == ("ai-train=yes", "tdm-reserved")
    invalid = (("tdm-reservation", "no"),)  # states nothing, so the file counts
    assert "tdm-reserved" in terms(read_page(cases.page(""), site=site, headers=invalid))


def test_an_entry_has_what_its_host_states_for_its_page() -> None:
    """The rule for the path of the page goes before that for the feed; another host's file says nothing about it."""
    site = SiteRights(tdm=(TdmRule("/ferry", "1", None), TdmRule("/feed.xml", "0", None)))
    assert terms(read_feed(cases.rss("", "", ""), site=site)) == ("tdm-reserved",)
    elsewhere = cases.rss("", "", "").replace(b"http://daily.test/ferry", b"http://other.test/ferry")
    assert terms(read_feed(elsewhere, site=site)) == ("tdm-allowed",)


def test_every_term_is_known_and_explained() -> None:
    found = {
        term
        for table in (cases.HEADERS, cases.PAGES, cases.RSS, cases.ATOM)
        for row in table
        for term in row[-1]
    }
    assert {term for term in found if not term.startswith(LICENCE)} <= set(TERMS)
    derived = {"robots-disallowed"}  # of the outcome of a page
    uses = {f"{use}={value}" for use in ("search", "ai-input", "ai-train") for value in ("yes", "no")}
    assert set(TERMS) <= found | derived | uses


@given(st.binary(max_size=300))
def test_no_tdm_file_raises(body: bytes) -> None:
    assert isinstance(read_tdm_file(body), tuple)


def test_a_hostile_tdm_file_is_bounded() -> None:
    assert read_tdm_file(b"[" * 100_000) == ()
    many = json.dumps([{"location": "/" + "*a" * 1000, "tdm-reservation": 1}] * 5000).encode()
    rules = read_tdm_file(many)
    assert len(rules) == MOST_RULES and max(len(rule.location) for rule in rules) <= 500
    assert not any(matches(rule.location, "/" + "a" * 200) for rule in rules)


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    assert set(read_robots_tags([text], agent="newsdesk")) <= set(KEPT)
    read_signal_line(text)
    licence_term(text)
    found = read_signals(f"User-agent: *\nContent-Signal: {text}", agent="newsdesk")
    site = SiteRights(signals=found, tdm=(TdmRule("/x", "1", "p"),))
    assert site_rights_from_json(site_rights_as_json(site)) == site
    rights_of((Stated("copyright", "feed", text), Stated("licence", "feed", text)))


@given(st.text(max_size=60))
def test_any_address_has_a_path(text: str) -> None:
    assert path_of(f"http://daily.test/{text}").startswith("/")
    assert host_of_address(f"http://daily.test/{text}") == "daily.test"
    host_of_address(text)


def test_the_terms_decide_whether_an_entry_is_read_again() -> None:
    """A clock in a copyright notice is no change of the entry; another licence is."""

    def digest(notice: str) -> str:
        body = cases.rss("", f"<copyright>{notice}</copyright>", "")
        document = Document(body=body, address=VISIT.address, fetched_at=NOW)
        return read_feed_task(FeedTask(document=document, claimed=VISIT)).entries[0].entry_digest

    assert digest("© Daily 12:00:01") == digest("© Daily 12:00:02") != digest("CC BY 4.0")
