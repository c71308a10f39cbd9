"""The choice among the candidates of each field, by one table: PRECEDENCE.

Pure. Merges the candidates of a page (`pages.reader`) and of its feed entry into one Article, which has the
origin of each field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import get_args

from newsdesk.crawler.models import Article, FieldCandidate, Markup, PageCandidates, Person, PrintedDate
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.pages.bylines.choice import NamesOf, choose_authors
from newsdesk.crawler.pages.text.tidying import tidy
from newsdesk.crawler.pages.titles import choose_title
from newsdesk.crawler.site_files.site_file import ORIGIN as SITE_FILE
from newsdesk.storage.records.stories import Access, Kind

# A field has the value of the first origin in its row that has a usable one. `feed` is the story's feed entry.
# What the site file of a page selects is chosen before all else.
# The order was fitted on 310 labelled pages, by how often each origin was right;
# `python -m benchmarks.quality` measures the result of the whole order.
PRECEDENCE: dict[str, tuple[str, ...]] = {
    # an h1 that the page's metadata confirm; see `pages.titles`
    "title": (SITE_FILE, "headline", "headline part", "json-ld", "meta", "document", "feed", "link"),
    # a feed's summary is written for lists of stories
    "summary": ("feed", "json-ld", "meta"),
    "updated": ("json-ld", "meta", "feed"),
    # right: names typed as persons 81 %, meta 63 %, classes for bylines 47 %
    "authors": (SITE_FILE, "json-ld", "feed", "meta", "other meta", "byline", "line", "signature"),
    "language": (SITE_FILE, "html", "json-ld", "meta", "feed"),
    "image": ("meta", "json-ld", "feed"),
    "categories": ("feed", "meta"),
    "kind": ("json-ld", "meta", "feed"),
    # stated by the publisher, then by the look of the page
    "access": ("json-ld", "meta", "layout", "feed"),
    # the longer one of page and feed; see `_text`
    "text": (SITE_FILE, "blocks", "trafilatura", "feed", "json-ld"),
}  # fmt: skip

_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
_ACCESSES: dict[str, Access] = {access: access for access in get_args(Access)}
IsDate = Callable[[str], bool]
_TAG = re.compile(r"<[^<>]*>")
MUCH_LONGER = 1.5
LONGEST_DATE = 40  # characters of a date, with its weekday
A_STORY = 1_000  # characters of a text that is more than the beginning of a story


def merge(
    page: PageCandidates, feed: Sequence[tuple[str, FieldCandidate]], *, is_date: IsDate, names_of: NamesOf
) -> Article:
    """The Article of page and feed entry together. `feed`: names of fields with the feed's candidates.
    `is_date`: whether a printed date can be parsed. `names_of`: the authors in a printed byline."""
    fields = {
        name: _in_order(name, (*page.fields.get(name, ()), *(one for field, one in feed if field == name)))
        for name in PRECEDENCE
    }
    origins: dict[str, str] = {}

    def choose(name: str, found: FieldCandidate | None) -> str | None:
        if found is None:
            return None
        origins[name] = found.origin
        return found.value

    names = (*page.sites, *_host_names(page.address))
    sections = tuple(one.value for one in page.fields.get("categories", ()))
    titles = [one for one in fields["title"] if not _is_date_headline(one, is_date)]
    title = choose("title", _selected(titles) or choose_title(titles, names, sections))
    summary = choose("summary", _first(fields["summary"]))
    updated = choose("updated", next((one for one in fields["updated"] if is_date(one.value)), None))
    bylines = [one for one in fields["authors"] if one.origin == SITE_FILE] or fields["authors"]
    authors = choose_authors(bylines, names, names_of)
    choose("authors", authors[0] if authors else None)
    text = choose("text", _text(fields["text"]))
    language = choose("language", _first(fields["language"]))
    image = choose("image", _first(fields["image"]))
    kind = choose("kind", _first(fields["kind"]))
    access = choose("access", _first(fields["access"]))
    categories = _first(fields["categories"])
    origin_of_categories = categories.origin if categories else None
    return Article(
        link=page.address,
        title=Markup(value=title) if title else None,
        summary=Markup(value=summary) if summary else None,
        content=Markup(
            value=tidy(text, title=title, byline=authors[0].value if authors else None),
            base=page.base or page.address,
        )
        if text
        else None,
        updated=updated,
        dates=(
            *page.dates,
            *(PrintedDate(origin="feed", value=one.value) for name, one in feed if name == "published"),
        ),
        authors=tuple(Person(name=one.value) for one in authors),
        categories=tuple(one.value for one in fields["categories"] if one.origin == origin_of_categories),
        language=language,
        image=image,
        kind=_KINDS.get(kind or ""),
        access=_ACCESSES.get(access or ""),
        corrections=tuple(one.value for one in page.fields.get("corrections", ())),
        rights=page.rights,
        doubts=page.doubts,
        origins=tuple(sorted(origins.items())),
    )


def _in_order(name: str, candidates: Sequence[FieldCandidate]) -> tuple[FieldCandidate, ...]:
    row = PRECEDENCE[name]
    return tuple(
        sorted((one for one in candidates if one.origin in row), key=lambda one: row.index(one.origin))
    )


def _selected(candidates: Sequence[FieldCandidate]) -> FieldCandidate | None:
    """The value that the page's site file selects."""
    return next((one for one in candidates if one.origin == SITE_FILE), None)


def _first(candidates: Sequence[FieldCandidate]) -> FieldCandidate | None:
    return next(iter(candidates), None)


def _is_date_headline(title: FieldCandidate, is_date: IsDate) -> bool:
    """Whether a headline is only a date, as above the entries of a blog."""
    printed = title.value
    return (
        title.origin == "headline"
        and len(printed) <= LONGEST_DATE
        and any(one.isdigit() for one in printed)
        and is_date(printed)
    )


def _host_names(address: str) -> tuple[str, ...]:
    """The names of an outlet by its host: `harbour.example` and `harbour`."""
    site = site_of(address)
    return (site, site.partition(".")[0]) if site else ()


def _text(candidates: Sequence[FieldCandidate]) -> FieldCandidate | None:
    """The page's text, or the feed's if it is much longer: a page with a paywall has less than its feed. The
    `articleBody` of JSON-LD contains the boxes of the page, so it replaces only a short text."""
    chosen = _first(candidates)
    for other in candidates[1:]:
        assert chosen is not None
        short = other.origin != "json-ld" or _length(chosen.value) < A_STORY
        if short and _length(other.value) > MUCH_LONGER * _length(chosen.value):
            chosen = other
    return chosen


def _length(markup: str) -> int:
    return len(" ".join(_TAG.sub("", markup).split()))
