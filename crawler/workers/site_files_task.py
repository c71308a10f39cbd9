"""The task that checks site files: each is run in a worker, which the main process never does. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsdesk.crawler.site_files.site_file import SiteFileProblem, SiteFileRef
from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.visits import DEFAULT_LIMITS, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFileReport:
    """One site file that was run: its layouts (the last day of each, None: the present one), its functions, and what
    is wrong with it."""

    ref: SiteFileRef
    layouts: tuple[str | None, ...] = ()
    functions: tuple[str, ...] = ()
    timezone: str | None = None
    language: str | None = None
    problem: SiteFileProblem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSiteFilesTask(Task[tuple[SiteFileReport, ...]]):
    """Site files to run and check."""

    READER = "newsdesk.crawler.workers.readers.site_page:check_site_files"
    refs: tuple[SiteFileRef, ...]

    @property
    def limits(self) -> Limits:
        return DEFAULT_LIMITS

    @property
    def weight(self) -> int:
        return 1_000 * len(self.refs)
