"""The records of a site file: the layouts of one newspaper, and which of them a page of some day has. Pure.

Only data: `site_files.loading` runs the file in a worker, `site_files.selecting` applies its selectors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

Selectors = str | tuple[str, ...]  # several are tried in turn, the first that selects something is used
ORIGIN = "site file"  # of the values that a site file selects, in evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the parts of an article page are, by CSS (`h1`, `time::attr(datetime)`) or XPath (`//h1`).

    `drop`: all that is removed once title, byline and date are selected. `until`: the last day (`YYYY-MM-DD`) on
    which stories were published in this layout; the present layout has none. A field without a selector is read as
    on any other page, and so is one whose selectors select nothing.
    """

    title: Selectors = ()
    byline: Selectors = ()
    date: Selectors = ()
    body: Selectors = ()
    drop: Selectors = ()
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile:
    """One newspaper. A host stands for its subdomains, too. `timezone` (IANA) and `language` (BCP 47) apply where the
    source has none of its own."""

    hosts: tuple[str, ...]
    layouts: tuple[Layout, ...] = ()
    timezone: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFileRef:
    """A site file as the main process knows it, which does not run it. `digest`: of its bytes."""

    name: str
    path: str
    digest: str
    own: bool
    hosts: tuple[str, ...] = ()


FindSiteFile = Callable[[str], SiteFileRef | None]  # by host


def no_site_file(host: str) -> None:
    """Finds none: every page is read by the general rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFileProblem:
    """Why a site file cannot be used: where, what, and what to do."""

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        at = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{at}: {self.message}"


def selectors(given: Selectors) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


def layout_for(site: SiteFile, day: date | None) -> Layout | None:
    """The layout of a page that was published on `day`: the earliest that was still in use. None: of today."""
    dated = sorted((one for one in site.layouts if one.until), key=lambda one: one.until or "")
    present = next((one for one in site.layouts if one.until is None), None)
    if day is None:
        return present
    return next((one for one in dated if one.until and day.isoformat() <= one.until), present)
