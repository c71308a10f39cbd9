"""Fields that are too long: cut or left out before a parser sees them, and never in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from newsdesk.crawler.models import Article, Enclosure, Markup, Person
from newsdesk.crawler.normalise.field_limits import (
    CATEGORY,
    GUID,
    MARKUP,
    MAX_COUNT,
    PERSON,
    TEXT,
    limit_fields,
)
from newsdesk.crawler.workers.feed_task import FeedTask, read_feed_task
from newsdesk.storage.records.visits import ClaimedVisit
from tests.support.feeds import Item, rss

LONG = "x" * 2_000_000
LINK = "http://daily.test/" + "x" * 9_000
ANN, MEDIUM = Person(name="Ann"), Enclosure(url="u")
WHOLE = Article(
    guid="g" * GUID,
    link="http://daily.test/" + "x" * 7_000,
    title=Markup(value="t" * MARKUP["title"]),
    content=Markup(value="c" * MARKUP["content"], base="http://daily.test/"),
    published="p" * TEXT["published"],
    authors=(Person(name="n" * PERSON["name"]),) * MAX_COUNT["authors"],
    categories=("k" * CATEGORY,) * MAX_COUNT["categories"],
    enclosures=(Enclosure(url="http://daily.test/a.jpg", type="image/jpeg"),) * MAX_COUNT["enclosures"],
)

# What an article says -> what is left of it, the doubt.
CASES: list[tuple[str, dict[str, Any], Any, str]] = [
    ("title", {"title": Markup(value=LONG)}, Markup(value=LONG[:4_000]), "title cut at 4,000 of 2,000,000"),
    ("summary", {"summary": Markup(value=LONG)}, Markup(value=LONG[:1_000_000]), "summary cut at 1,000,000"),
    (
        "content",
        {"content": Markup(value=LONG, kind="text", base="b", language="de")},
        Markup(value=LONG[:1_000_000], kind="text", base="b", language="de"),
        "content cut at 1,000,000",
    ),
    ("published", {"published": LONG}, LONG[:300], "published cut at 300"),
    ("updated", {"updated": LONG}, LONG[:300], "updated cut at 300"),
    ("language", {"language": LONG}, LONG[:100], "language cut at 100"),
    ("link", {"link": LINK}, None, "link left out, an address of 9,018 characters"),
    ("guid_link", {"guid_link": LINK}, None, "guid_link left out"),
    ("original_link", {"original_link": LINK}, None, "original_link left out"),
    ("image", {"image": LINK}, None, "image left out"),
    ("authors", {"authors": (Person(name=LONG),)}, (Person(name=LONG[:900]),), "author's name cut at 900"),
    ("authors", {"authors": (Person(email=LONG),)}, (Person(email=LONG[:320]),), "author's email cut at 320"),
    ("authors", {"authors": (ANN,) * 99}, (ANN,) * 50, "99 authors, the first 50 kept"),
    ("categories", {"categories": (LONG,)}, (LONG[:400],), "category cut at 400"),
    ("categories", {"categories": ("a",) * 999}, ("a",) * 100, "999 categories, the first 100 kept"),
    ("enclosures", {"enclosures": (Enclosure(url=LINK),)}, (), "enclosure left out"),
    (
        "enclosures",
        {"enclosures": (Enclosure(url="u", type=LONG),)},
        (Enclosure(url="u", type=LONG[:200]),),
        "enclosure's type cut at 200",
    ),
    ("enclosures", {"enclosures": (MEDIUM,) * 101}, (MEDIUM,) * 100, "101 enclosures"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "said", "kept", "doubt"), CASES, ids=[f"{row[0]} {row[3]}" for row in CASES]
)
def test_what_is_too_long_is_cut_and_told(name: str, said: dict[str, Any], kept: Any, doubt: str) -> None:
    article = Article(doubts=("an earlier one",), **said)
    once = limit_fields(article)
    assert getattr(once, name) == kept
    assert once.doubts[0] == "an earlier one" and once.doubts[1].startswith(doubt) and len(once.doubts) == 2
    assert replace(once, **{name: getattr(article, name)}, doubts=article.doubts) == article, "nothing else"
    assert limit_fields(once) is once


def test_what_keeps_the_limits_is_the_very_same() -> None:
    assert limit_fields(WHOLE) is WHOLE and limit_fields(Article()) == Article()


def test_long_guids_stay_two() -> None:
    first, second = (limit_fields(Article(guid="g" * 3_000 + end)) for end in "ab")
    assert first.guid != second.guid and len(first.guid or "") < 100
    assert first.doubts == ("guid of 3,001 characters kept as its digest",)


def test_the_story_tells_what_was_cut() -> None:
    body = rss(Item(title="word " * 2_000, author="n" * 5_000, date="1" * 5_000, link=LINK, guid="one"))
    address = "http://daily.test/f"
    order = FeedTask(
        body=body, address=address, content_type=None, charset=None, content_location=None,
        claimed=ClaimedVisit(source_id=1, address=address, host="daily.test", site="daily.test"),
        now=datetime(2026, 11, 24, tzinfo=UTC),
    )  # fmt: skip
    [entry] = read_feed_task(order).entries
    assert entry.story is not None
    doubts = " ".join(entry.story.evidence["entry"]["doubts"])
    for told in ("title cut at", "author's name cut at", "published cut at", "link is not a web address"):
        assert told in doubts
    assert entry.story.published is None and entry.story.addresses[0].found_in == "none"
