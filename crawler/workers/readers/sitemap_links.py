"""The addresses of a sitemap that have no title, as links that may lead to stories. Pure; runs in a worker.

A sitemap lists whatever a site has. What is certainly no story by its address is left out; the page decides about the
rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from newsdesk.crawler.links.address_form import form_of
from newsdesk.crawler.links.address_reasons import DECISIVE, address_reasons, own_site
from newsdesk.crawler.links.shapes import AddressShapes
from newsdesk.crawler.normalise.urls.canonical import address_key, canonical_url
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.pages.dates.candidates import day_in_address
from newsdesk.crawler.sitemaps.listed import ListedAddress, lastmod_moment
from newsdesk.crawler.workers.readers.site import OLD
from newsdesk.storage.records.addresses.links import FoundLink
from newsdesk.storage.records.digests import digest
from newsdesk.storage.records.stories import Address
from newsdesk.storage.records.visits import ClaimedVisit

_WORST = -2.0  # the sum of the reasons of an address that may still be a story: a sitemap shows no headline


def links_of_sitemap(
    listed: Iterable[ListedAddress],
    *,
    claimed: ClaimedVisit,
    address: str,
    entries: Collection[str],
    now: datetime,
) -> tuple[FoundLink, ...]:
    """The links of the sitemap at `address`, each once. `entries`: the keys of its entries with a title."""
    shapes = AddressShapes.from_json(claimed.address_shapes) if claimed.address_shapes else None
    sites = frozenset((claimed.site, site_of(claimed.address), own_site(site_of(address))))
    found: dict[str, FoundLink] = {}
    for one in listed:
        canonical = canonical_url(one.address)
        key = digest("e1", "address", canonical)
        if key in entries or key in found or not _may_be_story(canonical, sites, shapes):
            continue
        day = _day_of(one, now)
        found[key] = FoundLink(
            entry_key=key,
            address=Address(key=address_key(one.address), url=one.address, found_in="entry"),
            day=day,
            reason="listed by the sitemap",
            backlog=claimed.first_read or (day is not None and day < (now - OLD).date().isoformat()),
        )
    return tuple(found.values())


def _may_be_story(canonical: str, sites: frozenset[str], shapes: AddressShapes | None) -> bool:
    form = form_of(canonical)
    weights = [reason.weight for reason in address_reasons(canonical, form, sites=sites, page="")]
    if any(weight <= DECISIVE for weight in weights) or sum(weights) < _WORST:
        return False
    return shapes is None or shapes.fit(canonical) != "other"


def _day_of(one: ListedAddress, now: datetime) -> str | None:
    """The day in the address; else that of `lastmod`, which is never before the publication."""
    moment = lastmod_moment(one.lastmod)
    day = day_in_address(one.address) or (None if moment is None else moment.date().isoformat())
    return None if day is None else min(day, now.date().isoformat())
