"""From one feed document to its entries: parsed, identified, compared, normalised. Pure; runs in a worker.

An entry that is unchanged since the last document costs its digest only. New and changed entries are cleaned and
normalised; the limit on entries counts these alone, and the rest is left for the next visits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta

from newsdesk.crawler.backfill.older_documents import older_links
from newsdesk.crawler.feeds.reader import read_feed
from newsdesk.crawler.models import Article, FeedReading
from newsdesk.crawler.normalise.countries import country_of_address
from newsdesk.crawler.normalise.dates.learned_zone import LONGEST_WAIT, OutletLocale, measure_lag, update_zone
from newsdesk.crawler.normalise.field_limits import limit_fields
from newsdesk.crawler.normalise.identity import IdentifiedEntry, identify, printed_moment
from newsdesk.crawler.normalise.reader_version import READER_VERSION
from newsdesk.crawler.normalise.story import normalise_story
from newsdesk.crawler.normalise.text.html import MAX_PLAIN, clean_controls
from newsdesk.crawler.normalise.urls.canonical import absolute_url
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import DATE_TOLERANCE, FeedTask, FeedTaskResult
from newsdesk.crawler.workers.readers.rights import entries_with_rights
from newsdesk.storage.records.digests import UNREAD, pack_entries, unpack_entries, unpack_sentences
from newsdesk.storage.records.entries import FeedEntry, State
from newsdesk.storage.records.stories import Address, Story
from newsdesk.storage.records.visits import ClaimedVisit, FeedFacts
from newsdesk.storage.records.zone_offsets import ZoneHabit

_MOST_EXAMINED = 10  # times the limit on entries: so many of a document are identified and kept


def read_feed_task(task: FeedTask) -> FeedTaskResult:
    """Parse one feed document. Raises MemoryError where a parser exceeds the limit."""
    feed = read_feed(
        task.document.body,
        address=task.document.address,
        content_type=task.document.content_type,
        charset=task.document.charset,
        content_location=task.document.content_location,
    )
    if feed.problem is not None:
        return FeedTaskResult(facts=feed.facts, problem=feed.problem)
    articles = entries_with_rights(feed.articles, task.document, task.site_rights)
    return read_entries(
        feed if articles is feed.articles else replace(feed, articles=articles),
        document=task.document,
        claimed=task.claimed,
    )


def read_entries(feed: FeedReading, *, document: Document, claimed: ClaimedVisit) -> FeedTaskResult:
    """The entries of a parsed document, compared with those of the last one."""
    most = claimed.limits.entries
    articles = tuple(map(limit_fields, _newest(feed.articles, _MOST_EXAMINED * most)))
    identity, names = identify(articles, scheme=claimed.identity_scheme, source_id=claimed.source_id)
    before = unpack_entries(claimed.known_entries, reader_version=READER_VERSION)
    left = _postponed(articles, names, before, most)
    entries = tuple(
        _feed_entry(
            article, named, before, feed.facts.language, claimed, document.fetched_at, left=at in left
        )
        for at, (article, named) in enumerate(zip(articles, names, strict=True))
    )
    known = {one.entry_key: one.entry_digest for one in entries if one.state in ("parsed", "unchanged")}
    of_left = (names[at].entry_key for at in left)
    known |= {key: before.get(key, UNREAD) for key in of_left if claimed.first_read or key in before}
    if not feed.complete:  # missing entries may only be cut off
        earlier = [(key, digest) for key, digest in before.items() if key not in known]
        known |= dict(earlier[: max(0, _MOST_EXAMINED * most - len(known))])
    return FeedTaskResult(
        facts=_clean_facts(feed.facts, left_out=len(left) + len(feed.articles) - len(articles)),
        entries=entries,
        known=pack_entries(known.items(), reader_version=READER_VERSION),
        identity=identity,
        zone=_zone(articles, entries, before, feed.facts.language, claimed, document.fetched_at),
        whole=feed.complete,
        left=len(left),
        overlaps=_overlaps(claimed, names, entries, before),
        older=older_links(feed.older, generator=feed.generator, address=document.address),
    )


def _overlaps(
    claimed: ClaimedVisit,
    names: Sequence[IdentifiedEntry],
    entries: Sequence[FeedEntry],
    before: Mapping[str, str],
) -> bool:
    """Whether a document reaches back to the last one: it has an entry of the last one, or two entries published
    before the last visit, whose keys changed. (A single one may be an old story that is published again.)"""
    if not before or not entries or claimed.gap_since is None:
        return True
    if any(key in before for named in names for key in (named.entry_key, *named.earlier_keys)):
        return True
    since = claimed.gap_since - DATE_TOLERANCE
    dates = (one.story.published for one in entries if one.story is not None)
    return sum(date is not None and date < since for date in dates) > 1


def _clean_facts(facts: FeedFacts, *, left_out: int) -> FeedFacts:
    """The facts of a document: its title on one line, its home an absolute address."""
    return replace(
        facts,
        title=" ".join(clean_controls(facts.title[:MAX_PLAIN]).split()) or None if facts.title else None,
        home=absolute_url(facts.home, base=None) if facts.home else None,
        left_out=left_out,
    )


def _newest(articles: Sequence[Article], most: int) -> Sequence[Article]:
    """The newest by their dates, in their order; without dates the first."""
    if len(articles) <= most:
        return articles
    moments = [printed_moment(article) for article in articles]
    positions = sorted(range(len(articles)), key=moments.__getitem__, reverse=True)[:most]
    return [articles[at] for at in sorted(positions)]


def _postponed(
    articles: Sequence[Article], names: Sequence[IdentifiedEntry], before: Mapping[str, str], most: int
) -> Set[int]:
    """The positions of the entries that are left for a later visit, when more than `most` are new or changed.
    New ones go before those left earlier, these before changed ones; then the newer before the older."""
    with_news = [
        at
        for at, named in enumerate(names)
        if named.reason is None and not named.repeated and before.get(named.entry_key) != named.entry_digest
    ]
    if len(with_news) <= most:
        return frozenset()
    moments = {at: printed_moment(articles[at]) for at in with_news}
    with_news.sort(key=moments.__getitem__, reverse=True)
    order = {None: 0, UNREAD: 1}
    with_news.sort(key=lambda at: order.get(before.get(names[at].entry_key), 2))
    return frozenset(with_news[most:])


def _feed_entry(
    article: Article,
    named: IdentifiedEntry,
    before: Mapping[str, str],
    feed_language: str | None,
    claimed: ClaimedVisit,
    now: datetime,
    *,
    left: bool,
) -> FeedEntry:
    story: Story | None = None
    state: State = "parsed"
    if named.reason is not None:
        state = "refused"
    elif named.repeated:
        state = "repeated"
    elif before.get(named.entry_key) == named.entry_digest:
        state = "unchanged"
    elif left:
        state = "postponed"
    else:
        story = normalise_entry(article, named, feed_language, claimed=claimed, now=now)
    return FeedEntry(
        entry_key=named.entry_key,
        entry_digest=named.entry_digest,
        earlier_keys=named.earlier_keys,
        address_identifies=named.address_identifies,
        backlog=before.get(named.entry_key, UNREAD if claimed.first_read else "") == UNREAD,
        state=state,
        story=story,
        reason=named.reason,
    )


def _zone(
    articles: Sequence[Article],
    entries: Sequence[FeedEntry],
    before: Mapping[str, str],
    language: str | None,
    claimed: ClaimedVisit,
    now: datetime,
) -> ZoneHabit | None:
    """What the entries that are new in this document show about the source's time zone. With a zone set by a
    person nothing is learned."""
    if claimed.first_read or not before or claimed.seen_at is None:
        return None
    waited = now - claimed.seen_at
    if not timedelta() < waited <= LONGEST_WAIT:
        return None
    country = claimed.country or country_of_address(claimed.address)
    lags = []
    for article, entry in zip(articles, entries, strict=True):
        story = entry.story
        if story is None or any(key in before for key in entry.keys) or _has_zone(story):
            continue
        lag = measure_lag(article, language=story.language, country=country, waited=waited, now=now)
        lags += [lag] if lag else []
    if not lags:
        return None
    return update_zone(
        claimed.zone, lags, OutletLocale(country=country, language=claimed.language or language)
    )


def _has_zone(story: Story) -> bool:
    """Whether its date has a zone, or there is no date."""
    return story.evidence.get("published", {}).get("zone") not in ("assumed", "learned")


def normalise_entry(
    article: Article,
    named: IdentifiedEntry,
    feed_language: str | None,
    *,
    claimed: ClaimedVisit,
    now: datetime,
) -> Story:
    """The Story of one entry of a source."""
    return normalise_story(
        article,
        addresses=_own_addresses(named.addresses, claimed.site),
        outlet=claimed.name,
        language=claimed.language,
        country=claimed.country,
        timezone=claimed.timezone,
        learned=claimed.zone.name,
        feed_language=feed_language,
        now=now,
        boilerplate=unpack_sentences(claimed.boilerplate),
    )


def _own_addresses(addresses: tuple[Address, ...], site: str) -> tuple[Address, ...]:
    """The identity, and the other addresses that are on the source's own site: an untrusted source must not link
    two addresses of another site."""
    return addresses[:1] + tuple(address for address in addresses[1:] if site_of(address.url) == site)
