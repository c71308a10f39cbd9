"""Choose one of the printed dates of a story: a table of origins in order of precedence, and its exceptions.

Pure. Returns the chosen date with the origins that agree and the dates that were rejected. `publisher_clock` finds
the local day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from newsdesk.crawler.models import PrintedDate
from newsdesk.crawler.normalise.dates.parser import DateReading
from newsdesk.crawler.normalise.dates.publisher_clock import (
    SAME_DAY,
    PublisherClock,
    with_publisher_day,
    with_time_of_others,
)
from newsdesk.crawler.site_files.site_file import ORIGIN as SITE_FILE
from newsdesk.storage.records.stories import FROM_VISIT

Kind = Literal["metadata", "address", "visible", "elsewhere", "update", "limit"]
Read = Callable[[str], DateReading | None]


class Origin(NamedTuple):
    """Where a date was found: in *metadata* of the story, in the *address*, *visible* near the headline,
    *elsewhere* on the page, as the date of an *update*, or as the *limit* of dates elsewhere."""

    kind: Kind
    about: str


# In order of precedence. How often each is right is measured on labelled pages (`docs/dates.md`).
ORIGINS: dict[str, Origin] = {
    SITE_FILE: Origin("metadata", "the `date` of the page's site file"),
    "json-ld": Origin("metadata", "JSON-LD of the article, `datePublished`"),
    "meta": Origin("metadata", "meta element of publication: `article:published_time` and similar"),
    "microdata": Origin("metadata", "`itemprop=datePublished`"),
    "feed": Origin("metadata", "the feed's entry: `published`, `pubDate`, `dc:date`"),
    "script": Origin("metadata", "a script's `datePublished`, `pubDate` and similar"),
    "time": Origin("visible", "`time` elements after the headline"),
    "address": Origin("address", "the day in the page's address"),
    "headline": Origin("visible", "the headline itself"),
    "line": Origin("visible", "a line between the headline and the text"),
    "json-ld page": Origin("elsewhere", "JSON-LD of the web page, and `dateCreated`"),
    "opening": Origin(
        "elsewhere", "a date that opens a paragraph below the headline: `Berlin, 5 May 2024 –`"
    ),
    "other meta": Origin(
        "elsewhere", "meta element named `date` or `created`, which may mean something else"
    ),
    "line above": Origin("elsewhere", "a line above the headline"),
    "marked line": Origin("elsewhere", "a line elsewhere whose class names a date"),
    "sentence": Origin("elsewhere", "a sentence about the publication: `Press release of 5 May 2024`"),
    "updated": Origin("update", "JSON-LD's `dateModified`, meta `article:modified_time`"),
    "lastmod": Origin("update", "`lastmod` of a sitemap, if it prints no date of publication"),
    "far time": Origin("elsewhere", "other `time` elements of the story"),
    "far line": Origin("elsewhere", "a line elsewhere"),
    "header": Origin(
        "limit", "the header `Last-Modified`: never chosen, but a later date elsewhere is rejected"
    ),
}
_RANK = {origin: place for place, origin in enumerate(ORIGINS)}
_VAGUE = ("year", "month")
_ONE_DAY = timedelta(days=1)
OTHER_WORDS = "other words beside the date"
OF_UPDATE = "the date of an update"
NO_YEAR = "no year printed"
ONLY_UPDATED = "only an updated date"
MAX_DATES = 30  # dates that are parsed
MAX_REJECTED = 6  # rejected dates in the evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The chosen date, its origin and its printed form; the `agreeing` origins; the `rejected` dates as
    (origin, printed, reason)."""

    reading: DateReading
    origin: str
    printed: str
    agreeing: tuple[str, ...] = ()
    rejected: tuple[tuple[str, str, str], ...] = ()


class _Candidate(NamedTuple):
    origin: str
    printed: str
    reading: DateReading

    @property
    def kind(self) -> Kind:
        return "update" if OF_UPDATE in self.reading.doubts else ORIGINS[self.origin].kind

    @property
    def day(self) -> date:
        return date.fromisoformat(self.reading.local_day)


def choose(
    dates: Sequence[PrintedDate], *, read: Read, clock: PublisherClock, now: datetime
) -> Chosen | None:
    """The date of publication among `dates`, or None when none of them can be parsed.

    `read` parses one printed date; `clock` is what is known of the time zone of the publisher.
    """
    readings, unparsed = _readings(dates, read)
    readings = _with_year_of_page(readings)
    last_modified = next((one.reading.instant for one in readings if one.kind == "limit"), now)
    candidates = [one for one in readings if one.kind != "limit"]
    if not candidates:
        return None
    plausible = [
        one for one in candidates if _is_plausible(one, now=now, last_modified=last_modified)
    ] or candidates
    chosen = _most_trusted(plausible)
    others = [one for one in plausible if one is not chosen]
    reading = _completed(chosen, others, clock)
    agreeing = [one for one in others if _agrees(one, reading)]
    rejected = [
        (one.origin, one.printed, _reason_against(one, reading, plausible))
        for one in candidates
        if one is not chosen and one not in agreeing and one.kind != "update"
    ]
    return Chosen(
        reading=reading,
        origin=chosen.origin,
        printed=chosen.printed,
        agreeing=tuple(dict.fromkeys(one.origin for one in agreeing)),
        rejected=(*rejected, *unparsed)[:MAX_REJECTED],
    )


def _is_plausible(one: _Candidate, *, now: datetime, last_modified: datetime) -> bool:
    """Not later than the visit; elsewhere on the page, not later than `Last-Modified`. That header does not
    limit metadata, because some servers send the time of their template."""
    latest = min(now, last_modified) if ORIGINS[one.origin].kind in ("elsewhere", "update") else now
    return one.reading.instant <= latest + _ONE_DAY


