"""Fields that are too long are cut or left out before parsing, and always with a doubt."""

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
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask
from newsdesk.crawler.workers.readers.feed import read_feed_task
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

# Field, its value, the value within the limit, the doubt.
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
    ("name", "fields", "limited", "doubt"), CASES, ids=[f"{row[0]} {row[3]}" for row in CASES]
)
def test_long_fields_are_cut_with_a_doubt(
    name: str, fields: dict[str, Any], limited: Any, doubt: str
) -> None:
    article = Article(doubts=("an earlier one",), **fields)
    once = limit_fields(article)
    assert getattr(once, name) == limited
    assert once.doubts[0] == "an earlier one" and once.doubts[1].startswith(doubt) and len(once.doubts) == 2
    assert replace(once, **{name: getattr(article, name)}, doubts=article.doubts) == article, (
        "other fields do not change"
    )
    assert limit_fields(once) is once


def test_an_article_within_the_limits_is_returned_unchanged() -> None:
    assert limit_fields(WHOLE) is WHOLE and limit_fields(Article()) == Article()


def test_long_guids_stay_different() -> None:
    first, second = (limit_fields(Article(guid="g" * 3_000 + end)) for end in "ab")
    assert first.guid != second.guid and len(first.guid or "") < 100
    assert first.doubts == ("guid of 3,001 characters kept as its digest",)


def test_the_evidence_has_the_doubts_about_cut_fields() -> None:
    body = rss(Item(title="word " * 2_000, author="n" * 5_000, date="1" * 5_000, link=LINK, guid="one"))
    address = "http://daily.test/f"
    order = FeedTask(
        document=Document(body=body, address=address, fetched_at=datetime(2026, 11, 24, tzinfo=UTC)),
        claimed=ClaimedVisit(source_id=1, address=address, host="daily.test", site="daily.test"),
    )
    [entry] = read_feed_task(order).entries
    assert entry.story is not None
    doubts = " ".join(entry.story.evidence["entry"]["doubts"])
    for doubt in ("title cut at", "author's name cut at", "published cut at", "link is not a web address"):
        assert doubt in doubts
    assert entry.story.published is None and entry.story.addresses[0].found_in == "none"
