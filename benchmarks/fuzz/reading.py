"""The documents to damage, their tasks, and the check of a result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask, FeedTaskResult
from newsdesk.crawler.workers.page_task import PageTask, PageTaskResult
from newsdesk.demo.formats import feed_of
from newsdesk.demo.newsroom import load_sites
from newsdesk.demo.pages import front_page, story_page
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Story
from newsdesk.storage.records.visits import ClaimedVisit, Limits
from tests.hostile.checks import first_control, is_allowed_address, problems_of_markup
from tests.support.articles import article, json_ld

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LIMITS = Limits(entries=500)
FIXTURES = Path(__file__).parents[2] / "tests" / "fixtures" / "feeds"
ADDRESS = "http://fuzz.example/feed.xml"
LONGEST_FIELD = 2_000  # characters of a title


def feeds() -> tuple[bytes, ...]:
    """The feeds of the fixtures, and those of the demo in every format."""
    sites = load_sites(NOW)
    made = [feed_of(site, site.pieces[:8], "http://fuzz.example") for site in sites if site.pieces]
    return (*(file.read_bytes() for file in sorted(FIXTURES.iterdir())), *made)


def pages() -> tuple[bytes, ...]:
    """Article pages and front pages of the demo, and one of the tests."""
    sites = [site for site in load_sites(NOW) if site.pieces]
    stories = [story_page(site, site.pieces[0], "http://fuzz.example").encode() for site in sites]
    fronts = [front_page(site, site.pieces[:8], "http://fuzz.example").encode() for site in sites[:2]]
    return (*stories, *fronts, article(head=json_ld(headline="Ferry", author=[{"name": "Ann Hill"}])))


def feed_task_of(body: bytes) -> FeedTask:
    claimed = ClaimedVisit(
        source_id=1, address=ADDRESS, host="fuzz.example", site="fuzz.example", limits=LIMITS
    )
    return FeedTask(
        document=Document(body=body, address=ADDRESS, fetched_at=NOW, content_type="application/rss+xml"),
        claimed=claimed,
    )


def page_task_of(body: bytes) -> PageTask:
    claimed = ClaimedPage(page_id=1, url="http://fuzz.example/story", host="fuzz.example", limits=LIMITS)
    return PageTask(
        document=Document(body=body, address=claimed.url, fetched_at=NOW, content_type="text/html"),
        claimed=claimed,
    )


def faults_of_reading(reading: FeedTaskResult | PageTaskResult) -> list[str]:
    """A message for each value of a result that must not be stored."""
    if isinstance(reading, PageTaskResult):
        return [fault for story in (reading.own, reading.story) if story for fault in _faults_of(story)]
    found_stories = [entry.story for entry in reading.entries if entry.story is not None]
    faults = [fault for story in found_stories for fault in _faults_of(story)]
    if len(found_stories) > LIMITS.entries:
        faults.append(f"{len(found_stories)} entries were read, the limit is {LIMITS.entries}")
    faults += [f"facts.{name} holds {found!r}" for name, found in _control_characters(_facts(reading), "")]
    if reading.facts.home and not is_allowed_address(reading.facts.home):
        faults.append(f"the home page is {reading.facts.home[:80]!r}")
    return faults


def _facts(reading: FeedTaskResult) -> dict[str, Any]:
    facts = reading.facts
    return {"title": facts.title, "home": facts.home, "language": facts.language, "format": facts.format}


def _faults_of(story: Story) -> Iterator[str]:
    if not story.addresses:
        yield "a story has no address"
    for address in (*(one.url for one in story.addresses), *filter(None, [story.image])):
        if not is_allowed_address(address):
            yield f"an address is {address[:80]!r}"
    yield from problems_of_markup(story.html or "")
    bare = replace(story, html=None)
    for name in (
        "title",
        "summary",
        "text",
        "language",
        "published_day",
        "authors",
        "categories",
        "published_values",
        "evidence",
    ):
        yield from (
            f"{name}{at} holds {found!r}" for at, found in _control_characters(getattr(bare, name), "")
        )
    if len(story.title or "") > LONGEST_FIELD:
        yield f"a title has {len(story.title or '')} characters"
    if story.published is not None and story.published.tzinfo is not UTC:
        yield f"a date is not in UTC: {story.published!r}"


def _control_characters(value: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if found := first_control(value):
            yield at, found
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _control_characters(inner, f"{at}.{name}")
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _control_characters(inner, at)
    elif hasattr(value, "name"):  # an author
        yield from _control_characters(value.name, f"{at}.name")
