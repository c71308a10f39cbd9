"""A page of a host with a site file: the layout of its day, and what the file gives. Runs in a worker.

A site file that cannot be used fails no page: the page is read as any other, and its result has the problem.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from newsdesk.crawler.models import Article, PageCandidates
from newsdesk.crawler.normalise.languages import normalise_language
from newsdesk.crawler.normalise.publication import OutletHints, normalise_dates
from newsdesk.crawler.pages.dates.candidates import day_in_address
from newsdesk.crawler.pages.reader import ReadSite
from newsdesk.crawler.site_files.fields import site_fields
from newsdesk.crawler.site_files.loading import LoadedSite, SiteFileError, load
from newsdesk.crawler.site_files.site_file import Layout, SiteFileRef, layout_for
from newsdesk.crawler.workers.page_task import PageTask

Read = Callable[[ReadSite | None], PageCandidates]


def read_with_site_file(task: PageTask, ref: SiteFileRef, read: Read) -> PageCandidates:
    """The candidates of a page with those of its site file; `read` reads it with or without one."""
    try:
        loaded = load(ref)
    except SiteFileError as error:
        return replace(read(None), failure=(str(error), error.trace))
    layout = layout_for(loaded.site, None)
    if any(one.until for one in loaded.site.layouts):
        layout = layout_for(loaded.site, _day_of(task, loaded, read))
    return read(_reader(task, loaded, layout))


def _reader(task: PageTask, loaded: LoadedSite, layout: Layout | None) -> ReadSite:
    def read_site(tree: Any, base: str) -> Any:
        return site_fields(loaded, layout, tree, address=task.document.address, base=base, wants_text=True)

    return read_site


def _day_of(task: PageTask, loaded: LoadedSite, read: Read) -> date | None:
    """The day of a page's story, which decides its layout: that of the stored story, the day in the address, else
    the day that the page itself states."""
    stored = task.claimed.stored_story
    day = stored.published_day if stored is not None else None
    day = day or day_in_address(task.document.address)
    if day is None:
        day = _stated_day(read(None), task, loaded)
    try:
        return date.fromisoformat(day) if day else None
    except ValueError:
        return None


def _stated_day(candidates: PageCandidates, task: PageTask, loaded: LoadedSite) -> str | None:
    language = loaded.site.language or next(
        (tag for one in candidates.fields.get("language", ()) if (tag := normalise_language(one.value))), None
    )
    outlet = OutletHints(
        country=task.claimed.country,
        timezone=task.claimed.timezone or loaded.site.timezone,
        address=candidates.address,
    )
    found = normalise_dates(
        Article(dates=candidates.dates), language=language, outlet=outlet, now=task.document.fetched_at
    )
    return found.published.local_day if found.published is not None else None
