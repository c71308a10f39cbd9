"""A generated trace of newspapers with a main feed, sections and columns.

In addition to `trace.py`: the feeds of a newspaper are on one host and share its hours, zone and free days; many
stories are released at fixed minutes, those of the print edition in one nightly batch; a column has its hour; a
large event fills all newspapers at once.

The figures are chosen by hand. A newspaper publishes a median of `MEDIAN` stories a day, log-normally distributed;
so are the shares of its sections.
"""

from __future__ import annotations

import math
import random
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from statistics import NormalDist

from benchmarks.schedule.trace import DAY, HOUR, START, Source

MEDIAN, SIGMA, MOST = 10.0, 2.2, 900.0  # stories a day of a newspaper
SECTION_SIGMA = 1.8
FEEDS = (1, 1, 2, 3, 4, 5, 6)  # of a newspaper, with the main feed: 22 of seven newspapers
ZONES = (-8, -6, -5, -5, -5, 0, 0, 1, 1, 1, 1, 2, 5.5, 8, 9)  # hours east of UTC
COLUMN_DAYS = ((0, 1, 2, 3, 4), (0, 1, 2, 3, 4), tuple(range(7)), (0, 2, 4), (5,), (6,))
COLUMNS = 0.2  # of the sections
WINDOWS = (10, 15, 20, 20, 25, 30, 30, 40, 50, 50, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newspaper:
    """The common properties of a newspaper's feeds. `held`: the share of the nightly stories that is released with
    the print edition at the local hour `batch`; `sharp`: the share of all that is released at a quarter of an
    hour."""

    daily: float
    zone: float
    batch: int
    held: float
    sharp: float

    def is_night(self, local: int) -> bool:
        return local >= 20 or local < self.batch


def make_newsrooms(seed: int, *, count: int = 87, days: int = 84) -> list[Source]:
    """`count` feeds of about a third as many newspapers."""
    rng = random.Random(seed)
    events = _events(days, rng)
    feeds = [FEEDS[number % len(FEEDS)] for number in range(count)]
    newspapers = next(number for number, all_ in enumerate(accumulate(feeds), 1) if all_ >= count)
    sizes = [NormalDist().inv_cdf((number + rng.random()) / newspapers) for number in range(newspapers)]
    rng.shuffle(sizes)
    sources: list[Source] = []
    for number, size in enumerate(sizes):
        newspaper = Newspaper(
            daily=min(MEDIAN * math.exp(SIGMA * size), MOST),
            zone=rng.choice(ZONES),
            batch=rng.choice((0, 4, 5, 6)),
            held=rng.choice((0.0, 0.1, 0.3, 0.6)),
            sharp=rng.uniform(0.0, 0.4),
        )
        sources += _feeds(f"house{number}", newspaper, feeds[number], days, events, rng, number * 10**6)
    return [source for source in sources[:count] if source.times]


def _events(days: int, rng: random.Random) -> list[float]:
    """How much more all newspapers publish, by hour: one event in ten days, fading within half a day."""
    more = [0.0] * (days * 24 + 12)
    for _ in range(days // 10):
        begin, size = rng.randrange(days * 24), rng.uniform(0.5, 2.0)
        for hour in range(12):
            more[begin + hour] += size * math.exp(-hour / 4)
    return more


def _feeds(
    name: str,
    newspaper: Newspaper,
    count: int,
    days: int,
    events: list[float],
    rng: random.Random,
    first_number: int,
) -> list[Source]:
    """A story is in one section or in none; the main feed has all stories without a section, and a share of the
    others."""
    columns = [rng.random() < COLUMNS for _ in range(count - 1)]
    shares = [0.0 if column else math.exp(SECTION_SIGMA * rng.gauss(0, 1)) for column in columns]
    edges = list(accumulate([sum(shares) * rng.uniform(0.1, 1.0) + 0.2, *shares]))
    front = rng.choice((1.0, 1.0, 0.6, 0.3))
    rates = _rates(newspaper, days, events, rng)
    released: list[list[tuple[float, int]]] = [[] for _ in range(count)]
    number = first_number
    for hour, rate in enumerate(rates):
        for _ in range(_poisson(rate, rng)):
            at = START + _released_at(hour, newspaper, rng) * HOUR
            section = bisect(edges, rng.random() * edges[-1])
            number += 1
            if section:
                released[section].append((at + rng.uniform(0, 50), number))
            if not section or rng.random() < front:
                released[0].append((at + rng.uniform(0, 50), number))
    none = edges[0] / edges[-1]
    weights = [none + front * (1 - none), *(share / edges[-1] for share in shares)]
    seen = _held(rates, newspaper)
    expected = [[rate * weight for rate in seen] for weight in weights]
    for place, column in enumerate(columns, 1):
        if column:
            times, expected[place] = _column(days, rng)
            released[place] = [(at, number := number + 1) for at in times]
    end = START + days * DAY
    kept = [sorted(story for story in stories if story[0] < end) for stories in released]
    return [
        Source(
            name=f"{name}.{place}",
            host=name,
            window=_window(len(released[place]) / days, rng),
            times=[at for at, _ in kept[place]],
            rates=expected[place],
            stories=[number for _, number in kept[place]],
        )
        for place in range(count)
    ]


def _column(days: int, rng: random.Random) -> tuple[list[float], list[float]]:
    """One story at its hour on its days, up to some minutes late; and its rates."""
    weekdays, hour, late = rng.choice(COLUMN_DAYS), rng.randrange(24), rng.choice((1, 5, 15, 30))
    hours = [day * 24 + hour for day in range(days) if day % 7 in weekdays]
    rates = [0.0] * (days * 24)
    for each in hours:
        rates[each] = 1.0
    return [START + each * HOUR + rng.uniform(0, late * 60) for each in hours], rates


def _window(daily: float, rng: random.Random) -> int:
    """A feed holds at least the stories of two hours."""
    return rng.choice([each for each in WINDOWS if each >= min(daily / 12, 100)])


def _rates(newspaper: Newspaper, days: int, events: list[float], rng: random.Random) -> list[float]:
    """The stories of a newspaper in each hour: a working day with a quick rise and a long evening, and a few at
    night."""
    opens, closes, night = rng.uniform(5.5, 8), rng.uniform(17, 22), rng.uniform(0.01, 0.15)
    shape = [
        night + 1 / (1 + math.exp((opens - hour) / 0.8)) / (1 + math.exp((hour - closes) / 1.2))
        for hour in range(24)
    ]
    week = (1.0,) * 5 + (rng.uniform(0.25, 0.9), rng.uniform(0.25, 0.9))
    scale = newspaper.daily / sum(shape) * 7 / sum(week)
    of_day = [rng.lognormvariate(-0.03, 0.25) for _ in range(days + 2)]
    rates = []
    for hour in range(days * 24):
        day, local = divmod(int(hour + newspaper.zone + 24), 24)  # day 0 is the local one before the first
        rates.append(scale * week[(day - 1) % 7] * of_day[day] * shape[local] * (1 + events[hour]))
    return rates


def _released_at(hour: int, newspaper: Newspaper, rng: random.Random) -> float:
    """When a story of that hour is released, in hours."""
    local = int(hour + newspaper.zone) % 24
    if newspaper.is_night(local) and rng.random() < newspaper.held:
        return hour + (newspaper.batch - local) % 24 + 1 / 60
    if rng.random() < newspaper.sharp:
        return hour + rng.choice((0.0, 0.0, 0.25, 0.5, 0.75))
    return hour + rng.random()


def _held(rates: list[float], newspaper: Newspaper) -> list[float]:
    """The rates, with stories that are held overnight at the hour of their release."""
    seen = [0.0] * len(rates)
    for hour, rate in enumerate(rates):
        local = int(hour + newspaper.zone) % 24
        later = rate * newspaper.held if newspaper.is_night(local) else 0.0
        seen[hour] += rate - later
        released = hour + (newspaper.batch - local) % 24
        if released < len(rates):
            seen[released] += later
    return seen


def _poisson(mean: float, rng: random.Random) -> int:
    count, at = 0, rng.expovariate(1.0)
    while at < mean:
        count, at = count + 1, at + rng.expovariate(1.0)
    return count
