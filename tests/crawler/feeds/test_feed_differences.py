"""Our feed reader compared with feedparser: every difference has a row in feed_differences.toml, with a reason.

Runs on our fixtures, and on the corpus if NEWSDESK_CORPUS names its folder. A difference without a row fails; on our
fixtures a row without a difference fails too.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

import feedparser
import pytest

from newsdesk.crawler.feeds.reader import read_feed
from newsdesk.crawler.models import Article, FeedReading, Markup
from tests.support.paths import FIXTURES

HERE = FIXTURES
TABLE = tomllib.loads((HERE / "feed_differences.toml").read_text("utf-8"))
ADDRESS = "http://feed.test/news/feed.xml"
FIXTURE_FEEDS = sorted((HERE / "feeds").glob("*"))
CORPUS = os.environ.get("NEWSDESK_CORPUS")
CORPUS_FEEDS = sorted((Path(CORPUS) / "feeds").glob("*")) if CORPUS else []


class Difference(NamedTuple):
    file: str
    field: str
    ours: Any
    theirs: Any
    reading: FeedReading
    article: Any = None  # an Article; None for the document's own differences
    entry: Any = None


def visible_text(text: str | None) -> str:
    """The visible text: without tags, references resolved, single spaces."""
    text = re.sub(r"<!--.*?-->|<[^<>]*>", " ", text or "", flags=re.DOTALL)
    return " ".join(unescape(unescape(text)).split())


def text_in(markup: Markup | None) -> str:
    return visible_text(markup.value if markup else None)


def raw_text(article: Article) -> str:
    markup = article.content or article.summary
    return markup.value if markup else ""


def raw_text_of(entry: Any) -> str:
    return (entry.content[0].value if entry.get("content") else entry.get("summary")) or ""


def text_of(entry: Any) -> str:
    return visible_text(raw_text_of(entry))


def names_of(entry: Any) -> tuple[str, ...]:
    people = [(a.get("name") or a.get("email") or "") for a in entry.get("authors", ()) if a]
    return tuple(dict.fromkeys(visible_text(name) for name in people if name))


FIELDS: dict[str, tuple[Callable[[Article], Any], Callable[[Any], Any]]] = {
    "id": (lambda a: a.guid or "", lambda e: e.get("id", "")),
    "title": (lambda a: text_in(a.title), lambda e: visible_text(e.get("title"))),
    "link": (lambda a: a.link or a.guid_link or "", lambda e: e.get("link", "")),
    "published": (lambda a: a.published or "", lambda e: dict.get(e, "published", "")),
    "updated": (lambda a: a.updated or "", lambda e: dict.get(e, "updated", "")),
    "date": (
        lambda a: a.published or a.updated or "",
        lambda e: dict.get(e, "published") or dict.get(e, "updated") or "",
    ),
    "authors": (lambda a: tuple(visible_text(p.name or p.email) for p in a.authors), names_of),
    "categories": (
        lambda a: tuple(visible_text(c) for c in a.categories),
        lambda e: tuple(
            dict.fromkeys(visible_text(t.get("term") or t.get("label")) for t in e.get("tags", ()))
        ),
    ),
    "text": (lambda a: text_in(a.content or a.summary), text_of),
}


def differences(file: Path) -> Iterator[Difference]:
    body = file.read_bytes()
    reading = read_feed(body, address=ADDRESS)
    parsed = feedparser.parse(
        BytesIO(body),
        response_headers={"content-location": ADDRESS},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if len(reading.articles) != len(parsed.entries):
        yield Difference(file.name, "entries", len(reading.articles), len(parsed.entries), reading)
    for article, entry in zip(reading.articles, parsed.entries, strict=False):
        for field, (ours, theirs) in FIELDS.items():
            if ours(article) != theirs(entry):
                yield Difference(file.name, field, ours(article), theirs(entry), reading, article, entry)


def is_web(text: str) -> bool:
    return text.lower().startswith(("http://", "https://"))


POST_KIND = "http://schemas.google.com/blogger/2008/kind#post"
# The general rules by name; their fields and reasons are in the table.
RULES: dict[str, Callable[[Difference], bool]] = {
    "json": lambda d: d.reading.facts.parser == "json",
    "cut short": lambda d: not d.reading.complete and d.ours < d.theirs,
    "inherited": lambda d: bool(d.ours) and not d.theirs,
    "long top-level domain": lambda d: any(
        re.search(r"\.[a-z]{5,}$", p.email or "") for p in d.article.authors
    ),
    "one date": lambda d: dict.get(d.entry, "updated") == d.article.published,
    "created": lambda d: not d.theirs and d.entry.get("created") == d.ours,
    "no web address": lambda d: not d.ours and not is_web(d.entry.get("link", "")),
    "a link where it finds none": lambda d: is_web(d.ours) and not is_web(d.theirs),
    "home": lambda d: is_web(d.ours) and d.theirs.startswith("http://feed.test/"),
    "as printed": lambda d: d.theirs == urljoin(ADDRESS, d.ours),
    "label": lambda d: (
        any(term.isdigit() or is_web(term) for term in d.theirs) and len(d.ours) == len(d.theirs)
    ),
    "kind": lambda d: d.ours == tuple(term for term in d.theirs if term != POST_KIND),
    "longer": lambda d: bool(d.theirs) and len(raw_text(d.article)) > len(raw_text_of(d.entry)),
}


def row_for(difference: Difference) -> str | None:
    """The name of the row that allows a difference."""
    for row in TABLE["difference"]:
        if (row["file"], row["field"]) == (difference.file, difference.field):
            return f"{row['file']} {row['field']}"
    for row in TABLE["rule"]:
        if difference.field in row["fields"] and RULES[row["rule"]](difference):
            return f"{row['rule']}"
    return None


def unlisted(file: Path) -> list[str]:
    return [
        f"{d.field}: {str(d.ours)[:200]!r}, feedparser {str(d.theirs)[:200]!r}"
        for d in differences(file)
        if row_for(d) is None
    ]


@pytest.mark.parametrize("file", FIXTURE_FEEDS, ids=lambda path: path.name)
def test_own_fixtures(file: Path) -> None:
    assert unlisted(file) == []


@pytest.mark.parametrize("file", CORPUS_FEEDS, ids=lambda path: path.name)
def test_corpus(file: Path) -> None:
    assert unlisted(file) == []


@pytest.mark.skipif(not CORPUS, reason="NEWSDESK_CORPUS names no folder: real feeds are not compared")
def test_corpus_is_there() -> None:
    assert CORPUS_FEEDS


def test_every_row_still_occurs() -> None:
    seen = {row_for(difference) for file in FIXTURE_FEEDS for difference in differences(file)}
    listed = {f"{row['file']} {row['field']}" for row in TABLE["difference"]}
    assert (listed | {row["rule"] for row in TABLE["rule"]}) - seen == set()
    assert {row["rule"] for row in TABLE["rule"]} == set(RULES)
    assert all(row["reason"] for row in [*TABLE["difference"], *TABLE["rule"]])
