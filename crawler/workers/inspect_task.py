"""A document read so that each station can be shown: what it says, what was chosen, what is understood.

Pure. Runs in the pool; the stations are those of `crawler.workers.feed_task` and `crawler.workers.page_task`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsdesk.crawler.documents.charset import decode
from newsdesk.crawler.feeds.reader import read_feed
from newsdesk.crawler.models import Article, PageCandidates
from newsdesk.crawler.normalise.field_limits import limit_fields
from newsdesk.crawler.pages.reader import read_page
from newsdesk.crawler.pages.text.reader import load
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask, FeedTaskResult, read_feed_task
from newsdesk.crawler.workers.page_task import (
    PageTask,
    merged_article,
    normalise_page,
    stored_story_candidates,
)
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Story
from newsdesk.storage.records.visits import ClaimedVisit, FeedFacts, Limits

MOST_LISTED = 200  # entries of a feed of which the names are told
LONGEST_SAID = 2_000  # characters of one candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What was said of a field, as printed, and where. `length` is that of the whole."""

    field: str
    origin: str
    value: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entry of a feed by its names."""

    title: str | None
    guid: str | None
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A document at its stations. `problem`: why there is no story, in words. Of a feed `entries` are all of
    its entries as they would be kept, `at` is the place of the chosen one. `own` is what a page alone says,
    `story` page and feed together."""

    charset: str
    doubts: tuple[str, ...] = ()
    problem: str | None = None
    facts: FeedFacts | None = None
    listed: tuple[Listed, ...] = ()
    entries: tuple[FeedEntry, ...] = ()
    at: int = 0
    scheme_changed: bool = False
    whole: bool = True
    said: tuple[Candidate, ...] = ()
    article: Article | None = None
    own: Story | None = None
    story: Story | None = None

    @property
    def kind(self) -> str:
        return "page" if self.facts is None else "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectTask:
    """A document to walk, answered at `address`. `visit` and `page`: what is known when it is a feed, and
    when it is a page. `entry`: the number from 1, the GUID or the link of the entry that is meant."""

    document: Document
    visit: ClaimedVisit
    page: ClaimedPage
    entry: str | None

    @property
    def limits(self) -> Limits:
        return self.visit.limits

    @property
    def weight(self) -> int:
        return 16 * len(self.document.body)

    def load(self) -> None:
        """Before its limits are set."""
        load()

    def read(self) -> Inspection:
        """What the pool does with it."""
        return inspect_document(self)


def inspect_document(task: InspectTask) -> Inspection:
    """A feed if it can be read as one, else a page. Raises MemoryError where a parser met its limit."""
    feed = read_feed(
        task.document.body,
        address=task.document.address,
        content_type=task.document.content_type,
        charset=task.document.charset,
        content_location=task.document.content_location,
    )
    charset, doubts = decode(task.document.body, task.document.charset)[1:]
    if feed.problem is None:
        reading = read_feed_task(
            FeedTask(document=task.document, claimed=replace(task.visit, known_entries=b""))
        )
        return _inspect_feed(task, reading, tuple(map(limit_fields, feed.articles)), charset, feed.doubts)
    said = read_page(
        task.document.body,
        address=task.document.address,
        content_type=task.document.content_type,
        charset=task.document.charset,
    )
    if said.problem is not None:
        return Inspection(charset=charset, doubts=doubts, problem=f"{feed.problem}; {said.problem}")
    return _inspect_page(task, said, charset)


def _inspect_feed(
    task: InspectTask,
    reading: FeedTaskResult,
    articles: Sequence[Article],
    charset: str,
    doubts: tuple[str, ...],
) -> Inspection:
    walked = Inspection(
        charset=charset,
        doubts=doubts,
        facts=reading.facts,
        listed=tuple(
            Listed(title=one.title.value[:LONGEST_SAID] if one.title else None, guid=one.guid, link=one.link)
            for one in articles[:MOST_LISTED]
        ),
        entries=reading.entries,
        scheme_changed=reading.identity != "guid",
        whole=reading.whole,
    )
    if len(reading.entries) != len(articles):
        return replace(walked, problem="the feed has more entries than are looked at")
    at = _place(articles, task.entry)
    if at is None:
        meant = "no entry" if task.entry is None else f"no entry {task.entry!r}"
        return replace(walked, problem=f"{meant} in this feed, which has {len(articles)}")
    return replace(
        walked,
        at=at,
        said=_printed(articles[at]),
        article=articles[at],
        story=reading.entries[at].story,
    )


def _place(articles: Sequence[Article], entry: str | None) -> int | None:
    """Where the entry stands: by number, GUID or link; without a wish the first."""
    if entry is None:
        return 0 if articles else None
    for at, article in enumerate(articles):
        if entry in (article.guid, article.link):
            return at
    number = int(entry[:9]) if entry.isascii() and entry.isdecimal() else 0
    return number - 1 if 0 < number <= len(articles) else None


def _inspect_page(task: InspectTask, said: PageCandidates, charset: str) -> Inspection:
    page_order = PageTask(document=task.document, claimed=task.page)
    told = task.page.stored_story
    feed = () if told is None else stored_story_candidates(told)
    reading = normalise_page(said, page_order)
    dates = (Candidate(field="published", origin=one.origin, value=one.value, length=len(one.value))
             for one in said.dates)  # fmt: skip
    fields = (
        Candidate(
            field=name,
            origin=f"{one.origin}, shown to nobody" if one.machine_only else one.origin,
            value=one.value[:LONGEST_SAID],
            length=len(one.value),
        )
        for name, found in (*said.fields.items(), *((name, (one,)) for name, one in feed))
        for one in found
    )
    names = (Candidate(field="outlet", origin="page", value=one, length=len(one)) for one in said.sites)
    return Inspection(
        charset=charset,
        doubts=said.doubts,
        problem=reading.problem,
        said=(*fields, *dates, *names, *_canonical(said)),
        article=merged_article(said, feed, page_order),
        own=reading.own,
        story=reading.story,
    )


def _canonical(said: PageCandidates) -> tuple[Candidate, ...]:
    if said.canonical is None:
        return ()
    return (Candidate(field="link", origin="canonical", value=said.canonical, length=len(said.canonical)),)


def _printed(article: Article) -> tuple[Candidate, ...]:
    """Every field of an entry that was printed."""
    return tuple(
        Candidate(field=name, origin="entry", value=value[:LONGEST_SAID], length=len(value))
        for name, value in article_values(article)
    )


def article_values(article: Article) -> list[tuple[str, str]]:
    """(field, value) of an Article, several with the same name where it has several."""
    texts = (("title", article.title), ("summary", article.summary), ("text", article.content))
    single = {
        "published": article.published,
        "updated": article.updated,
        "language": article.language,
        "image": article.image,
        "guid": article.guid,
        "link": article.link,
        "original link": article.original_link,
    }
    people = ((one.name, one.email, one.uri) for one in article.authors)
    found = [(name, markup.value) for name, markup in texts if markup is not None]
    found += [(name, value) for name, value in single.items() if value is not None]
    found += [("authors", " ".join(part for part in person if part)) for person in people]
    found += [("categories", one) for one in article.categories]
    found += [("enclosures", one.url) for one in article.enclosures]
    return found
