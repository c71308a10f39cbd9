"""Parse a document so that each step can be shown: candidates, merged article, story. Pure; runs in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsdesk.crawler.documents.charset import decode
from newsdesk.crawler.feeds.reader import read_feed
from newsdesk.crawler.models import Article, PageCandidates
from newsdesk.crawler.normalise.field_limits import limit_fields
from newsdesk.crawler.sitemaps.reader import SitemapReading, read_sitemap
from newsdesk.crawler.workers.feed_task import FeedTaskResult
from newsdesk.crawler.workers.inspect_task import (
    Candidate,
    EntryNames,
    Inspection,
    InspectTask,
    article_values,
)
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.feed import read_entries
from newsdesk.crawler.workers.readers.page import (
    merged_article,
    normalise_page,
    read_candidates,
    stored_story_candidates,
)
from newsdesk.crawler.workers.readers.rights import entries_with_rights
from newsdesk.crawler.workers.readers.sitemap import entries_as_feed

MOST_LISTED = 200  # entries of a feed of which the names are listed
LONGEST_SHOWN = 2_000  # characters of one candidate


def inspect_document(task: InspectTask) -> Inspection:
    """A feed if it can be parsed as one, else a sitemap, else a page. Raises MemoryError where a parser exceeds the
    limit."""
    feed = read_feed(
        task.document.body,
        address=task.document.address,
        content_type=task.document.content_type,
        charset=task.document.charset,
        content_location=task.document.content_location,
    )
    charset, doubts = decode(task.document.body, task.document.charset)[1:]
    if feed.problem is not None:
        sitemap = read_sitemap(
            task.document.body,
            address=task.document.address,
            charset=task.document.charset,
            most_bytes=task.limits.body_bytes,
            most_links=MOST_LISTED,
        )
        if sitemap.articles:
            feed = entries_as_feed(sitemap)
        elif sitemap.problem is None:
            return Inspection(charset=charset, problem=_without_entries(sitemap))
    if feed.problem is None:
        articles = entries_with_rights(feed.articles, task.document, task.site_rights)
        stated = replace(feed, articles=articles)
        anew = replace(task.visit, known_entries=b"")
        reading = read_entries(stated, document=task.document, claimed=anew)
        kept = read_entries(stated, document=task.document, claimed=task.visit)
        return _inspect_feed(
            task, reading, kept, tuple(map(limit_fields, feed.articles)), charset, feed.doubts
        )
    page_task = PageTask(
        document=task.document,
        claimed=task.page,
        site_file=task.site_file,
        site_rights=task.site_rights,
    )
    candidates = read_candidates(page_task)
    if candidates.problem is not None:
        return Inspection(charset=charset, doubts=doubts, problem=f"{feed.problem}; {candidates.problem}")
    return _inspect_page(page_task, candidates, charset)


def _without_entries(sitemap: SitemapReading) -> str:
    """What a sitemap is that has no stories with a title."""
    if sitemap.is_index:
        first = sitemap.children[0].address if sitemap.children else "none"
        return f"this is an index of {len(sitemap.children):,} sitemaps; inspect one of them, like {first}"
    links = len(sitemap.links) + sitemap.left_out
    first = sitemap.links[0].address if sitemap.links else "none"
    return f"this is a sitemap of {links:,} addresses without titles; inspect the page of one, like {first}"


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


def _inspect_page(page_task: PageTask, candidates: PageCandidates, charset: str) -> Inspection:
    stored = page_task.claimed.stored_story
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
        doubts=(*candidates.doubts, *_failure(candidates)),
        problem=reading.problem,
        candidates=(*fields, *dates, *names, *_canonical(candidates)),
        article=merged_article(candidates, feed, page_task),
        own=reading.own,
        story=reading.story,
    )


def _failure(candidates: PageCandidates) -> tuple[str, ...]:
    return (f"site file not used: {candidates.failure[0]}",) if candidates.failure is not None else ()


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
