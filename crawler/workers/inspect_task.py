"""Parse a document so that each step can be shown: candidates, merged article, story. Pure; runs in a worker."""

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

MOST_LISTED = 200  # entries of a feed of which the names are listed
LONGEST_SHOWN = 2_000  # characters of one candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One published value of a field, and where it was found. `length` is that of the whole value."""

    field: str
    origin: str
    value: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryNames:
    """An entry of a feed by its title, GUID and link."""

    title: str | None
    guid: str | None
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A document at each step. `problem`: why there is no story. Of a feed `entries` are all of its entries as they
    would be kept, `at` is the position of the chosen one. `own` is the story of a page alone, `story` page and feed
    merged."""

    charset: str
    doubts: tuple[str, ...] = ()
    problem: str | None = None
    facts: FeedFacts | None = None
    entry_names: tuple[EntryNames, ...] = ()
    entries: tuple[FeedEntry, ...] = ()
    at: int = 0
    scheme_changed: bool = False
    whole: bool = True
    candidates: tuple[Candidate, ...] = ()
    article: Article | None = None
    own: Story | None = None
    story: Story | None = None

    @property
    def kind(self) -> str:
        return "page" if self.facts is None else "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectTask:
    """A document to inspect. `visit` and `page`: what is known when it is a feed, and when it is a page. `entry`: the
    number from 1, the GUID or the link of the entry to show."""

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
        """Import the extractors before the limits are set."""
        load()

    def read(self) -> Inspection:
        """Runs in the worker."""
        return inspect_document(self)


def inspect_document(task: InspectTask) -> Inspection:
    """A feed if it can be parsed as one, else a page. Raises MemoryError where a parser exceeds the limit."""
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
        kept = read_feed_task(FeedTask(document=task.document, claimed=task.visit))
        return _inspect_feed(
            task, reading, kept, tuple(map(limit_fields, feed.articles)), charset, feed.doubts
        )
    candidates = read_page(
        task.document.body,
        address=task.document.address,
        content_type=task.document.content_type,
        charset=task.document.charset,
    )
    if candidates.problem is not None:
        return Inspection(charset=charset, doubts=doubts, problem=f"{feed.problem}; {candidates.problem}")
    return _inspect_page(task, candidates, charset)


def _inspect_feed(
    task: InspectTask,
    reading: FeedTaskResult,
    kept: FeedTaskResult,
    articles: Sequence[Article],
    charset: str,
    doubts: tuple[str, ...],
) -> Inspection:
    inspection = Inspection(
        charset=charset,
        doubts=doubts,
        facts=reading.facts,
        entry_names=tuple(
            EntryNames(
                title=one.title.value[:LONGEST_SHOWN] if one.title else None, guid=one.guid, link=one.link
            )
            for one in articles[:MOST_LISTED]
        ),
        entries=kept.entries,  # an unchanged entry has no story there
        scheme_changed=kept.identity != "guid",
        whole=kept.whole,
    )
    if len(reading.entries) != len(articles):
        return replace(inspection, problem="the feed has more entries than are examined")
    at = _index_of(articles, task.entry)
    if at is None:
        missing = "no entry" if task.entry is None else f"no entry {task.entry!r}"
        return replace(inspection, problem=f"{missing} in this feed, which has {len(articles)}")
    return replace(
        inspection,
        at=at,
        candidates=_printed(articles[at]),
        article=articles[at],
        story=reading.entries[at].story,
    )


def _index_of(articles: Sequence[Article], entry: str | None) -> int | None:
    """The position of an entry by number, GUID or link; by default the first."""
    if entry is None:
        return 0 if articles else None
    for at, article in enumerate(articles):
        if entry in (article.guid, article.link):
            return at
    number = int(entry[:9]) if entry.isascii() and entry.isdecimal() else 0
    return number - 1 if 0 < number <= len(articles) else None


def _inspect_page(task: InspectTask, candidates: PageCandidates, charset: str) -> Inspection:
    page_task = PageTask(document=task.document, claimed=task.page)
    stored = task.page.stored_story
    feed = () if stored is None else stored_story_candidates(stored)
    reading = normalise_page(candidates, page_task)
    dates = (Candidate(field="published", origin=one.origin, value=one.value, length=len(one.value))
             for one in candidates.dates)  # fmt: skip
    fields = (
        Candidate(
            field=name,
            origin=f"{one.origin}, not shown on the page" if one.machine_only else one.origin,
            value=one.value[:LONGEST_SHOWN],
            length=len(one.value),
        )
        for name, found in (*candidates.fields.items(), *((name, (one,)) for name, one in feed))
        for one in found
    )
    names = (Candidate(field="outlet", origin="page", value=one, length=len(one)) for one in candidates.sites)
    return Inspection(
        charset=charset,
        doubts=candidates.doubts,
        problem=reading.problem,
        candidates=(*fields, *dates, *names, *_canonical(candidates)),
        article=merged_article(candidates, feed, page_task),
        own=reading.own,
        story=reading.story,
    )


def _canonical(candidates: PageCandidates) -> tuple[Candidate, ...]:
    if candidates.canonical is None:
        return ()
    return (
        Candidate(
            field="link", origin="canonical", value=candidates.canonical, length=len(candidates.canonical)
        ),
    )


def _printed(article: Article) -> tuple[Candidate, ...]:
    """Every published field of an entry."""
    return tuple(
        Candidate(field=name, origin="entry", value=value[:LONGEST_SHOWN], length=len(value))
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
