"""From one home or section page to the links that may lead to stories. Pure; runs in a worker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from newsdesk.crawler.discovery.home_page import is_web_page, read_home
from newsdesk.crawler.links.choice import judge_links
from newsdesk.crawler.links.models import StoryLink
from newsdesk.crawler.links.pagination import next_pages
from newsdesk.crawler.links.reader import read_links
from newsdesk.crawler.links.shapes import AddressShapes
from newsdesk.crawler.normalise.dates.parser import parse_date
from newsdesk.crawler.normalise.reader_version import READER_VERSION
from newsdesk.crawler.normalise.text.html import MAX_PLAIN, clean_controls
from newsdesk.crawler.normalise.urls.canonical import address_key
from newsdesk.crawler.pages.dates.candidates import day_in_address
from newsdesk.crawler.workers.site_task import SiteReading, SiteTask
from newsdesk.storage.records.addresses.links import FoundLink
from newsdesk.storage.records.digests import digest, unpack_entries
from newsdesk.storage.records.stories import Address
from newsdesk.storage.records.visits import ClaimedVisit, FeedFacts

OLD = timedelta(days=7)  # a link of an earlier day is backlog


def read_site_task(task: SiteTask) -> SiteReading:
    """Choose the story links of one page. Raises MemoryError where a parser exceeds the limit."""
    document, claimed = task.document, task.claimed
    if not is_web_page(document.body, document.content_type):
        kind = document.content_type or "a document without a type"
        return SiteReading(facts=FeedFacts(), problem=f"this is {kind}, not a web page")
    shapes = AddressShapes.from_json(claimed.address_shapes) if claimed.address_shapes else None
    page_links = read_links(document.body, address=document.address, charset=document.charset)
    by_site_file, failure = _by_site_file(task)
    considered = (
        judge_links(page_links, address=document.address, shapes=shapes)
        if by_site_file is None
        else by_site_file
    )
    chosen = [link for link in considered if link.is_story]
    links = found_links(chosen, claimed=claimed, now=document.fetched_at)
    before = unpack_entries(claimed.known_entries, reader_version=READER_VERSION)
    return SiteReading(
        facts=_facts(task),
        links=links,
        all_links=len(page_links),
        known=sum(link.entry_key in before for link in links),
        next_page=next(iter(next_pages(page_links, address=document.address)), None),
        considered=considered if task.explain else (),
        failure=failure,
    )


def _by_site_file(task: SiteTask) -> tuple[tuple[StoryLink, ...] | None, tuple[str, str] | None]:
    """The links that the page's site file chooses. None: it chooses none, or it failed."""
    if task.site_file is None:
        return None, None
    from newsdesk.crawler.site_files.links import site_links  # few sites have a site file
    from newsdesk.crawler.site_files.loading import SiteFileError, load

    try:
        loaded = load(task.site_file)
    except SiteFileError as error:
        return None, (str(error), error.trace)
    return site_links(
        loaded, task.document.body, address=task.document.address, charset=task.document.charset
    )


def found_links(
    chosen: Iterable[StoryLink], *, claimed: ClaimedVisit, now: datetime
) -> tuple[FoundLink, ...]:
    """The links as they are kept, each address once."""
    found: dict[str, FoundLink] = {}
    for link in sorted(chosen, key=lambda one: one.position):
        key = digest("e1", "address", link.canonical)
        day = day_of(link, claimed=claimed, now=now)
        found.setdefault(
            key,
            FoundLink(
                entry_key=key,
                address=Address(key=address_key(link.address), url=link.address, found_in="entry"),
                title=link.title,
                day=day,
                reason=f"a link of the page: {reasons_of(link)}",
                backlog=claimed.first_read or (day is not None and day < (now - OLD).date().isoformat()),
            ),
        )
        if len(found) == claimed.limits.entries:
            break
    return tuple(found.values())


def reasons_of(link: StoryLink) -> str:
    """The reasons for a link, the weightiest first."""
    ordered = sorted(link.reasons, key=lambda reason: -abs(reason.weight))
    return ", ".join(f"{reason.name} {reason.weight:+g}" for reason in ordered)


def day_of(link: StoryLink, *, claimed: ClaimedVisit, now: datetime) -> str | None:
    """The day that the address or the page shows for a link, YYYY-MM-DD; None for a day that is to come."""
    day = day_in_address(link.address)
    if day is None and link.date is not None:
        read = parse_date(
            link.date, language=claimed.language, country=claimed.country, timezone=claimed.timezone, now=now
        )
        day = None if read is None or read.precision in ("year", "month") else read.local_day
    return day if day is None or day <= (now + timedelta(days=1)).date().isoformat() else None


def _facts(task: SiteTask) -> FeedFacts:
    document = task.document
    title = read_home(document.body, address=document.address, charset=document.charset).title
    return FeedFacts(
        title=" ".join(clean_controls(title[:MAX_PLAIN]).split()) or None if title else None,
        home=document.address,
        format="site",
        parser="links",
    )
