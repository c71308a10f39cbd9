"""The hours at which a source publishes: its profile p over weekday and weekend, 24 hours each, in UTC.

Pure. Counts are read and written as the blob of `storage.records.publication_profile.Rhythm.hours`; what few
counts cannot tell is borrowed from the day of the mean source.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from math import sqrt

from newsdesk.storage.records.publication_profile import SLOTS

DAY_S = 86400
HOUR_S = 3600
HALF_LIFE_S = 42 * DAY_S
POOLED, OWN_DAY, WEEK = 24, 48, 14  # pseudo-stories: of the pool's hours, of the own day, of an even week
FLOOR = 0.02  # no hour is so quiet that nothing may come in it
_WEEKDAYS, _WEEKEND = 5, 2
_WATCHED = (SLOTS, SLOTS + 1)  # where the blob has the days of each kind
_LONGEST_LOOK = 400  # days that are walked one by one; more are a clock that jumped


def slot_of(at: float) -> int:
    """Which of the 48 slots a moment lies in. 1970 began with a Thursday."""
    day, second = divmod(int(at), DAY_S)
    return (24 if (day + 3) % 7 >= _WEEKDAYS else 0) + second // HOUR_S


def forgotten(hours: bytes, span_s: float) -> array[float]:
    """The counts of a blob as they weigh `span_s` seconds later. A blob of another size counts nothing."""
    counts = array("f")
    if len(hours) == 4 * (SLOTS + 2):
        counts.frombytes(hours)
    else:
        counts.extend([0.0] * (SLOTS + 2))
    weight = 2.0 ** (-max(span_s, 0.0) / HALF_LIFE_S)
    return array("f", [count * weight for count in counts])


def count_stories(counts: array[float], dates: Iterable[float], now: float) -> None:
    """Add stories at their hours, each with the weight that its age leaves it."""
    for date in dates:
        counts[slot_of(date)] += 2.0 ** (-max(now - date, 0.0) / HALF_LIFE_S)


def watch(counts: array[float], start: float, end: float) -> None:
    """Add the days from `start` to `end` to those of their kind."""
    start = max(start, end - _LONGEST_LOOK * DAY_S)
    while start < end:
        midnight = (start // DAY_S + 1) * DAY_S
        until = min(midnight, end)
        weight = 2.0 ** (-(end - until) / HALF_LIFE_S)
        counts[_WATCHED[slot_of(start) // 24]] += weight * (until - start) / DAY_S
        start = until


def hourly_weights(counts: Sequence[float], pool: Sequence[float]) -> list[float]:
    """p by slot, with a mean of 1 over the week, none under `FLOOR` before that is scaled.

    The hours lean on the pool's with `POOLED` stories, then weekday and weekend on the own day with
    `OWN_DAY`; how full the two kinds of day are leans on an even week with `WEEK`, each kind measured by the
    days that were watched: a source known since Monday is not one that rests at weekends.
    """
    weekday, weekend = list(counts[:24]), list(counts[24:SLOTS])
    sums = (sum(weekday), sum(weekend))
    lean = OWN_DAY / (sums[0] + sums[1] + POOLED)  # what the own day weighs in an hour
    own = [lean * (a + b + POOLED * share) for a, b, share in zip(weekday, weekend, pool, strict=True)]
    factors = _day_factors(sums, (counts[_WATCHED[0]], counts[_WATCHED[1]]))
    scales = [24 * factors[kind] / (sums[kind] + OWN_DAY) for kind in (0, 1)]
    values = [scales[0] * (count + day) for count, day in zip(weekday, own, strict=True)]
    values += [scales[1] * (count + day) for count, day in zip(weekend, own, strict=True)]
    if min(values) < FLOOR:
        values = [max(FLOOR, value) for value in values]
    mean = (_WEEKDAYS * sum(values[:24]) + _WEEKEND * sum(values[24:])) / (7 * 24)
    return [value / mean for value in values]


def _day_factors(sums: tuple[float, float], watched: tuple[float, float]) -> tuple[float, float]:
    """How full a weekday and a day of the weekend are, against the mean day."""
    days = watched[0] + watched[1]
    daily = (sums[0] + sums[1]) / days if days > 0 else 0.0
    shares = (WEEK * _WEEKDAYS / 7, WEEK * _WEEKEND / 7)
    weekday, weekend = (
        (sums[kind] + shares[kind]) / (daily * watched[kind] + shares[kind]) for kind in (0, 1)
    )
    mean = (_WEEKDAYS * weekday + _WEEKEND * weekend) / 7
    return weekday / mean, weekend / mean


def evenness(values: Sequence[float]) -> float:
    """The mean root of a profile: 1 when it is flat. Visits follow the root of what is published."""
    roots = [sqrt(value) for value in values]
    return (_WEEKDAYS * sum(roots[:24]) + _WEEKEND * sum(roots[24:])) / (7 * 24)


def pooled(blobs: Iterable[bytes]) -> tuple[float, ...]:
    """The day of the mean source: 24 shares with the sum 1."""
    shares = even_shares()
    for blob in blobs:
        add_day(shares, blob)
    return shares_of(shares)


def even_shares() -> list[float]:
    """An even day, to which those of the sources are added."""
    return [1 / 24] * 24


def add_day(shares: list[float], blob: bytes) -> None:
    """Add a source's day. It weighs the more, the surer it is, and at most 1, so that one agency is not the
    pool."""
    counts = forgotten(blob, 0.0)
    told = sum(counts[:SLOTS])
    if told > 0:
        weight = 1 / (told + POOLED)
        for hour in range(24):
            shares[hour] += (counts[hour] + counts[hour + 24]) * weight


def shares_of(shares: Sequence[float]) -> tuple[float, ...]:
    """The same with the sum 1."""
    whole = sum(shares)
    return tuple(share / whole for share in shares)