def _readings(
    dates: Sequence[PrintedDate], read: Read
) -> tuple[list[_Candidate], list[tuple[str, str, str]]]:
    """The parsed dates in order of precedence, and the metadata dates that could not be parsed."""
    ordered = sorted(dict.fromkeys(dates), key=lambda one: _RANK[one.origin])[:MAX_DATES]
    candidates, unparsed = [], []
    for one in ordered:
        reading = read(one.value)
        if reading is not None and reading.rule == "clock" and ORIGINS[one.origin].kind != "metadata":
            continue  # the time of another story, or the length of a video
        if reading is not None:
            candidates.append(_Candidate(one.origin, one.value, reading))
        elif ORIGINS[one.origin].kind == "metadata":
            unparsed.append((one.origin, one.value, "not parsed"))
    return candidates, unparsed


def _with_year_of_page(readings: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates, where a date without a year has the year of the nearest other date of the page. Without
    another date it is left out, except in metadata: a page may be years old when it is visited."""
    dated = [
        one for one in readings if NO_YEAR not in one.reading.doubts and one.reading.precision not in _VAGUE
    ]
    if len(dated) == len(readings):
        return list(readings)
    found = []
    for one in readings:
        if NO_YEAR not in one.reading.doubts:
            found.append(one)
        elif dated:
            found.append(one._replace(reading=_in_year_of(one.reading, dated[0].day)))
        elif ORIGINS[one.origin].kind == "metadata":
            found.append(one)
    return found


def _in_year_of(reading: DateReading, other: date) -> DateReading:
    """The reading in the year in which its day is nearest to another day of the page."""
    day = date.fromisoformat(reading.local_day)
    years = {}
    for year in (other.year - 1, other.year, other.year + 1):
        try:
            years[abs(day.replace(year=year) - other)] = year
        except ValueError:  # 29 February
            continue
    moved = day.replace(year=years[min(years)]) if years else day
    return replace(
        reading,
        local_day=moved.isoformat(),
        instant=reading.instant + (moved - day),
    )


def _most_trusted(plausible: Sequence[_Candidate]) -> _Candidate:
    """The first in order of precedence, unless a line near the headline overrules it."""
    ordered = sorted(plausible, key=_tier)
    chosen = ordered[0]
    nearest = next((one for one in plausible if one.origin == "line"), None)
    if (
        nearest is None
        or nearest.kind != "visible"
        or chosen.kind != "metadata"
        or chosen.origin == SITE_FILE
    ):
        return chosen
    if not _overrules(nearest, chosen):
        return chosen
    confirmed = any(
        abs(one.day - chosen.day) <= _ONE_DAY
        for one in plausible
        if one.kind in ("address", "visible") or one.origin == "line above"
    )
    return chosen if confirmed else nearest


def _tier(one: _Candidate) -> tuple[int, int, bool]:
    """Sort key: publication, elsewhere, update, far from the headline, only a month or year. Within a tier by
    precedence, then in the order of the page: the nearest line first. Far from the headline, dates without other
    words are first."""
    kind = ORIGINS[one.origin].kind
    is_far = one.origin in ("far time", "far line") or (kind == "elsewhere" and one.kind == "update")
    if one.reading.precision in _VAGUE:
        tier = 4
    elif is_far or (kind != "metadata" and FROM_VISIT in one.reading.doubts):
        tier = 3
    else:
        tier = {"update": 2, "elsewhere": 1}.get(one.kind, 0)
    return tier, _RANK[one.origin], one.origin != "line" and OTHER_WORDS in one.reading.doubts


def _overrules(line: _Candidate, chosen: _Candidate) -> bool:
    """Whether a line with nothing but a date is more than a day away, also with day and month swapped.

    The metadata of a republished or moved page often have its first day, or the day of the move.
    """
    if OTHER_WORDS in line.reading.doubts:
        return False
    swapped = line.reading.rule.startswith("numbers") and (line.day.day, line.day.month) == (
        chosen.day.month,
        chosen.day.day,
    )
    return abs(line.day - chosen.day) > _ONE_DAY and not swapped


def _completed(chosen: _Candidate, others: Sequence[_Candidate], clock: PublisherClock) -> DateReading:
    """The chosen reading, with the time and the zone that other dates of the same moment have."""
    reading = chosen.reading
    same = [one for one in others if one.kind in ("metadata", "visible", "elsewhere")]
    reading = with_time_of_others(reading, [one.reading for one in same])
    reading = with_publisher_day(
        reading,
        visible=[one.reading for one in others if one.kind in ("metadata", "visible", "address")],
        stated=[one.reading for one in others],
        clock=clock,
    )
    if chosen.kind == "update" and OF_UPDATE not in reading.doubts:
        reading = replace(reading, doubts=(ONLY_UPDATED, *reading.doubts))
    return reading


def _agrees(one: _Candidate, reading: DateReading) -> bool:
    if one.kind == "update":
        return False
    return one.reading.local_day == reading.local_day or (
        one.reading.precision not in ("year", "month", "day")
        and reading.precision not in ("year", "month", "day")
        and abs(one.reading.instant - reading.instant) <= SAME_DAY
    )


def _reason_against(one: _Candidate, reading: DateReading, plausible: Sequence[_Candidate]) -> str:
    if one not in plausible:
        return "later than the visit or the page's last change"
    days = (one.day - date.fromisoformat(reading.local_day)).days
    return f"{abs(days)} day{'s' if abs(days) != 1 else ''} {'later' if days > 0 else 'earlier'}"
