"""What a news sitemap lists that a feed lost, and whether it may be asked for that at all. Pure.

This is what runs in the pool for a sitemap: the order goes in, the Listing comes out. A sitemap lists a whole
site. Only where the feed carries most of what is listed for its own time does it tell of the feed's stories:
a feed of the sports pages shall not fill up with politics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from newsdesk.crawler.feeds.sitemap import read_news_sitemap
from newsdesk.crawler.models import Article
from newsdesk.crawler.normalise.dates.parser import parse_date
from newsdesk.crawler.normalise.field_limits import bounded
from newsdesk.crawler.normalise.identity import identify
from newsdesk.crawler.normalise.urls.canonical import canonical_url
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.workers.feed_task import understand
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.visits import ClaimedVisit, Limits

FEWEST = 3  # addresses by which a sitemap is compared with a feed


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapOrder:
    """A news sitemap to read. `carried`: the entries that the feed's documents held, by their address in the
    form that is compared, with the moment of each; `since`: when the feed was read last."""

    body: bytes
    address: str
    charset: str | None
    claimed: ClaimedVisit
    carried: Mapping[str, datetime | None]
    since: datetime
    now: datetime

    @property
    def limits(self) -> Limits:
        return self.claimed.limits

    @property
    def weight(self) -> int:
        """As a feed's."""
        return 8 * len(self.body)

    def load(self) -> None:
        """Nothing: readers are born with all that feeds need (`crawler.workers.preload`)."""

    def read(self) -> Listing:
        """What the pool does with it."""
        return read_listing(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The `missed` entries, and whether the list reaches back to the feed's last document. `problem`: why
    nothing is taken of it, in words."""

    missed: tuple[FeedEntry, ...] = ()
    overlaps: bool = False
    problem: str | None = None


def read_listing(order: SitemapOrder) -> Listing:
    """Read one sitemap. Raises MemoryError where a parser met its limit."""
    articles = read_news_sitemap(order.body, address=order.address, charset=order.charset)
    if articles is None:
        return Listing(problem="it is no news sitemap")
    own = order.claimed.site
    listed = [
        (article, _moment(article, order)) for article in articles if site_of(article.link or "") == own
    ]
    if not _same_stories(listed, order.carried):
        return Listing(problem="it lists other stories than the feed carries")
    missed = [
        article
        for article, moment in listed
        if moment is not None and moment > order.since and _form(article) not in order.carried
    ]
    return Listing(
        missed=_sighted(missed, order),
        overlaps=any(moment is not None and moment < order.since for _, moment in listed),
    )


def _same_stories(
    listed: list[tuple[Article, datetime | None]], carried: Mapping[str, datetime | None]
) -> bool:
    """Whether the feed carries half or more of what is listed for the time that its documents span."""
    moments = [moment for moment in carried.values() if moment is not None]
    if not moments:
        return False
    first, last = min(moments), max(moments)
    meant = [article for article, moment in listed if moment is not None and first <= moment <= last]
    return len(meant) >= FEWEST and 2 * sum(_form(article) in carried for article in meant) >= len(meant)


def _sighted(articles: list[Article], order: SitemapOrder) -> tuple[FeedEntry, ...]:
    kept = tuple(map(bounded, articles))
    _, names = identify(kept, rung="address", source_id=order.claimed.source_id)
    return tuple(
        FeedEntry(
            entry_key=named.entry_key,
            entry_digest=named.entry_digest,
            address_identifies=named.addressed,
            state="told",
            story=understand(article, named, None, claimed=order.claimed, now=order.now),
        )
        for article, named in zip(kept, names, strict=True)
        if named.reason is None and not named.again
    )


def _form(article: Article) -> str:
    return canonical_url(article.link or "")


def _moment(article: Article, order: SitemapOrder) -> datetime | None:
    """When it was published; a date without a time tells nothing of which came first."""
    claimed = order.claimed
    read = parse_date(
        article.published or "", timezone=claimed.timezone, learned=claimed.zone.name, now=order.now
    )
    return read.instant if read is not None and read.precision in ("minute", "second") else None
