"""Which of a story's dates is believed: one visible table of origins, and what may overrule it.

Pure. Takes what feed and page printed, each with its origin, and gives the date that is believed, with those
that agree and those that are doubted. The publisher's clock is `publisher_clock`'s.
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

Kind = Literal["told", "day", "shown", "elsewhere", "update", "bound"]
Read = Callable[[str], DateReading | None]


class Origin(NamedTuple):
    """Where a date stood. *told* to machines of the story, the *day* in an address, *shown* to people by the
    headline, said *elsewhere* on the page, said of an *update*, or is the *bound* of dates elsewhere."""

    kind: Kind
    about: str


# In the order of trust. How often each was right is counted on labelled pages (`docs/dates.md`).
ORIGINS: dict[str, Origin] = {
    "json-ld": Origin("told", "JSON-LD of the article, `datePublished`"),
    "meta": Origin("told", "meta element of publication: `article:published_time` and its kin"),
    "microdata": Origin("told", "`itemprop=datePublished`"),
    "feed": Origin("told", "the feed's entry: `published`, `pubDate`, `dc:date`"),
    "script": Origin("told", "a script's `datePublished`, `pubDate` and their kin"),
    "time": Origin("shown", "`time` elements behind the headline"),
    "address": Origin("day", "the day in the page's address"),
    "headline": Origin("shown", "the headline itself"),
    "line": Origin("shown", "a line between the headline and the text"),
    "json-ld page": Origin("elsewhere", "JSON-LD of the web page, and `dateCreated`"),
    "other meta": Origin("elsewhere", "meta element that says `date` or `created`, not of what"),
    "marked line": Origin("elsewhere", "a line elsewhere that its class calls a date"),
    "line above": Origin("elsewhere", "a line above the headline"),
    "updated": Origin("update", "JSON-LD's `dateModified`, meta `article:modified_time`"),
    "far time": Origin("elsewhere", "other `time` elements of the story"),
    "far line": Origin("elsewhere", "a line elsewhere"),
    "header": Origin("bound", "the header `Last-Modified`: never believed, but no date elsewhere is later"),
}
_RANK = {origin: place for place, origin in enumerate(ORIGINS)}
_VAGUE = ("year", "month")
_ONE_DAY = timedelta(days=1)
OTHER_WORDS = "other words beside the date"
OF_UPDATE = "said of an update"
ONLY_UPDATED = "only an updated date"
MAX_DATES = 30  # dates that are read
MAX_REJECTED = 6  # of those that are not believed stand in the evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The date that is believed, where it stood and what was printed; the origins that `agree` on its day;
    what was `doubted`, as (origin, printed, why)."""

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
    """The date of publication that `dates` tell, or None when none of them can be understood.

    `read` understands one printed date, `clock` is what is known of the publisher's clock beside the page.
    """
    readings, unparsed = _readings(dates, read)
    last_modified = next((one.reading.instant for one in readings if one.kind == "bound"), now)
    candidates = [one for one in readings if one.kind != "bound"]
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
    """Not later than the visit; elsewhere, not later than the page's last change. What machines are told is
    believed before the header: some servers send the time of their template."""
    latest = min(now, last_modified) if ORIGINS[one.origin].kind in ("elsewhere", "update") else now
    return one.reading.instant <= latest + _ONE_DAY


def _readings(
    dates: Sequence[PrintedDate], read: Read
) -> tuple[list[_Candidate], list[tuple[str, str, str]]]:
    """Those that can be understood, in the order of trust; those meant for machines that cannot."""
    ordered = sorted(dict.fromkeys(dates), key=lambda one: _RANK[one.origin])[:MAX_DATES]
    candidates, unparsed = [], []
    for one in ordered:
        reading = read(one.value)
        if reading is not None:
            candidates.append(_Candidate(one.origin, one.value, reading))
        elif ORIGINS[one.origin].kind == "told":
            unparsed.append((one.origin, one.value, "not parsed"))
    return candidates, unparsed


def _most_trusted(plausible: Sequence[_Candidate]) -> _Candidate:
    """The first in the order of trust, but for a line by the headline that tells another day."""
    ordered = sorted(plausible, key=_tier)
    chosen = ordered[0]
    lines = [one for one in plausible if one.origin == "line" and one.kind == "shown"]
    if not lines or chosen.kind != "told" or not _overrules(lines[0], chosen):
        return chosen
    confirmed = any(
        abs(one.day - chosen.day) <= _ONE_DAY for one in plausible if one.kind in ("day", "shown")
    )
    return chosen if confirmed else lines[0]


def _tier(one: _Candidate) -> tuple[int, int, bool]:
    """Dates of publication, those elsewhere, updates, those of lines far from the headline, mere months; each
    by trust, those that stand alone first."""
    kind = ORIGINS[one.origin].kind
    if one.reading.precision in _VAGUE:
        tier = 4
    elif one.origin in ("far time", "far line") or (kind == "elsewhere" and one.kind == "update"):
        tier = 3
    else:
        tier = {"update": 2, "elsewhere": 1}.get(one.kind, 0)
    return tier, _RANK[one.origin], OTHER_WORDS in one.reading.doubts


def _overrules(line: _Candidate, chosen: _Candidate) -> bool:
    """A line that holds a date and nothing else, more than a day away however it may be read: what machines
    are told of pages that were published anew is often the first day, or that of a move."""
    if OTHER_WORDS in line.reading.doubts:
        return False
    swapped = line.reading.rule.startswith("numbers") and (line.day.day, line.day.month) == (
        chosen.day.month,
        chosen.day.day,
    )
    return abs(line.day - chosen.day) > _ONE_DAY and not swapped


def _completed(chosen: _Candidate, others: Sequence[_Candidate], clock: PublisherClock) -> DateReading:
    """The reading that is believed, with the clock and the zone that the others tell of the same moment."""
    reading = chosen.reading
    same = [one for one in others if one.kind in ("told", "shown", "elsewhere")]
    reading = with_time_of_others(reading, [one.reading for one in same])
    reading = with_publisher_day(
        reading,
        visible=[one.reading for one in others if one.kind in ("told", "shown", "day")],
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
