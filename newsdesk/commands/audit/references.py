"""What a site lists: its sitemaps and pages, read as their visits read them. Nothing is kept.

Every request goes through the address guard, robots.txt and the rate limit of its host.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin

from newsdesk.commands.audit.reasons import Listed, Reference
from newsdesk.crawler.http.target import AddressError, host_of
from newsdesk.crawler.normalise.urls.canonical import address_key
from newsdesk.crawler.session import Session
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.rate_limits import queue_of
from newsdesk.storage.records.visits import ClaimedVisit, SourceKind, VisitResult

MOST_SITEMAPS = 5  # of those that a robots.txt names


async def read_references(
    claimed: ClaimedVisit,
    given: Sequence[str],
    *,
    home: str,
    settings: RunSettings,
    host_updates: Iterable[HostUpdate],
    on_read: Callable[[str], None],
) -> list[Reference]:
    """Read the given addresses; without any, the sitemaps that the robots.txt of the site names, and its home page,
    also where the source is one of these: a story that it lists may have failed or been refused. `claimed` is the
    source."""
    references = []
    async with Session(settings.session, now=lambda: datetime.now(UTC)) as session:
        session.apply_host_updates(host_updates)
        addresses: list[tuple[str, SourceKind]] = [(one, kind_of(one)) for one in given]
        if not given:
            on_read(urljoin(home, "/robots.txt"))
            named = await _sitemaps(session, claimed, home)
            addresses = [(one, "sitemap") for one in named[:MOST_SITEMAPS]] + [(home, "site")]
        for address, kind in addresses:
            on_read(address)
            references.append(await _read(session, claimed, address, kind))
    return references


def kind_of(address: str) -> SourceKind:
    """How a given address is read: as a sitemap by its name, else as a page."""
    path = address.partition("?")[0].lower()
    return "sitemap" if path.endswith((".xml", ".gz", ".txt")) or "sitemap" in path else "site"


async def _sitemaps(session: Session, claimed: ClaimedVisit, home: str) -> tuple[str, ...]:
    try:
        return tuple(urljoin(home, one) for one in await session.sitemaps_of(claimed, home))
    except AddressError:
        return ()


async def _read(session: Session, claimed: ClaimedVisit, address: str, kind: SourceKind) -> Reference:
    try:
        host = queue_of(host_of(address))
    except AddressError as error:
        return Reference(address=address, kind=kind, message=str(error), ok=False)
    visit = ClaimedVisit(
        source_id=0,
        address=address,
        host=host,
        site=claimed.site,
        kind=kind,
        address_shapes=claimed.address_shapes,
        language=claimed.language,
        country=claimed.country,
        timezone=claimed.timezone,
        zone=claimed.zone,
        delay_s=claimed.delay_s,
        per_minute=claimed.per_minute,
        limits=replace(claimed.limits, entries=max(claimed.limits.entries, 10_000)),
    )
    with session.share() as share:
        result = await session.visit(visit, share)
    return Reference(
        address=address,
        kind=kind,
        message=result.outcome.message,
        ok=result.outcome.category == "ok",
        listed=tuple(_listed(result, address)),
        host_updates=result.host_updates,
    )


def _listed(result: VisitResult, within: str) -> Iterable[Listed]:
    for entry in result.entries:
        story = entry.story
        if story is not None and story.addresses:
            at = story.published or story.updated
            url = story.addresses[0].url
            yield Listed(
                key=address_key(url),
                url=url,
                title=story.title,
                at=at,
                day=story.published_day,
                within=within,
            )
    for link in result.links or ():
        yield Listed(
            key=link.address.key, url=link.address.url, title=link.title, day=link.day, within=within
        )
