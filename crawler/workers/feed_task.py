"""From the bytes of one feed document to its entries: read, told apart, compared, normalised. Pure.

This is what runs in the pool (`crawler.workers.pool`): the task goes in, the Reading comes out. An entry
that says what the last document said costs its digest only; cleaning and parsing are for what is new or
changed, and the limit on entries counts these alone: of a longer feed the rest is left for the visits that
follow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsdesk.crawler.backfill.older_documents import OlderLink, older_links
from newsdesk.crawler.feeds.reader import read_feed
from newsdesk.crawler.models import Article
from newsdesk.crawler.normalise.countries import country_of_address
from newsdesk.crawler.normalise.dates.learned_zone import LONGEST_WAIT, OutletLocale, measure_lag, update_zone
from newsdesk.crawler.normalise.field_limits import limit_fields
from newsdesk.crawler.normalise.identity import IdentifiedEntry, identify, printed_moment
from newsdesk.crawler.normalise.story import READER_VERSION, normalise_story
from newsdesk.crawler.normalise.text.html import MAX_PLAIN, clean_controls
from newsdesk.crawler.normalise.urls.canonical import absolute_url
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.workers.document import Document
from newsdesk.storage.records.digests import UNREAD, pack_entries, unpack_entries, unpack_sentences
from newsdesk.storage.records.entries import FeedEntry, IdentityScheme, State
from newsdesk.storage.records.stories import Address, Story
from newsdesk.storage.records.visits import ClaimedVisit, FeedFacts, Limits
from newsdesk.storage.records.zone_offsets import ZoneHabit

A_DAY = timedelta(days=1)  # what a date may be off by that has no zone, or no time
_LOOKED_AT = 10  # times the limit on entries: so many of a document are told apart and remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTask:
    """A feed document to parse, with what the claimed visit knows of its source."""

    document: Document
    claimed: ClaimedVisit

    @property
    def limits(self) -> Limits:
        return self.claimed.limits

    @property
    def weight(self) -> int:
        """Entries take up to eight times the bytes of their document: cleaned and as text, both in characters
        of four bytes where one of them is beyond U+FFFF."""
        return 8 * len(self.document.body)

    def load(self) -> None:
        """Nothing: workers start with all that feeds need (`crawler.workers.preload`)."""

    def read(self) -> FeedTaskResult:
        """Runs in the worker."""
        return read_feed_task(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTaskResult:
    """What a document holds. `problem` says why it is not a feed; then there is nothing else. `left`: the
    number of `entries` left for the next visit. `overlaps`: the document reaches back to the one before;
    `older`: links to documents that reach back farther. `zone` is None where nothing was learned."""

    facts: FeedFacts
    entries: tuple[FeedEntry, ...] = ()
    known: bytes = b""
    identity: IdentityScheme = "guid"
    zone: ZoneHabit | None = None
    whole: bool = True
    left: int = 0
    overlaps: bool = True
    older: tuple[OlderLink, ...] = ()
    problem: str | None = None


def read_feed_task(task: FeedTask) -> FeedTaskResult:
    """Read one feed document. Raises MemoryError where a parser met its limit."""
    claimed = task.claimed
    feed = read_feed(
        task.document.body,
        address=task.document.address,
        content_type=task.document.content_type,
        charset=task.document.charset,
        content_location=task.document.content_location,
    )
    if feed.problem is not None:
        return FeedTaskResult(facts=feed.facts, problem=feed.problem)
    most = claimed.limits.entries
    articles = tuple(map(limit_fields, _newest(feed.articles, _LOOKED_AT * most)))
    identity, names = identify(articles, scheme=claimed.identity_scheme, source_id=claimed.source_id)
    before = unpack_entries(claimed.known_entries, reader_version=READER_VERSION)
    left = _left(articles, names, before, most)
    entries = tuple(
        _feed_entry(article, named, before, feed.facts.language, task, left=at in left)
        for at, (article, named) in enumerate(zip(articles, names, strict=True))
    )
    known = {one.entry_key: one.entry_digest for one in entries if one.state in ("parsed", "unchanged")}
    of_left = (names[at].entry_key for at in left)
    known |= {key: before.get(key, UNREAD) for key in of_left if claimed.first_read or key in before}
    if not feed.complete:  # what is missing may only be cut off
        earlier = [(key, said) for key, said in before.items() if key not in known]
        known |= dict(earlier[: max(0, _LOOKED_AT * most - len(known))])
    return FeedTaskResult(
        facts=_fit_to_keep(feed.facts, left_out=len(left) + len(feed.articles) - len(articles)),
        entries=entries,
        known=pack_entries(known.items(), reader_version=READER_VERSION),
        identity=identity,
        zone=_zone(articles, entries, before, feed.facts.language, task),
        whole=feed.complete,
        left=len(left),
        overlaps=_overlaps(claimed, names, entries, before),
        older=older_links(feed.older, generator=feed.generator, address=task.document.address),
    )


def _overlaps(
    claimed: ClaimedVisit,
    names: Sequence[IdentifiedEntry],
    entries: Sequence[FeedEntry],
    before: Mapping[str, str],
) -> bool:
    """Whether a document reaches back to the last one: an entry of that is in it; or two of it were published
    before that was read, so that only their names are others. One may be an old story that is printed
    again."""
    if not before or not entries or claimed.gap_since is None:
        return True
    if any(key in before for named in names for key in (named.entry_key, *named.earlier_keys)):
        return True
    since = claimed.gap_since - A_DAY
    dates = (one.story.published for one in entries if one.story is not None)
    return sum(date is not None and date < since for date in dates) > 1


def _fit_to_keep(facts: FeedFacts, *, left_out: int) -> FeedFacts:
    """What a document says of itself, its title on one line and its home an address that can be shown."""
    return replace(
        facts,
        title=" ".join(clean_controls(facts.title[:MAX_PLAIN]).split()) or None if facts.title else None,
        home=absolute_url(facts.home, base=None) if facts.home else None,
        left_out=left_out,
    )


def _newest(articles: Sequence[Article], most: int) -> Sequence[Article]:
    """The newest by their printed dates, in their task; without dates the first."""
    if len(articles) <= most:
        return articles
    moments = [printed_moment(article) for article in articles]
    places = sorted(range(len(articles)), key=moments.__getitem__, reverse=True)[:most]
    return [articles[at] for at in sorted(places)]


def _left(
    articles: Sequence[Article], names: Sequence[IdentifiedEntry], before: Mapping[str, str], most: int
) -> Set[int]:
    """The places of the entries that are left for a later visit, when more than `most` say something that
    the last document did not: those never met go before those that were left then, these before those
    edited, then the newer before the older."""
    telling = [
        at
        for at, named in enumerate(names)
        if named.reason is None and not named.repeated and before.get(named.entry_key) != named.entry_digest
    ]
    if len(telling) <= most:
        return frozenset()
    moments = {at: printed_moment(articles[at]) for at in telling}
    telling.sort(key=moments.__getitem__, reverse=True)
    places = {None: 0, UNREAD: 1}
    telling.sort(key=lambda at: places.get(before.get(names[at].entry_key), 2))
    return frozenset(telling[most:])


def _feed_entry(
    article: Article,
    named: IdentifiedEntry,
    before: Mapping[str, str],
    feed_language: str | None,
    task: FeedTask,
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
        story = normalise_entry(
            article, named, feed_language, claimed=task.claimed, now=task.document.fetched_at
        )
    return FeedEntry(
        entry_key=named.entry_key,
        entry_digest=named.entry_digest,
        earlier_keys=named.earlier_keys,
        address_identifies=named.address_identifies,
        backlog=before.get(named.entry_key, UNREAD if task.claimed.first_read else "") == UNREAD,
        state=state,
        story=story,
        reason=named.reason,
    )


def _zone(
    articles: Sequence[Article],
    entries: Sequence[FeedEntry],
    before: Mapping[str, str],
    language: str | None,
    task: FeedTask,
) -> ZoneHabit | None:
    """What the entries that the last document did not have teach of the source's zone. A zone that a person
    says stands in their dates, so that they teach none."""
    claimed = task.claimed
    if claimed.first_read or not before or claimed.seen_at is None:
        return None
    waited = task.document.fetched_at - claimed.seen_at
    if not timedelta() < waited <= LONGEST_WAIT:
        return None
    country = claimed.country or country_of_address(claimed.address)
    lags = []
    for article, entry in zip(articles, entries, strict=True):
        story = entry.story
        if story is None or any(key in before for key in entry.keys) or _has_zone(story):
            continue
        lag = measure_lag(
            article, language=story.language, country=country, waited=waited, now=task.document.fetched_at
        )
        lags += [lag] if lag else []
    if not lags:
        return None
    return update_zone(
        claimed.zone, lags, OutletLocale(country=country, language=claimed.language or language)
    )


def _has_zone(story: Story) -> bool:
    """Whether its date prints one, or there is none."""
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
    """The identity, and those further names that lie on the source's own site: a stranger's entry must
    not tie two addresses of another site together."""
    return addresses[:1] + tuple(address for address in addresses[1:] if site_of(address.url) == site)
