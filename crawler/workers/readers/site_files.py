"""Checks site files, and proposes selectors for a new one. Runs in a worker."""

from __future__ import annotations

from newsdesk.crawler.documents.html import decode_html, parse_html
from newsdesk.crawler.normalise.dates.parser import parse_date
from newsdesk.crawler.pages.reader import read_page
from newsdesk.crawler.site_files.loading import FUNCTIONS, SiteFileError, load
from newsdesk.crawler.site_files.proposals import propose, wanted_of
from newsdesk.crawler.site_files.site_file import SiteFileRef
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.page import normalise_page
from newsdesk.crawler.workers.site_files_task import (
    CheckSiteFilesTask,
    ProposedField,
    ProposeTask,
    SiteFileReport,
)
from newsdesk.storage.records.pages import ClaimedPage


def check_site_files(task: CheckSiteFilesTask) -> tuple[SiteFileReport, ...]:
    """Run each file."""
    return tuple(map(_report, task.refs))


def _report(ref: SiteFileRef) -> SiteFileReport:
    try:
        loaded = load(ref)
    except SiteFileError as error:
        return SiteFileReport(ref=ref, problem=error.problem)
    return SiteFileReport(
        ref=ref,
        layouts=tuple(one.until for one in loaded.site.layouts),
        functions=tuple(name for name in FUNCTIONS if getattr(loaded, name) is not None),
        timezone=loaded.site.timezone,
        language=loaded.site.language,
    )


def propose_fields(task: ProposeTask) -> tuple[ProposedField, ...]:
    """Selectors for the pages, by what the general rules read on them and by the operator's corrections."""
    pages, language = [], None
    for place, document in enumerate(task.documents):
        tree = parse_html(decode_html(document.body, document.charset)[0])
        if tree is None:
            continue
        claimed = ClaimedPage(page_id=0, url=document.address, host="")
        story = normalise_page(
            read_page(
                document.body,
                address=document.address,
                content_type=document.content_type,
                charset=document.charset,
            ),
            PageTask(document=document, claimed=claimed),
        ).own
        corrected = dict(task.corrected) if place == 0 else {}
        language = language or (story.language if story is not None else None)
        pages.append(wanted_of(tree, story, corrected=corrected))

    def day_of(printed: str) -> str | None:
        found = parse_date(printed, language=language, now=task.documents[0].fetched_at)
        return found.local_day if found is not None else None

    return propose(pages, day_of=day_of)
