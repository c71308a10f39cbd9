"""The time zone in which times are printed and typed: UTC, unless a setting or --tz names another.

JSON, CSV and log lines stay in UTC.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, tzinfo

from newsdesk.storage.db.timestamps import from_iso

_STORED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_RECENT_S = 86400  # lists on a terminal show shorter times relative to now


class _Chosen:
    """The zone in force for this process. `zone` None: that of the system."""

    name: str = "UTC"
    zone: tzinfo | None = UTC
    by_option = False


def parse_zone(text: object) -> str:
    """A checked name: `UTC`, `local`, or one of the zone database. Raises ValueError."""
    name = str(text).strip()
    if name.lower() in ("utc", "z", "gmt"):
        return "UTC"
    if name.lower() == "local":
        return "local"
    from zoneinfo import ZoneInfo, available_timezones  # late: most commands stay in UTC

    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError; a folder is an OSError
        from difflib import get_close_matches

        lower = {one.lower(): one for one in available_timezones()}
        if name.lower() in lower:
            return lower[name.lower()]
        near = get_close_matches(name.lower(), lower, n=1, cutoff=0.6)
        hint = (
            f"; did you mean {lower[near[0]]}?"
            if near
            else "; write UTC, local, or a name like Europe/Berlin"
        )
        raise ValueError(f"{name!r} is not a time zone{hint}") from None
    return name


def use_zone(name: str, *, by_option: bool = False) -> None:
    """Print and read times in this zone (from `parse_zone`) from now on."""
    _Chosen.name, _Chosen.by_option = name, by_option
    _Chosen.zone = UTC if name == "UTC" else None
    if name not in ("UTC", "local"):
        from zoneinfo import ZoneInfo

        _Chosen.zone = ZoneInfo(name)


def in_zone(moment: datetime) -> datetime:
    """An aware moment in the zone in force."""
    return moment.astimezone(_Chosen.zone)


def at_zone(naive: datetime) -> datetime:
    """A moment typed without a zone, as one of the zone in force."""
    return naive.astimezone() if _Chosen.zone is None else naive.replace(tzinfo=_Chosen.zone)


def zone_name() -> str:
    """The zone for the head of a column."""
    return in_zone(datetime.now(UTC)).tzname() or "local" if _Chosen.name == "local" else _Chosen.name


def when(iso: str | None) -> str:
    """A stored instant to the minute: `2026-11-24 05:35`."""
    return "" if iso is None else in_zone(from_iso(iso)).strftime("%Y-%m-%d %H:%M")


def instant(iso: str | datetime | None) -> str:
    """A stored instant, or an aware moment, to the minute, with its zone: `2026-11-24 05:35 UTC`."""
    if iso is None:
        return ""
    moment = iso if isinstance(iso, datetime) else from_iso(iso)
    return in_zone(moment).strftime("%Y-%m-%d %H:%M %Z")


def stored_value(value: object) -> object:
    """A value of the store for people: an instant in the zone in force, anything else as it is."""
    if _Chosen.name != "UTC" and isinstance(value, str) and _STORED.fullmatch(value):
        return instant(value)
    return value


def ago(iso: str | None, *, now: datetime | None = None) -> str:
    """A stored instant relative to now: `5 min ago`, `in 2 h`."""
    if iso is None:
        return "never"
    seconds = ((now or datetime.now(UTC)) - from_iso(iso)).total_seconds()
    size = abs(seconds)
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if size >= length or unit == "s":
            span = f"{int(size // length)} {unit}"
            return f"{span} ago" if seconds >= 0 else f"in {span}"
    return ""


def listed(iso: str | None, *, now: datetime | None = None) -> str:
    """A stored instant in a list: on a terminal relative to now when it is less than a day ago; `when` otherwise,
    and where --tz was given."""
    if iso is not None and not _Chosen.by_option and sys.stdout.isatty():
        seconds = ((now or datetime.now(UTC)) - from_iso(iso)).total_seconds()
        if 0 <= seconds < _RECENT_S:
            return ago(iso, now=now)
    return when(iso)
