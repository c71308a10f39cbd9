"""From the bytes of one feed document to its entries: read, told apart, compared, normalised. Pure.

This is what runs in the pool (`crawler.pool`): the order goes in, the Reading comes out. An entry that says
what the last document said costs its digest only; cleaning and parsing are for what is new or changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.items import Article
from crawler.normalise.identity import Named, identify
from crawler.normalise.sites import site_of
from crawler.normalise.story import READER_VERSION, normalise_story
from crawler.readers.feed import read_feed
from storage.fingerprints import pack_known, unpack_known
from storage.records import Address, ClaimedVisit, FeedFacts, Rung, Sighted, State, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOrder:
    """A document to read, with what the claimed visit knows of its source."""

    body: bytes
    address: str
    content_type: str | None
    charset: str | None
    content_location: str | None
    claimed: ClaimedVisit
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a document holds. `problem` says why it is no feed, in words; then there is nothing else."""

    facts: FeedFacts
    entries: tuple[Sighted, ...] = ()
    known: bytes = b""
    identity: Rung = "guid"
    whole: bool = True
    problem: str | None = None


def read_document(order: ReadOrder) -> Reading:
    """Read one feed document. Raises MemoryError where a parser met its limit."""
    claimed = order.claimed
    feed = read_feed(
        order.body,
        address=order.address,
        content_type=order.content_type,
        charset=order.charset,
        content_location=order.content_location,
    )
    if feed.problem is not None:
        return Reading(facts=feed.facts, problem=feed.problem)
    articles = feed.articles[: claimed.limits.entries]
    left_out = len(feed.articles) - len(articles)
    identity, names = identify(articles, rung=claimed.identity, source_id=claimed.source_id)
    before = unpack_known(claimed.known, reader_version=READER_VERSION)
    entries = tuple(
        _sight(article, named, before, feed.facts.language, order)
        for article, named in zip(articles, names, strict=True)
    )
    whole = feed.whole and not left_out
    told = {
        named.entry_key: named.entry_digest for named in names if named.reason is None and not named.again
    }
    return Reading(
        facts=replace(feed.facts, left_out=left_out),
        entries=entries,
        known=pack_known((told if whole else {**before, **told}).items(), reader_version=READER_VERSION),
        identity=identity,
        whole=whole,
    )


def _sight(
    article: Article, named: Named, before: Mapping[str, str], feed_language: str | None, order: ReadOrder
) -> Sighted:
    story: Story | None = None
    state: State = "told"
    if named.reason is not None:
        state = "refused"
    elif named.again:
        state = "again"
    elif before.get(named.entry_key) == named.entry_digest:
        state = "known"
    else:
        story = _understand(article, named, feed_language, order)
    return Sighted(
        entry_key=named.entry_key,
        entry_digest=named.entry_digest,
        earlier_keys=named.earlier_keys,
        addressed=named.addressed,
        state=state,
        story=story,
        reason=named.reason,
    )


def _understand(article: Article, named: Named, feed_language: str | None, order: ReadOrder) -> Story:
    claimed = order.claimed
    return normalise_story(
        article,
        addresses=_own_names(named.addresses, claimed.site),
        outlet=claimed.name,
        language=claimed.language,
        country=claimed.country,
        timezone=claimed.timezone,
        feed_language=feed_language,
        now=order.now,
    )


def _own_names(addresses: tuple[Address, ...], site: str) -> tuple[Address, ...]:
    """The identity, and those further names that lie on the source's own site: a stranger's entry must
    not tie two addresses of another site together."""
    return addresses[:1] + tuple(address for address in addresses[1:] if site_of(address.url) == site)
