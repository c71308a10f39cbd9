"""Server hints about the time of the next visit: HTTP caching headers and elements of the feed.

Pure. Hints are strings as they were published; invalid ones are ignored. Retry-After is handled by the HTTP client
(`crawler.http.outcomes`): it blocks the host.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from newsdesk.scheduler.cadence.hourly_profile import DAY_S, HOUR_S
from newsdesk.storage.records.server_hints import NO_HINTS, Hints

_PERIODS = {  # of the syndication module of RSS 1.0, in seconds
    "hourly": HOUR_S,
    "daily": DAY_S,
    "weekly": 7 * DAY_S,
    "monthly": 30 * DAY_S,
    "yearly": 365 * DAY_S,
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MAX_AGE = re.compile(r'(?:^|,)\s*max-age\s*=\s*"?(\d{1,12})"?\s*(?=,|$)', re.IGNORECASE)
_NO_CACHE = re.compile(r"(?:^|,)\s*(?:no-cache|no-store)\s*(?=[,=]|$)", re.IGNORECASE)
_HOUR = re.compile(r"\s*(?:[01]?\d|2[0-4])\s*", re.ASCII)  # 24 is midnight, in some feeds
_LONGEST_S = 366.0 * DAY_S  # bounds any value; the policy applies a much shorter limit


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedHints:
    """The hints in force. `floor_s`: not before so many seconds, and `why`: the origin of the hint; `every_s` and
    `base`: not before the next of the moments base + k·every_s; `hours` and `days` (Monday 0), in UTC, in which
    the feed is not to be visited."""

    floor_s: float = 0.0
    why: str = ""
    every_s: float = 0.0
    base: float = 0.0
    hours: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()

    def wait_s(self, now: float) -> float:
        """The requested wait in seconds from `now`."""
        if not self.every_s:
            return self.floor_s
        return max(self.floor_s, self.every_s - (now - self.base) % self.every_s)

    def after_skipped_hours(self, at: float) -> float:
        """The end of the skipped hours or days that contain `at`; `at` itself outside of them, or if all are
        skipped."""
        if len(self.hours) > 23 or len(self.days) > 6:
            return at
        for _ in range(24 * 8):
            day, second = divmod(int(at), DAY_S)
            if (day + 3) % 7 in self.days:
                at = (day + 1.0) * DAY_S
            elif second // HOUR_S in self.hours:
                at = day * DAY_S + (second // HOUR_S + 1.0) * HOUR_S
            else:
                break
        return at


NO_PARSED_HINTS = ParsedHints()


def parse_hints(hints: Hints, *, now: datetime) -> ParsedHints:
    """Parse the hints of a response that was received at `now`. The longest wait applies."""
    if hints == NO_HINTS:
        return NO_PARSED_HINTS
    every_s, base = _update_period(hints)
    floors = [
        (_fresh_for(hints), "its server (Cache-Control)"),
        (_expires_in(hints, now), "its server (Expires)"),
        (min(_number(hints.ttl) * 60, _LONGEST_S), "its feed (ttl)"),
    ]
    if every_s and base is None:
        floors.append((every_s, "its feed (sy:updatePeriod)"))
    floor_s, why = max(floors, key=lambda floor: floor[0])
    in_steps = every_s if base is not None else 0.0
    return ParsedHints(
        floor_s=floor_s,
        why=why if floor_s else "its feed (sy:updateBase)" if in_steps else "",
        every_s=in_steps,
        base=base or 0.0,
        hours=frozenset(int(hour) % 24 for hour in hints.skip_hours if _HOUR.fullmatch(hour)),
        days=frozenset(_DAYS.index(day) for day in map(_word, hints.skip_days) if day in _DAYS),
    )


def _word(text: str | None) -> str:
    return (text or "").strip().lower()


def _number(text: str | None) -> float:
    """A number, 0 for an invalid one or one of more than twelve digits."""
    found = re.fullmatch(r"\s*(\d{1,12})(?:\.\d*)?\s*", text or "", re.ASCII)
    return min(float(found[1]), _LONGEST_S) if found else 0.0


def _fresh_for(hints: Hints) -> float:
    """max-age minus Age (RFC 9111, 4.2), 0 when the response must be validated before each use."""
    cache_control = (hints.cache_control or "")[:500]
    found = _MAX_AGE.search(cache_control)
    if found is None or _NO_CACHE.search(cache_control):
        return 0.0
    return max(0.0, min(float(found[1]), _LONGEST_S) - _number(hints.age))


def _expires_in(hints: Hints, now: datetime) -> float:
    """Expires minus Date, or minus our clock without a Date. max-age has precedence."""
    cache_control = (hints.cache_control or "")[:500]
    expires = _http_date(hints.expires)
    if expires is None or _MAX_AGE.search(cache_control) or _NO_CACHE.search(cache_control):
        return 0.0
    return max(0.0, min((expires - (_http_date(hints.date) or now)).total_seconds(), _LONGEST_S))


def _http_date(text: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime((text or "")[:64])
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _update_period(hints: Hints) -> tuple[float, float | None]:
    """Seconds between updates, and the moment from which they are counted, None where there is none."""
    period = _PERIODS.get(_word(hints.update_period))
    if period is None and not hints.update_frequency:
        return 0.0, None
    every_s = (period or DAY_S) / (_number(hints.update_frequency) or 1)  # the module's defaults: daily, once
    try:
        base = datetime.fromisoformat((hints.update_base or "").strip())
    except ValueError:
        return every_s, None
    base = base.replace(tzinfo=UTC) if base.tzinfo is None else base
    return every_s, base.timestamp()
