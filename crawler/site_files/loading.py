"""Runs a site file in a worker, and checks what it defines. The file is the operator's own code, or newsdesk's.

A file is run once in each worker, and again when it changed. Nothing is written beside it.
"""

from __future__ import annotations

import ast
import difflib
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from newsdesk.crawler.large_libraries import LibraryNeededError
from newsdesk.crawler.normalise.languages import normalise_language
from newsdesk.crawler.site_files.selecting import SelectorError, compiled
from newsdesk.crawler.site_files.site_file import (
    Layout,
    SiteFile,
    SiteFileProblem,
    SiteFileRef,
    selectors,
)

FUNCTIONS = ("read", "links")
_UNEXPECTED = re.compile(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'")
_LONGEST = 4_000  # characters of a traceback


class SiteFileError(Exception):
    """A site file that cannot be used."""

    def __init__(self, problem: SiteFileProblem, trace: str) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.trace = trace


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSite:
    """A site file that was run: its record and its functions."""

    ref: SiteFileRef
    site: SiteFile
    read: Callable[[Any], Any] | None = None
    links: Callable[[Any], Any] | None = None


def load(ref: SiteFileRef) -> LoadedSite:
    """The site file, run and checked. Raises SiteFileError."""
    found = _load(ref)
    if isinstance(found, SiteFileError):
        raise found
    return found


@lru_cache(maxsize=256)
def _load(ref: SiteFileRef) -> LoadedSite | SiteFileError:
    name = f"newsdesk_site_files.{ref.name.removesuffix('.py')}_{ref.digest}"
    module = ModuleType(name)
    module.__file__ = ref.path
    sys.modules[name] = module  # dataclasses and pickle look a module up by its name
    source = ""
    try:
        source = Path(ref.path).read_text(encoding="utf-8")
        exec(compile(source, ref.path, "exec"), module.__dict__)  # noqa: S102 - what a site file is for
    except (MemoryError, LibraryNeededError):
        raise
    except Exception as error:  # whatever the operator's code raises is a problem of this file only
        line = _line_in(error, ref.path)
        return _error(ref, line, _message(error), trace=user_traceback(error, ref.path))
    site = getattr(module, "SITE", None)
    if not isinstance(site, SiteFile):
        return _error(ref, None, 'SITE is no SiteFile; write SITE = SiteFile(hosts=("harbour.example",), …)')
    for text, message in _wrong(site):
        return _error(ref, _line_of(source, text), message)
    functions = {one: getattr(module, one, None) for one in FUNCTIONS}
    return LoadedSite(ref=ref, site=site, **{name: one for name, one in functions.items() if callable(one)})


def _error(ref: SiteFileRef, line: int | None, message: str, trace: str = "") -> SiteFileError:
    problem = SiteFileProblem(path=ref.path, line=line, message=message)
    return SiteFileError(problem, trace or str(problem))


def _message(error: Exception) -> str:
    unknown = _UNEXPECTED.search(str(error))
    if unknown is None:
        return f"{type(error).__name__}: {error}; mend the line, or move the file away"
    kind, name = unknown.groups()
    near = difflib.get_close_matches(name, (*Layout.__slots__, *SiteFile.__slots__), n=1)
    return f"{kind} has no field {name!r}" + (f"; did you mean {near[0]}?" if near else "")


def _wrong(site: SiteFile) -> Iterator[tuple[str, str]]:
    """(the wrong value, what is wrong with it)."""
    if not isinstance(site.layouts, tuple) or not all(isinstance(one, Layout) for one in site.layouts):
        yield "layouts", "layouts must be a tuple of Layout(…); mind the comma after a single one"
        return
    for layout in site.layouts:
        yield from _wrong_in(layout)
    present = [one for one in site.layouts if one.until is None]
    if len(present) > 1:
        yield "Layout", "two layouts have no until, so either could be the present one; date the older one"
    if site.timezone is not None:
        try:
            ZoneInfo(site.timezone)
        except (ValueError, OSError, LookupError):
            yield site.timezone, f"{site.timezone!r} is no time zone; write a name like Europe/Berlin"
    if site.language is not None and normalise_language(site.language) is None:
        yield site.language, f"{site.language!r} is no language; write a tag like en or pt-BR"


def _wrong_in(layout: Layout) -> Iterator[tuple[str, str]]:
    for name in ("title", "byline", "date", "body", "drop"):
        given = getattr(layout, name)
        if not isinstance(given, str | tuple) or not all(isinstance(one, str) for one in selectors(given)):
            yield name, f"{name} must be a selector or a tuple of selectors"
            return
        for one in selectors(given):
            try:
                compiled(one)
            except SelectorError as error:
                yield one, f"the selector {one!r} of {name} cannot be used: {error}; see docs/site-files.md"
    if layout.until is not None:
        try:
            date.fromisoformat(layout.until)
        except (ValueError, TypeError):
            yield (
                str(layout.until),
                f'until = {layout.until!r} is no day; write the last one as until="2024-05-31"',
            )


def _line_of(source: str, text: str) -> int | None:
    """The line on which a text is written, or on which a call or field of this name is."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and node.value == text:
            return node.lineno
        if isinstance(node, ast.keyword) and node.arg == text:
            return node.value.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == text:
            return node.lineno
    return None


def _line_in(error: BaseException, path: str) -> int | None:
    """The line of a file on which an exception arose."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == path), None)


def user_traceback(error: BaseException, path: str) -> str:
    """The traceback from the first frame in the file on."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != path:
        trace = trace.tb_next
    lines = traceback.format_exception(type(error), error, trace or error.__traceback__)
    return "".join(lines)[-_LONGEST:]


def problem_of(error: BaseException, ref: SiteFileRef, what: str) -> SiteFileProblem:
    """What a function of a site file raised, as a problem of its line."""
    return SiteFileProblem(
        path=ref.path,
        line=_line_in(error, ref.path),
        message=f"{what} raised {type(error).__name__}: {error}",
    )
