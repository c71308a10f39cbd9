"""Outcomes of the rules on the cases of this repository, as digests; `rules.json` has those of the present version.

A change of a rule that changes an outcome must raise its version: READER_VERSION or KEY_VERSION. Otherwise stores
compare values of different rules, and every story looks new or changed. Then `python -m tests.support.rules` writes
the new outcomes; it refuses a change without a raised version. New cases need no new version.

A digest covers parsed values only, without names of fields, states and messages, so that renamed ones change no
digest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from newsdesk.crawler.normalise.bylines.parser import parse_byline
from newsdesk.crawler.normalise.dates.parser import parse_date
from newsdesk.crawler.normalise.reader_version import READER_VERSION
from newsdesk.crawler.normalise.urls.canonical import KEY_VERSION, canonical_url
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.feed import read_feed_task
from newsdesk.crawler.workers.readers.page import read_page_task
from newsdesk.demo.formats import feed_of
from newsdesk.demo.newsroom import load_sites
from newsdesk.demo.pages import story_page
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Story
from newsdesk.storage.records.visits import ClaimedVisit
from tests.crawler.normalise.dates.test_date_lines import read_lines
from tests.crawler.normalise.test_bylines import cases as byline_cases
from tests.crawler.normalise.test_urls import ABSOLUTE, SAME, TWO, WRAPPED
from tests.crawler.rights import cases as rights_cases
from tests.support.articles import article, json_ld
from tests.support.paths import FIXTURES

GOLDEN = FIXTURES / "rules.json"
FEEDS = FIXTURES / "feeds"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
VERSIONS: dict[str, str] = {"reader": f"r{READER_VERSION}", "address": KEY_VERSION}
BASE = "http://daily.test"
STORY_FIELDS = (
    "access", "authors", "categories", "cut_end", "cut_start", "html", "image", "kind", "language", "precision",
    "published", "published_day", "published_offset_min", "site", "summary", "text", "title", "updated",
)  # fmt: skip


def outcomes() -> dict[str, dict[str, str]]:
    """For each kind of rules: the digest of each case with the digest of its result."""
    return {
        "reader": {_digest(case): _digest(outcome) for case, outcome in _reader()},
        "address": {_digest(url): _digest(canonical_url(url)) for url in _addresses()},
    }


def changed(golden: dict[str, Any], now: dict[str, dict[str, str]]) -> dict[str, int]:
    """For each kind of rules: the number of known cases whose result differs."""
    return {
        kind: sum(now[kind].get(case, outcome) != outcome for case, outcome in golden[kind]["cases"].items())
        for kind in now
    }


def _digest(value: Any) -> str:
    return blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def _reader() -> Iterator[tuple[Any, Any]]:
    for path in sorted(FEEDS.iterdir()):
        body = path.read_bytes()
        yield (path.name, body), _of_feed(body)
    for site in load_sites(NOW):
        if site.state == "open":
            body = feed_of(site, site.pieces, BASE)
            yield body, _of_feed(body)
            for piece in site.pieces[:2]:
                page = story_page(site, piece, BASE).encode()
                yield page, _of_page(page)
    for page in _pages():
        yield page, _of_page(page)
    for language, rows in read_lines().items():
        for country, _, printed in rows:
            reading = parse_date(printed, language=language or None, country=country or None, now=NOW)
            yield (
                (language, country, printed),
                reading and (reading.instant, reading.precision, reading.local_day),
            )
    for language, printed, _ in byline_cases():
        authors = parse_byline(printed, language=language or None, outlet=None)
        yield (language, printed), list(map(astuple, authors))
    for case, body in _rights():
        yield ("rights", *case), _rights_of(body)


def _pages() -> Iterator[bytes]:
    metadata = json_ld(datePublished="2026-11-24T07:36:00", author=[{"@type": "Person", "name": "Cem Aksoy"}])
    visible = '<p class="byline">By Cem Aksoy and Ann Hill</p><time>24 November 2026, 07:36</time>'
    yield article()
    yield article(head=metadata)
    yield article(head=metadata, above=visible)
    yield article(above=visible, below="<h2>Read more</h2><ul><li><a href='/x'>Bridge opens</a></li></ul>")


def _rights() -> Iterator[tuple[tuple[str, ...], bytes]]:
    yield from (((head,), rights_cases.page(head)) for head, _ in rights_cases.PAGES)
    yield from ((case, rights_cases.rss(*case)) for *case, _ in rights_cases.RSS)
    yield from ((case, rights_cases.atom(*case)) for *case, _ in rights_cases.ATOM)


def _rights_of(body: bytes) -> Any:
    feed = body.startswith((b"<rss", b"<feed"))
    story = _feed_entries(body)[0].story if feed else _page_story(body)
    return story and story.rights and story.rights.terms


def _of_feed(body: bytes) -> list[Any]:
    return [one.story and _values(one.story) for one in _feed_entries(body)]


def _feed_entries(body: bytes) -> tuple[FeedEntry, ...]:
    address = f"{BASE}/feed.xml"
    claimed = ClaimedVisit(
        source_id=1, address=address, host="daily.test", site="daily.test", name="The Daily"
    )
    order = FeedTask(document=Document(body=body, address=address, fetched_at=NOW), claimed=claimed)
    return read_feed_task(order).entries


def _of_page(body: bytes) -> Any:
    story = _page_story(body)
    return story and _values(story)


def _page_story(body: bytes) -> Story | None:
    url = f"{BASE}/2026/11/24/ferry"
    order = PageTask(
        document=Document(body=body, address=url, fetched_at=NOW, content_type="text/html"),
        claimed=ClaimedPage(page_id=1, url=url, host="daily.test"),
    )
    return read_page_task(order).story


def _values(story: Story) -> list[Any]:
    """The fields of a story that readers see. Its keys have rules of their own."""
    names = (name for name in STORY_FIELDS if name != "authors")
    return [list(map(astuple, story.authors)), *(getattr(story, name) for name in names)]


def _addresses() -> Iterator[str]:
    for one, other, _ in (*SAME, *TWO):
        yield from (one, other)
    for url, inner in WRAPPED:
        yield from (url, inner)
    for _, _, address, _ in ABSOLUTE:
        if address is not None:
            yield address


def main() -> int:
    now = outcomes()
    golden = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else None
    if golden is not None:
        for kind, count in changed(golden, now).items():
            if count and golden[kind]["version"] == VERSIONS[kind]:
                print(f"{count} cases of the {kind} have another outcome: raise {VERSIONS[kind]} first")
                return 1
    written = {kind: {"version": VERSIONS[kind], "cases": dict(sorted(now[kind].items()))} for kind in now}
    GOLDEN.write_text(json.dumps(written, separators=(",", ":")).replace(',"', ',\n"') + "\n")
    print(f"Written for {', '.join(f'{kind} {version}' for kind, version in VERSIONS.items())}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
