"""The tasks of site files: check them, which runs each in a worker, and propose selectors for a new one. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from newsdesk.crawler.site_files.site_file import SiteFileProblem, SiteFileRef
from newsdesk.crawler.workers.document import Document
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

    READER = "newsdesk.crawler.workers.readers.site_files:check_site_files"
    refs: tuple[SiteFileRef, ...]

    @property
    def limits(self) -> Limits:
        return DEFAULT_LIMITS

    @property
    def weight(self) -> int:
        return 1_000 * len(self.refs)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedField:
    """A selector for a field of a new site file: right on so many pages of those whose value is known, and what it
    gives on each page."""

    field: str
    selector: str
    right: int
    of: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeTask(Task[tuple[ProposedField, ...]]):
    """A few pages of one site to propose selectors for. `corrected`: what the operator says of the first page, by
    field: title, byline, date (its day)."""

    READER = "newsdesk.crawler.workers.readers.site_files:propose_fields"
    documents: tuple[Document, ...]
    corrected: tuple[tuple[str, str], ...] = ()
    allowed: Limits = DEFAULT_LIMITS

    @property
    def limits(self) -> Limits:
        """Of each page; they are read in one task."""
        return replace(self.allowed, reading_s=self.allowed.reading_s * max(1, len(self.documents)))

    @property
    def weight(self) -> int:
        return 8 * sum(len(one.body) for one in self.documents)
