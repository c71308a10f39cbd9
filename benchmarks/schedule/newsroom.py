"""A trace of newspapers by a seed: houses with a main feed, sections and columns, as papers publish.

What the trace of `trace.py` lacks and papers have: the feeds of one house stand on one host, work the same
hours in the same zone and rest on the same days; much is let go at set minutes, the print edition of the
night in one batch; a column comes at its hour; a great event fills all papers at once. Called by
`benchmarks.schedule`.

The figures are chosen by hand. A house publishes a median of `MEDIAN` stories a day, which spread as a
log-normal quantity does; sections take shares of it that are as uneven.
"""

from __future__ import annotations

import math
import random
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from statistics import NormalDist

from benchmarks.schedule.trace import DAY, HOUR, START, Source

MEDIAN, SIGMA, MOST = 10.0, 2.2, 900.0  # stories a day of a house
SECTION_SIGMA = 1.8
FEEDS = (1, 1, 2, 3, 4, 5, 6)  # of a house, the main feed with them: 22 of seven houses
ZONES = (-8, -6, -5, -5, -5, 0, 0, 1, 1, 1, 1, 2, 5.5, 8, 9)  # hours east of UTC
COLUMN_DAYS = ((0, 1, 2, 3, 4), (0, 1, 2, 3, 4), tuple(range(7)), (0, 2, 4), (5,), (6,))
COLUMNS = 0.2  # of the sections
WINDOWS = (10, 15, 20, 20, 25, 30, 30, 40, 50, 50, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the feeds of a house share. `held`: of the night's stories, what is let go with the print edition
    at the local hour `batch`; `sharp`: of all, what is let go at a quarter of an hour."""

    daily: float
    zone: float
    batch: int
    held: float
    sharp: float

    def night(self, local: int) -> bool:
        return local >= 20 or local < self.batch


def make_newsrooms(seed: int, *, count: int = 87, days: int = 84) -> list[Source]:
    """`count` feeds of about a third as many houses."""
    chance = random.Random(seed)
    events = _events(days, chance)
    feeds = [FEEDS[number % len(FEEDS)] for number in range(count)]
    houses = next(number for number, all_ in enumerate(accumulate(feeds), 1) if all_ >= count)
    sizes = [NormalDist().inv_cdf((number + chance.random()) / houses) for number in range(houses)]
    chance.shuffle(sizes)
    sources: list[Source] = []
    for number, size in enumerate(sizes):
        house = House(
            daily=min(MEDIAN * math.exp(SIGMA * size), MOST),
            zone=chance.choice(ZONES),
            batch=chance.choice((0, 4, 5, 6)),
            held=chance.choice((0.0, 0.1, 0.3, 0.6)),
            sharp=chance.uniform(0.0, 0.4),
        )
        sources += _feeds(f"house{number}", house, feeds[number], days, events, chance)
    return [source for source in sources[:count] if source.times]


def _events(days: int, chance: random.Random) -> list[float]:
    """How much more all papers write, by hour: an event in ten days, that fades within half a day."""
    more = [0.0] * (days * 24 + 12)
    for _ in range(days // 10):
        begin, size = chance.randrange(days * 24), chance.uniform(0.5, 2.0)
        for hour in range(12):
            more[begin + hour] += size * math.exp(-hour / 4)
    return more


def _feeds(
    name: str, house: House, count: int, days: int, events: list[float], chance: random.Random
) -> list[Source]:
    """A story stands in one section or in none; in the main feed all that are in none, and a
    share of the others."""
    columns = [chance.random() < COLUMNS for _ in range(count - 1)]
    shares = [0.0 if column else math.exp(SECTION_SIGMA * chance.gauss(0, 1)) for column in columns]
    edges = list(accumulate([sum(shares) * chance.uniform(0.1, 1.0) + 0.2, *shares]))
    front = chance.choice((1.0, 1.0, 0.6, 0.3))
    rates = _rates(house, days, events, chance)
    times: list[list[float]] = [[] for _ in range(count)]
    for hour, rate in enumerate(rates):
        for _ in range(_poisson(rate, chance)):
            at = START + _let_go(hour, house, chance) * HOUR
            section = bisect(edges, chance.random() * edges[-1])
            if section:
                times[section].append(at + chance.uniform(0, 50))
            if not section or chance.random() < front:
                times[0].append(at + chance.uniform(0, 50))
    none = edges[0] / edges[-1]
    weights = [none + front * (1 - none), *(share / edges[-1] for share in shares)]
    seen = _held(rates, house)
    expected = [[rate * weight for rate in seen] for weight in weights]
    for place, column in enumerate(columns, 1):
        if column:
            times[place], expected[place] = _column(days, chance)
    return [
        Source(
            name=f"{name}.{place}",
            host=name,
            window=_window(len(times[place]) / days, chance),
            times=sorted(at for at in times[place] if at < START + days * DAY),
            rates=expected[place],
        )
        for place in range(count)
    ]


def _column(days: int, chance: random.Random) -> tuple[list[float], list[float]]:
    """One story at its hour on its days, some minutes late; and its rates."""
    weekdays, hour, late = chance.choice(COLUMN_DAYS), chance.randrange(24), chance.choice((1, 5, 15, 30))
    hours = [day * 24 + hour for day in range(days) if day % 7 in weekdays]
    rates = [0.0] * (days * 24)
    for each in hours:
        rates[each] = 1.0
    return [START + each * HOUR + chance.uniform(0, late * 60) for each in hours], rates


def _window(daily: float, chance: random.Random) -> int:
    """A feed that does not hold two hours of its paper is of no use to anybody."""
    return chance.choice([each for each in WINDOWS if each >= min(daily / 12, 100)])


def _rates(house: House, days: int, events: list[float], chance: random.Random) -> list[float]:
    """Stories that a house writes in each hour: a working day with a quick rise and a long evening, over a
    night desk."""
    opens, closes, night = chance.uniform(5.5, 8), chance.uniform(17, 22), chance.uniform(0.01, 0.15)
    shape = [
        night + 1 / (1 + math.exp((opens - hour) / 0.8)) / (1 + math.exp((hour - closes) / 1.2))
        for hour in range(24)
    ]
    week = (1.0,) * 5 + (chance.uniform(0.25, 0.9), chance.uniform(0.25, 0.9))
    scale = house.daily / sum(shape) * 7 / sum(week)
    of_day = [chance.lognormvariate(-0.03, 0.25) for _ in range(days + 2)]
    rates = []
    for hour in range(days * 24):
        day, local = divmod(int(hour + house.zone + 24), 24)  # day 0 is the local one before the first
        rates.append(scale * week[(day - 1) % 7] * of_day[day] * shape[local] * (1 + events[hour]))
    return rates


def _let_go(hour: int, house: House, chance: random.Random) -> float:
    """When a story of that hour appears, in hours."""
    local = int(hour + house.zone) % 24
    if house.night(local) and chance.random() < house.held:
        return hour + (house.batch - local) % 24 + 1 / 60
    if chance.random() < house.sharp:
        return hour + chance.choice((0.0, 0.0, 0.25, 0.5, 0.75))
    return hour + chance.random()


def _held(rates: list[float], house: House) -> list[float]:
    """The rates, with what is held over night where it is let go."""
    seen = [0.0] * len(rates)
    for hour, rate in enumerate(rates):
        local = int(hour + house.zone) % 24
        later = rate * house.held if house.night(local) else 0.0
        seen[hour] += rate - later
        let_go = hour + (house.batch - local) % 24
        if let_go < len(rates):
            seen[let_go] += later
    return seen


def _poisson(mean: float, chance: random.Random) -> int:
    count, at = 0, chance.expovariate(1.0)
    while at < mean:
        count, at = count + 1, at + chance.expovariate(1.0)
    return count
