"""The zone of a source that prints clocks without one, learned from when its entries were first seen.

Pure. An entry was published after the visit at which it was not there, and before the one at which it was: so
each allows some distances from UTC and forbids others. A zone that nearly all of thirty allow is learned; a
source that mixes clocks stays without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from newsdesk.crawler.models import Article
from newsdesk.crawler.normalise.countries import country_of_language, zone_of_country
from newsdesk.crawler.normalise.dates.parser import parse_date
from newsdesk.crawler.normalise.dates.publisher_clock import NO_ZONE
from newsdesk.crawler.normalise.dates.zones import find_zone
from newsdesk.storage.records.zone_offsets import MOST, Lag, ZoneHabit

LONGEST_WAIT = timedelta(minutes=60)  # between two visits: beyond it too many zones are allowed
CLOCKS_MIN = 10  # a server's clock may be so far ahead
LATE_MIN = 30  # so much later than its printed clock may an entry come into its feed
MIN_FIT = 0.8  # of the entries must allow a zone
MIN_FIT_TO_KEEP = 0.6  # of them must still allow one that was learned
_LATEST = 10
_FUTURE_ENTRIES = 3  # of the latest, printed later than they were seen, end what was learned
_MAX_MISFIT_MIN = 60  # an entry that forbids a zone costs no more than if it were so far from allowing it
_LATENESS_WEIGHT = 0.03  # of two zones that all allow that by which the entries came sooner costs less
_MIN_MARGIN = 8.0  # so much less must a zone cost than the next
_COUNTRY_ALLOWANCE = 20.0  # what a country's zone may cost more: it knows when the clocks are changed

# Minutes from UTC that are the same all year; zones that change their clocks come from country and language.
_FIXED = {
    **{f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC": 60 * hours for hours in range(-12, 15)},
    **{"Asia/Tehran": 210, "Asia/Kabul": 270, "Asia/Kolkata": 330, "Asia/Yangon": 390},
    "Australia/Darwin": 570,
}
# Where a language names no country: the clocks of the papers that are written in it.
_OF_LANGUAGE = {
    "cs": ("Europe/Prague",),
    "da": ("Europe/Copenhagen",),
    "de": ("Europe/Berlin",),
    "el": ("Europe/Athens",),
    "en": ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    "es": ("Europe/Madrid", "America/Santiago"),
    "fi": ("Europe/Helsinki",),
    "fr": ("Europe/Paris",),
    "hu": ("Europe/Budapest",),
    "it": ("Europe/Rome",),
    "nb": ("Europe/Oslo",),
    "ne": ("Asia/Kathmandu",),
    "nl": ("Europe/Amsterdam",),
    "no": ("Europe/Oslo",),
    "pl": ("Europe/Warsaw",),
    "ro": ("Europe/Bucharest",),
    "sv": ("Europe/Stockholm",),
    "uk": ("Europe/Kyiv",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletLocale:
    """What is known of whose clock it may be: a country (two capitals) and a language tag."""

    country: str | None = None
    language: str | None = None


def measure_lag(
    article: Article, *, language: str | None, country: str | None, waited: timedelta, now: datetime
) -> Lag | None:
    """What an entry that was not there before tells: None where it prints no clock, or a zone with it."""
    printed = article.published or article.updated
    reading = parse_date(printed, language=language, country=country, now=now) if printed else None
    if reading is None or NO_ZONE not in reading.doubts or reading.precision not in ("minute", "second"):
        return None
    return Lag(
        seen=round(now.timestamp() / 60),
        printed=round(reading.instant.timestamp() / 60),
        waited=round(waited.total_seconds() / 60),
    )


def update_zone(habit: ZoneHabit, lags: Sequence[Lag], outlet: OutletLocale) -> ZoneHabit:
    """The habit after these entries. One that was learned stays until the entries speak against it."""
    latest = (*habit.lags, *lags)[-MOST:]
    if habit.name is not None:
        ahead = [lag for lag in latest[-_LATEST:] if _late_by((lag,), habit.name)[0] < -CLOCKS_MIN]
        if len(ahead) >= _FUTURE_ENTRIES:  # what came before is of a clock that is no more
            return ZoneHabit(lags=tuple(ahead))
        if len(latest) < MOST or _share(latest, _late_by(latest, habit.name)) >= MIN_FIT_TO_KEEP:
            return replace(habit, lags=latest)
    if len(latest) < MOST:
        return ZoneHabit(lags=latest)
    return ZoneHabit(name=_zone_of(latest, outlet), lags=latest)


def _zone_of(lags: Sequence[Lag], outlet: OutletLocale) -> str | None:
    """What costs least, if nearly all entries allow it; the country's, where that is hardly worse."""
    behind = [lag.seen - lag.printed for lag in lags]
    costs = {name: _cost(lags, [minutes + offset for minutes in behind]) for name, offset in _FIXED.items()}
    best, next_best = sorted(costs, key=costs.__getitem__)[:2]
    if _share(lags, _late_by(lags, best)) < MIN_FIT:
        return None
    own = (
        name
        for name in _likely_zones(outlet)
        if _cost(lags, late := _late_by(lags, name)) <= costs[best] + _COUNTRY_ALLOWANCE
        and _share(lags, late) >= MIN_FIT
    )
    return next(own, best if costs[next_best] - costs[best] >= _MIN_MARGIN else None)


def _likely_zones(outlet: OutletLocale) -> tuple[str, ...]:
    named = (zone_of_country(outlet.country), zone_of_country(country_of_language(outlet.language)))
    by_language = _OF_LANGUAGE.get((outlet.language or "").partition("-")[0], ())
    return tuple(dict.fromkeys((*(name for name in named if name), *by_language)))


def _share(lags: Sequence[Lag], late: Sequence[int]) -> float:
    """How many of the entries allow a zone by which they came so `late`."""
    return sum(map(_allows, lags, late)) / len(lags)


def _allows(lag: Lag, late: int) -> bool:
    return -CLOCKS_MIN <= late <= lag.waited + LATE_MIN


def _cost(lags: Sequence[Lag], late: Sequence[int]) -> float:
    """How far all entries together are from allowing a zone, in minutes; and how late they came by it."""
    return sum(
        min(max(-CLOCKS_MIN - minutes, minutes - lag.waited - LATE_MIN, 0), _MAX_MISFIT_MIN)
        + _LATENESS_WEIGHT * minutes
        for lag, minutes in zip(lags, late, strict=True)
    )


def _late_by(lags: Sequence[Lag], name: str) -> list[int]:
    """Minutes from the printed clock of each, read in that zone, until it was seen."""
    if name in _FIXED:
        return [lag.seen - lag.printed + _FIXED[name] for lag in lags]
    zone = find_zone(name)
    assert zone is not None, name
    local_times = (datetime.fromtimestamp(lag.printed * 60, UTC).replace(tzinfo=zone) for lag in lags)
    return [
        lag.seen - lag.printed + round((local_time.utcoffset() or timedelta()).total_seconds() / 60)
        for lag, local_time in zip(lags, local_times, strict=True)
    ]
