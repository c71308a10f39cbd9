"""A page by its site file: the candidates that the selectors of a layout and the file's `read` function give.

`read` is the operator's code: whatever it raises becomes the failure of this page's reading, and the page is read
without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import html

from newsdesk.crawler.large_libraries import LibraryNeededError
from newsdesk.crawler.models import FieldCandidate, PrintedDate, SiteFields
from newsdesk.crawler.normalise.text.html import html_of_text
from newsdesk.crawler.site_files import selecting
from newsdesk.crawler.site_files.loading import LoadedSite, problem_of, user_traceback
from newsdesk.crawler.site_files.page import SitePage
from newsdesk.crawler.site_files.selecting import SelectorError
from newsdesk.crawler.site_files.site_file import ORIGIN, Layout

READABLE = ("title", "byline", "date", "body")  # what `read` may return
Failure = tuple[str, str]  # what was raised and where, and the traceback
LONGEST_BODY = 2_000_000  # characters of the HTML that `read` returns


def site_fields(
    loaded: LoadedSite,
    layout: Layout | None,
    tree: html.HtmlElement,
    *,
    address: str,
    base: str,
    wants_text: bool,
) -> SiteFields:
    """The candidates of a page. Takes the parts of `drop` out of the tree."""
    found: dict[str, tuple[str, ...]] = {}
    returned, failure = _call_read(loaded, SitePage(tree, address=address, base=base))
    if layout is not None:
        try:
            found = _selected(layout, tree, wants_text=wants_text)
        except SelectorError as error:
            failure = (f"{loaded.ref.path}: {error}", "")
    found |= returned
    return SiteFields(
        name=loaded.ref.name,
        fields={
            name: tuple(FieldCandidate(origin=ORIGIN, value=value) for value in values)
            for name, values in (
                ("title", found.get("title", ())),
                ("authors", found.get("byline", ())),
                ("text", found.get("body", ()) if wants_text else ()),
                ("language", (loaded.site.language,) if loaded.site.language else ()),
            )
            if values
        },
        dates=tuple(PrintedDate(origin=ORIGIN, value=value[:300]) for value in found.get("date", ())[:3]),
        timezone=loaded.site.timezone,
        failure=failure,
    )


def _call_read(loaded: LoadedSite, page: SitePage) -> tuple[dict[str, tuple[str, ...]], Failure | None]:
    """What the file's `read` function returns, and what it raised. It may change the page, so it runs first."""
    if loaded.read is None:
        return {}, None
    try:
        return _returned(loaded.read(page)), None
    except (MemoryError, LibraryNeededError):
        raise
    except Exception as error:  # the operator's code may raise anything
        problem = problem_of(error, loaded.ref, "read(page)")
        return {}, (str(problem), user_traceback(error, loaded.ref.path))


def _selected(layout: Layout, tree: html.HtmlElement, *, wants_text: bool) -> dict[str, tuple[str, ...]]:
    """The parts of `drop` are removed before the body is selected, since a byline may stand in it."""
    found = {
        "title": selecting.texts(selecting.select(tree, layout.title))[:1],
        "byline": selecting.texts(selecting.select(tree, layout.byline)),
        "date": selecting.dates(selecting.select(tree, layout.date)),
    }
    selecting.remove(tree, layout.drop)
    if wants_text:
        body = selecting.body_html(selecting.select(tree, layout.body))
        found["body"] = (body,) if body else ()
    return found


def _returned(values: Any) -> dict[str, tuple[str, ...]]:
    """What `read` returned: a dict of texts or lists of texts; None adds nothing."""
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise TypeError(f"read(page) returned {type(values).__name__}; return a dict, or None")
    found = {}
    for name, value in values.items():
        if name not in READABLE:
            raise ValueError(f"read(page) returned {name!r}; the fields are {', '.join(READABLE)}")
        listed = [value] if isinstance(value, str) else [one for one in value or () if one is not None]
        if not all(isinstance(one, str) for one in listed):
            raise TypeError(f"read(page) returned something else than text for {name!r}")
        if listed:
            most = LONGEST_BODY if name == "body" else selecting.LONGEST
            found[name] = tuple(str(one)[:most] for one in listed if one.strip())
    if "body" in found and "<" not in found["body"][0]:
        found["body"] = (html_of_text("\n\n".join(found["body"])),)
    elif "body" in found:
        found["body"] = ("".join(found["body"]),)
    return found
