"""Publication traces: read from CSV, or generated from a seed.

The CSV has a row a story and the columns `source,host,window,t`: the source's name, its host, the
number of entries in its feed, and the moment of publication, as Unix seconds or in ISO 8601 (UTC where no
offset is written). A column `story` may follow: its number, the same in each source that carries it. The header may
be missing, the rows may be in any order.
"""

from __future__ import annotations

import csv
import math
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

DAY, HOUR = 86400.0, 3600.0
COLUMNS = ["source", "host", "window", "t", "story"]
START = 1_704_067_200.0  # Monday, 2024-01-01


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`times`: when its stories were published, in order. `dead`: the time in which the generator stopped it, None
    if not known. `rates`: the expected stories in each hour from `START` on, None if not known. `stories`: the numbers
    of its stories, where other sources carry some of them too."""

    name: str
    host: str
    window: int
    times: list[float]
    dead: tuple[float, float] | None = None
    rates: list[float] | None = None
    stories: list[int] = field(default_factory=list)


def read_trace(path: Path) -> list[Source]:
    found: dict[str, tuple[str, int, list[tuple[float, int | None]]]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.reader(file):
            cells = [cell.strip() for cell in row]
            if not cells or cells[:4] == COLUMNS[:4]:
                continue
            name, host, window, at, *story = cells
            number = int(story[0]) if story and story[0] else None
            found.setdefault(name, (host, int(window), []))[2].append((_moment(at), number))
    sources = []
    for name, (host, window, rows) in found.items():
        rows.sort(key=lambda item: item[0])
        stories = [number for _, number in rows if number is not None]
        if len(stories) not in (0, len(rows)):
            raise ValueError(f"{path}: {name} has {len(stories)} story numbers for {len(rows)} stories")
        times = [at for at, _ in rows]
        sources.append(Source(name=name, host=host, window=window, times=times, stories=stories))
    return sources


def _moment(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        at = datetime.fromisoformat(text)
        return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).timestamp()


def write_trace(sources: list[Source], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        for source in sources:
            out.writerows(
                [source.name, source.host, source.window, f"{at:.0f}", *source.stories[place : place + 1]]
                for place, at in enumerate(source.times)
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """The kinds of sources in a trace: the range of their stories a day, and how many in a hundred publish in
    batches, double, halve, stop, or stop and resume."""

    least: float = 0.02
    most: float = 570.0
    batch: int = 15
    doubles: int = 10
    halves: int = 5
    dies: int = 5
    wakes: int = 8
    skew: float = 1.0


MIXES = {
    "all": Mix(),
    "papers": Mix(least=5.0, most=200.0, batch=5, doubles=3, halves=3, dies=0, wakes=0),
    "skewed": Mix(skew=2.5, dies=2, wakes=3),
}


def make_trace(seed: int, *, count: int = 150, days: int = 84, mix: Mix | None = None) -> list[Source]:
    """Sources whose rates are spread evenly in their logarithm, with days, weeks, bursts and changes."""
    mix = mix or Mix()
    rng = random.Random(seed)
    return [_make_source(number, count, days, mix, rng) for number in range(count)]


def _make_source(number: int, count: int, days: int, mix: Mix, rng: random.Random) -> Source:
    share = (number + rng.random()) / count
    daily = mix.least * (mix.most / mix.least) ** (share**mix.skew)
    kind = rng.randrange(100)
    turn = START + rng.uniform(0.35, 0.6) * days * DAY
    wake = turn + rng.uniform(0.2, 0.35) * days * DAY
    bounds = [mix.batch, mix.doubles, mix.halves, mix.dies, mix.wakes]
    edges = [sum(bounds[: place + 1]) for place in range(len(bounds))]
    dead = None
    factor = 1.0
    if edges[0] <= kind < edges[1]:
        factor = 2.0
    elif edges[1] <= kind < edges[2]:
        factor = 0.5
    elif edges[2] <= kind < edges[3]:
        dead = (turn, START + days * DAY)
    elif edges[3] <= kind < edges[4]:
        dead = (turn, wake)
    rates = _hourly(daily, days, rng)
    for hour in range(len(rates)):
        at = START + hour * HOUR
        if dead and dead[0] <= at < dead[1]:
            rates[hour] = 0.0
        elif at >= turn:
            rates[hour] *= factor
    if kind < edges[0] and daily <= 100:
        times, rates = _batches(rates, rng)
    else:
        times = _single(rates, rng)
    window = rng.choice((10, 12, 15, 20, 20, 25, 30, 40, 50, 50, 100))
    while window < min(daily / 12, 100):  # a feed holds at least two hours
        window = rng.choice((30, 50, 100, 100))
    return Source(name=f"s{number}", host=f"h{number}", window=window, times=times, dead=dead, rates=rates)


def _hourly(daily: float, days: int, rng: random.Random) -> list[float]:
    """The expected stories in each hour: one or two bell curves a day in the source's own zone, a floor, weaker
    weekends, random differences between days, and bursts."""
    zone, width = rng.choice((-8, -6, -5, -5, 0, 0, 0, 1, 1, 1, 2, 5, 8, 9)), rng.uniform(3.0, 6.0)
    peak, floor, second = rng.uniform(9, 16), rng.uniform(0.01, 0.3), rng.random() * 0.6
    weekend = rng.uniform(0.15, 1.0)
    shape = []
    for hour in range(24):
        local = (hour + zone) % 24
        distances = [min(abs(local - top), 24 - abs(local - top)) for top in (peak, (peak + 8) % 24)]
        shape.append(
            floor + math.exp(-((distances[0] / width) ** 2)) + second * math.exp(-((distances[1] / 2.5) ** 2))
        )
    scale = daily / sum(shape) * 7 / (5 + 2 * weekend)
    rates = []
    for day in range(days):
        of_day = rng.lognormvariate(-0.02, 0.2) * (weekend if day % 7 >= 5 else 1.0)
        rates += [scale * of_day * value for value in shape]
    for _ in range(int(days / 14)):
        begin, lasts = rng.randrange(len(rates)), rng.randint(1, 5)
        for hour in range(begin, min(begin + lasts, len(rates))):
            rates[hour] *= rng.uniform(3, 8)
    return rates


def _single(rates: list[float], rng: random.Random) -> list[float]:
    times = []
    for hour, rate in enumerate(rates):
        at = 0.0
        while rate > 0 and (at := at + rng.expovariate(rate)) < 1:
            times.append(START + (hour + at) * HOUR)
    return times


def _batches(rates: list[float], rng: random.Random) -> tuple[list[float], list[float]]:
    """Stories are published in batches at one to four fixed times a day, in a third of the sources on one or two
    days a week only; and the rates of that."""
    hours = sorted(rng.sample(range(24), rng.randint(1, 4)))
    weekdays = rng.sample(range(7), rng.choice((1, 2)) if rng.random() < 1 / 3 else 7)
    times, waiting = [], 0
    together, expected = [0.0] * len(rates), 0.0
    for hour, rate in enumerate(rates):
        waiting += len(_single([rate], rng))
        expected += rate
        if hour % 24 not in hours or hour // 24 % 7 not in weekdays:
            continue
        together[hour], expected = expected, 0.0
        if waiting:
            at = START + hour * HOUR + rng.uniform(0, 600)
            times += [at] * waiting
            waiting = 0
    return times, together
