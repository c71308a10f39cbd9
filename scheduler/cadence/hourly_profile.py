"""The hours at which a source publishes: its hourly profile p over weekday and weekend, 24 hours each, in UTC.

Pure. Counts are read and written as the blob `storage.records.publication_profile.PublicationProfile.hourly`. A
source with few stories uses the mean profile of all sources.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from math import sqrt

from newsdesk.storage.records.publication_profile import SLOTS

DAY_S = 86400
HOUR_S = 3600
HALF_LIFE_S = 42 * DAY_S
POOLED, OWN_DAY, WEEK = 24, 48, 14  # pseudo-stories: of the mean profile, of the own day, of an even week
FLOOR = 0.02  # in every hour something may be published
_WEEKDAYS, _WEEKEND = 5, 2
_OBSERVED = (SLOTS, SLOTS + 1)  # where the blob has the observed weekdays and weekend days
_MOST_DAYS = 400  # a longer span is an error of the clock


def slot_of(at: float) -> int:
    """Which of the 48 slots contains a moment. 1970 began with a Thursday."""
    day, second = divmod(int(at), DAY_S)
    return (24 if (day + 3) % 7 >= _WEEKDAYS else 0) + second // HOUR_S


def decayed_counts(hours: bytes, span_s: float) -> array[float]:
    """The counts of a blob with their weights `span_s` seconds later; zeros for a blob of another size."""
    counts = array("f")
    if len(hours) == 4 * (SLOTS + 2):
        counts.frombytes(hours)
    else:
        counts.extend([0.0] * (SLOTS + 2))
    weight = 2.0 ** (-max(span_s, 0.0) / HALF_LIFE_S)
    return array("f", [count * weight for count in counts])


def count_stories(counts: array[float], dates: Iterable[float], now: float) -> None:
    """Add stories at their hours, each weighted by its age."""
    for date in dates:
        counts[slot_of(date)] += 2.0 ** (-max(now - date, 0.0) / HALF_LIFE_S)


def add_observed_days(counts: array[float], start: float, end: float) -> None:
    """Add the observed days from `start` to `end`, weekdays and weekend days apart."""
    start = max(start, end - _MOST_DAYS * DAY_S)
    while start < end:
        midnight = (start // DAY_S + 1) * DAY_S
        until = min(midnight, end)
        weight = 2.0 ** (-(end - until) / HALF_LIFE_S)
        counts[_OBSERVED[slot_of(start) // 24]] += weight * (until - start) / DAY_S
        start = until


def hourly_weights(counts: Sequence[float], mean_profile: Sequence[float]) -> list[float]:
    """p by slot, with a mean of 1 over the week; `FLOOR` is applied before that scaling.

    The source's day is smoothed with `POOLED` pseudo-stories of the mean profile, weekday and weekend with
    `OWN_DAY` of the source's day, and their totals with `WEEK` of an even week. Totals are divided by the
    observed days of each kind: a source known since Monday is not one that pauses at weekends.
    """
    weekday, weekend = list(counts[:24]), list(counts[24:SLOTS])
    sums = (sum(weekday), sum(weekend))
    lean = OWN_DAY / (sums[0] + sums[1] + POOLED)  # the weight of the own day in an hour
    own = [
        lean * (a + b + POOLED * share) for a, b, share in zip(weekday, weekend, mean_profile, strict=True)
    ]
    factors = _day_factors(sums, (counts[_OBSERVED[0]], counts[_OBSERVED[1]]))
    scales = [24 * factors[kind] / (sums[kind] + OWN_DAY) for kind in (0, 1)]
    values = [scales[0] * (count + day) for count, day in zip(weekday, own, strict=True)]
    values += [scales[1] * (count + day) for count, day in zip(weekend, own, strict=True)]
    if min(values) < FLOOR:
        values = [max(FLOOR, value) for value in values]
    mean = (_WEEKDAYS * sum(values[:24]) + _WEEKEND * sum(values[24:])) / (7 * 24)
    return [value / mean for value in values]


def _day_factors(sums: tuple[float, float], observed: tuple[float, float]) -> tuple[float, float]:
    """The stories of a weekday and of a weekend day, relative to the mean day."""
    days = observed[0] + observed[1]
    daily = (sums[0] + sums[1]) / days if days > 0 else 0.0
    shares = (WEEK * _WEEKDAYS / 7, WEEK * _WEEKEND / 7)
    weekday, weekend = (
        (sums[kind] + shares[kind]) / (daily * observed[kind] + shares[kind]) for kind in (0, 1)
    )
    mean = (_WEEKDAYS * weekday + _WEEKEND * weekend) / 7
    return weekday / mean, weekend / mean


def evenness(values: Sequence[float]) -> float:
    """The mean square root of a profile, 1 when it is flat. Visits follow the square root of the rate."""
    roots = [sqrt(value) for value in values]
    return (_WEEKDAYS * sum(roots[:24]) + _WEEKEND * sum(roots[24:])) / (7 * 24)


def even_shares() -> list[float]:
    """An even day, to which the days of sources are added for the mean profile."""
    return [1 / 24] * 24


def add_day(shares: list[float], blob: bytes) -> None:
    """Add a source's day. Its weight grows with its stories, up to 1, so that one agency does not dominate."""
    counts = decayed_counts(blob, 0.0)
    stories = sum(counts[:SLOTS])
    if stories > 0:
        weight = 1 / (stories + POOLED)
        for hour in range(24):
            shares[hour] += (counts[hour] + counts[hour + 24]) * weight


def scaled_to_one(shares: Sequence[float]) -> tuple[float, ...]:
    """Scale the shares to a sum of 1."""
    whole = sum(shares)
    return tuple(share / whole for share in shares)
