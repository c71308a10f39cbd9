"""Which candidate of a field is believed: one visible table, field by field.

Pure. Takes what a page says (`pages.reader`) and what the feed said of the same story, and gives one Article,
in which each field remembers its origin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import get_args

from newsdesk.crawler.models import Article, FieldCandidate, Markup, PageCandidates, Person, PrintedDate
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.pages.authors import Whom, believed
from newsdesk.crawler.pages.text.tidying import tidy
from newsdesk.crawler.pages.titles import believed_title
from newsdesk.storage.records.stories import Access, Kind

# The first origin of a field's row that has something believable gives the field. `feed` is what the
# story's feed said of it. How often an origin was right was counted on 310 labelled pages when the order was
# chosen; what the whole order gives, `python -m benchmarks.quality` measures.
PRECEDENCE: dict[str, tuple[str, ...]] = {
    # an h1 that the page's own metadata confirm; see `pages.titles`
    "title": ("headline", "json-ld", "meta", "document", "feed"),
    # written for readers of lists: the feed's is that
    "summary": ("feed", "json-ld", "meta"),
    "updated": ("json-ld", "meta", "feed"),
    # typed as persons 81 %, meta 63, classes that say byline 47
    "authors": ("json-ld", "feed", "meta", "other meta", "byline", "line"),
    "language": ("html", "json-ld", "meta", "feed"),
    "image": ("meta", "json-ld", "feed"),
    "categories": ("feed", "meta"),
    "kind": ("json-ld", "meta", "feed"),
    # what the paper says outright, then how its page looks
    "access": ("json-ld", "meta", "layout", "feed"),
    # the longer one of page and feed; see `_text`
    "text": ("blocks", "trafilatura", "feed", "json-ld"),
}  # fmt: skip

_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
_ACCESSES: dict[str, Access] = {access: access for access in get_args(Access)}
Reads = Callable[[str], bool]
_TAG = re.compile(r"<[^<>]*>")
MUCH_LONGER = 1.5
A_STORY = 1_000  # characters of a text that is more than the beginning of a story


def merge(
    said: PageCandidates, feed: Sequence[tuple[str, FieldCandidate]], *, is_date: Reads, whom: Whom
) -> Article:
    """The Article that page and feed tell together. `feed` has a field's name with what the feed said;
    `is_date` tells whether a printed date can be understood, `whom` those whom a printed byline names."""
    fields = {
        name: _in_order(name, (*said.fields.get(name, ()), *(one for field, one in feed if field == name)))
        for name in PRECEDENCE
    }
    origins: dict[str, str] = {}

    def believe(name: str, found: FieldCandidate | None) -> str | None:
        if found is None:
            return None
        origins[name] = found.origin
        return found.value

    title = believe("title", believed_title(fields["title"], said.sites))
    summary = believe("summary", _first(fields["summary"]))
    updated = believe("updated", next((one for one in fields["updated"] if is_date(one.value)), None))
    authors = believed(fields["authors"], (*said.sites, *_host_names(said.address)), whom)
    believe("authors", authors[0] if authors else None)
    text = believe("text", _text(fields["text"]))
    language = believe("language", _first(fields["language"]))
    image = believe("image", _first(fields["image"]))
    kind = believe("kind", _first(fields["kind"]))
    access = believe("access", _first(fields["access"]))
    categories = _first(fields["categories"])
    origin_of_categories = categories.origin if categories else None
    return Article(
        link=said.address,
        title=Markup(value=title) if title else None,
        summary=Markup(value=summary) if summary else None,
        content=Markup(
            value=tidy(text, title=title, byline=authors[0].value if authors else None),
            base=said.base or said.address,
        )
        if text
        else None,
        updated=updated,
        dates=(
            *said.dates,
            *(PrintedDate(origin="feed", value=one.value) for name, one in feed if name == "published"),
        ),
        authors=tuple(Person(name=one.value) for one in authors),
        categories=tuple(one.value for one in fields["categories"] if one.origin == origin_of_categories),
        language=language,
        image=image,
        kind=_KINDS.get(kind or ""),
        access=_ACCESSES.get(access or ""),
        doubts=said.doubts,
        origins=tuple(sorted(origins.items())),
    )


def _in_order(name: str, candidates: Sequence[FieldCandidate]) -> tuple[FieldCandidate, ...]:
    row = PRECEDENCE[name]
    return tuple(
        sorted((one for one in candidates if one.origin in row), key=lambda one: row.index(one.origin))
    )


def _first(candidates: Sequence[FieldCandidate]) -> FieldCandidate | None:
    return next(iter(candidates), None)


def _host_names(address: str) -> tuple[str, ...]:
    """What an outlet is called by its host: `harbour.example` and `harbour`."""
    site = site_of(address)
    return (site, site.partition(".")[0]) if site else ()


def _text(candidates: Sequence[FieldCandidate]) -> FieldCandidate | None:
    """The page's text, unless the feed carried much more: behind a wall, a page has less than its feed. What
    JSON-LD calls the body is the page with its boxes and players in it: only instead of a short text."""
    chosen = _first(candidates)
    for other in candidates[1:]:
        assert chosen is not None
        short = other.origin != "json-ld" or _length(chosen.value) < A_STORY
        if short and _length(other.value) > MUCH_LONGER * _length(chosen.value):
            chosen = other
    return chosen


def _length(markup: str) -> int:
    return len(" ".join(_TAG.sub("", markup).split()))
