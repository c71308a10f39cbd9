"""Infer the time zone of a source that prints times without zone, from when its entries were first seen. Pure.

A new entry was published between the last two visits, so each entry is consistent with some UTC offsets only. A
zone is learned if at least 80 % of thirty entries are consistent with it; a source that mixes zones gets none.
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

LONGEST_WAIT = timedelta(minutes=60)  # between two visits; after a longer wait too many zones are consistent
CLOCKS_MIN = 10  # tolerance for a server clock that is ahead
LATE_MIN = 30  # tolerance for an entry that appears in its feed after its printed time
MIN_FIT = 0.8  # share of entries that must be consistent with a zone
MIN_FIT_TO_KEEP = 0.6  # share that keeps a learned zone
_LATEST = 10
_FUTURE_ENTRIES = 3  # so many of the latest entries, printed later than seen, discard the learned zone
_MAX_MISFIT_MIN = 60  # the largest cost of one inconsistent entry
_LATENESS_WEIGHT = 0.03  # cost a minute of delay: of two consistent zones the one with shorter delays wins
_MIN_MARGIN = 8.0  # a zone must cost this much less than the next one
_COUNTRY_ALLOWANCE = (
    20.0  # extra cost allowed to the zone of the country, which has the right daylight saving time
)

# Zones without daylight saving time; the others come from country and language.
_FIXED = {
    **{f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC": 60 * hours for hours in range(-12, 15)},
    **{"Asia/Tehran": 210, "Asia/Kabul": 270, "Asia/Kolkata": 330, "Asia/Yangon": 390},
    "Australia/Darwin": 570,
}
# The usual zones of newspapers in a language, for tags without a country.
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
    """Country (two capitals) and language tag of an outlet, as far as they are known."""

    country: str | None = None
    language: str | None = None


def measure_lag(
    article: Article, *, language: str | None, country: str | None, waited: timedelta, now: datetime
) -> Lag | None:
    """The times of a new entry; None if it has no printed time, or has a zone."""
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
    """The learned zone after these entries; a zone stays until the entries contradict it."""
    latest = (*habit.lags, *lags)[-MOST:]
    if habit.name is not None:
        future_lags = [lag for lag in latest[-_LATEST:] if _delays_in((lag,), habit.name)[0] < -CLOCKS_MIN]
        if len(future_lags) >= _FUTURE_ENTRIES:  # earlier entries used another zone
            return ZoneHabit(lags=tuple(future_lags))
        if len(latest) < MOST or _share(latest, _delays_in(latest, habit.name)) >= MIN_FIT_TO_KEEP:
            return replace(habit, lags=latest)
    if len(latest) < MOST:
        return ZoneHabit(lags=latest)
    return ZoneHabit(name=_zone_of(latest, outlet), lags=latest)


def _zone_of(lags: Sequence[Lag], outlet: OutletLocale) -> str | None:
    """The zone with the lowest cost, if enough entries are consistent; the zone of the country if it costs
    hardly more."""
    utc_delays = [lag.seen - lag.printed for lag in lags]
    costs = {
        name: _cost(lags, [minutes + offset for minutes in utc_delays]) for name, offset in _FIXED.items()
    }
    best, next_best = sorted(costs, key=costs.__getitem__)[:2]
    if _share(lags, _delays_in(lags, best)) < MIN_FIT:
        return None
    own = (
        name
        for name in _likely_zones(outlet)
        if _cost(lags, delays := _delays_in(lags, name)) <= costs[best] + _COUNTRY_ALLOWANCE
        and _share(lags, delays) >= MIN_FIT
    )
    return next(own, best if costs[next_best] - costs[best] >= _MIN_MARGIN else None)


def _likely_zones(outlet: OutletLocale) -> tuple[str, ...]:
    named = (zone_of_country(outlet.country), zone_of_country(country_of_language(outlet.language)))
    by_language = _OF_LANGUAGE.get((outlet.language or "").partition("-")[0], ())
    return tuple(dict.fromkeys((*(name for name in named if name), *by_language)))


def _share(lags: Sequence[Lag], delays: Sequence[int]) -> float:
    """The share of entries that are consistent with a zone, by their delays in it."""
    return sum(map(_allows, lags, delays)) / len(lags)


def _allows(lag: Lag, delays: int) -> bool:
    return -CLOCKS_MIN <= delays <= lag.waited + LATE_MIN


def _cost(lags: Sequence[Lag], delays: Sequence[int]) -> float:
    """The cost of a zone: minutes by which entries are inconsistent with it, plus their weighted delays."""
    return sum(
        min(max(-CLOCKS_MIN - minutes, minutes - lag.waited - LATE_MIN, 0), _MAX_MISFIT_MIN)
        + _LATENESS_WEIGHT * minutes
        for lag, minutes in zip(lags, delays, strict=True)
    )


def _delays_in(lags: Sequence[Lag], name: str) -> list[int]:
    """Minutes from the printed time of each entry, read in that zone, until it was first seen."""
    if name in _FIXED:
        return [lag.seen - lag.printed + _FIXED[name] for lag in lags]
    zone = find_zone(name)
    assert zone is not None, name
    local_times = (datetime.fromtimestamp(lag.printed * 60, UTC).replace(tzinfo=zone) for lag in lags)
    return [
        lag.seen - lag.printed + round((local_time.utcoffset() or timedelta()).total_seconds() / 60)
        for lag, local_time in zip(lags, local_times, strict=True)
    ]
