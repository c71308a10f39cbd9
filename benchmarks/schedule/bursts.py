"""A generated trace of sources whose calm days have one burst each: `STORIES` in an hour, more than a feed holds.

The burst begins at any minute of the day, so that a visit finds it in any part. It is even, rises to its end, or comes
in two halves at once.
"""

from __future__ import annotations

import random

from benchmarks.schedule.trace import DAY, HOUR, START, Source

STORIES, WINDOW = 84, 50
SHAPES = ("even", "rising", "halves")


def make_bursts(seed: int, *, count: int = 60, days: int = 42) -> list[Source]:
    """`count` sources of 10 to 100 stories a day, with a burst each three days."""
    rng = random.Random(seed)
    return [_make_source(number, days, rng) for number in range(count)]


def _make_source(number: int, days: int, rng: random.Random) -> Source:
    daily = rng.uniform(10, 100)
    end = START + days * DAY
    times, at = [], START
    while (at := at + rng.expovariate(daily / DAY)) < end:
        times.append(at)
    shape = SHAPES[number % len(SHAPES)]
    for day in range(2, days - 1, 3):
        begin = START + (day + rng.random()) * DAY
        times += [begin + HOUR * _moment(shape, rng) for _ in range(STORIES)]
    return Source(name=f"b{number}", host=f"h{number}", window=WINDOW, times=sorted(times))


def _moment(shape: str, rng: random.Random) -> float:
    """When a story of a burst is published, as a share of its hour."""
    if shape == "rising":
        return rng.random() ** 0.5
    return rng.choice((0.25, 0.95)) if shape == "halves" else rng.random()
