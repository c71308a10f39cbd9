"""What only newsdesk is measured on: start-up, a crawl of one source, claims, statements, the writer."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.peers.measured import Cost, measure
from benchmarks.peers.rounds import Web
from benchmarks.peers.sides import HERE, Side
from benchmarks.writer.measure import Measured, read_visits

COMMANDS = (("--help",), ("stories",), ("story", "1"), ("sources",))
WAITING = (10_000, 100_000)
STATEMENT_FEEDS = 40
WRITER_FEEDS = 60
REPEATS = 5


@dataclass(frozen=True)
class Figure:
    """A figure of one side: CPU seconds, ms, a count for each story, or stories a second."""

    row: str
    side: str
    value: float
    unit: str


def _newsdesk(side: Side, *arguments: str) -> list[str]:
    assert side.poll is not None
    crawl = [str(part) for part in side.poll(Path())]
    return [*crawl[: crawl.index("crawl")], *arguments]


def _cpu(side: Side, folder: Path, *arguments: str) -> Cost:
    cost = measure(_newsdesk(side, *arguments), environment=side.environment(folder), folder=folder)
    assert cost.code == 0, f"{side.name} {' '.join(arguments)}: {(folder / 'output.log').read_text()[-2000:]}"
    return cost


def _script(side: Side, folder: Path, name: str, *arguments: str) -> dict[str, float]:
    python = _newsdesk(side)[0]
    done = subprocess.run(
        [python, "-P", str(HERE / name), *arguments],
        cwd=folder,
        env=side.environment(folder),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def start_up(sides: Sequence[Side], web: Web) -> list[Figure]:
    """The commands that read, on a store with a few feeds; a crawl of one source: all new, one entry new, a 304."""
    found: dict[tuple[str, str], list[float]] = {}
    for at in range(REPEATS):
        for side in sides if at % 2 == 0 else sides[::-1]:
            with tempfile.TemporaryDirectory(prefix="peers-") as name:
                folder = Path(name)
                web.control()
                side.prepare(folder, web.feed_addresses[:1])
                costs = {"crawl: first visit": _cpu(side, folder, "crawl", "--quiet")}
                costs["crawl: one 304"] = _cpu(side, folder, "crawl", "--quiet")
                assert web.not_modified() == 1 and side.entries(folder) == 30
                web.control(changed=True, validators=False)
                costs["crawl: one new entry"] = _cpu(side, folder, "crawl", "--quiet")
                assert side.entries(folder) == 31
                for arguments in COMMANDS:
                    costs[" ".join(arguments)] = _cpu(side, folder, *arguments)
            for row, cost in costs.items():
                found.setdefault((row, side.name), []).append(cost.cpu)
    web.control()
    return [Figure(row, side, median(values), "s") for (row, side), values in found.items()]


def claims(sides: Sequence[Side]) -> list[Figure]:
    """Claims while so many sources are due."""
    found = []
    for waiting in WAITING:
        for side in sides:
            with tempfile.TemporaryDirectory(prefix="peers-") as folder:
                figures = _script(side, Path(folder), "claims.py", str(waiting), str(REPEATS))
            found.append(Figure(f"claim, {waiting:,} wait", side.name, figures["ms"], "ms"))
    return found


def statements(sides: Sequence[Side], web: Web) -> list[Figure]:
    """Statements of a first poll for each story."""
    found = []
    for side in sides:
        with tempfile.TemporaryDirectory(prefix="peers-") as name:
            folder = Path(name)
            side.prepare(folder, web.feed_addresses[:STATEMENT_FEEDS])
            counts = _script(side, folder, "statements.py")
            stories = side.entries(folder)
        found += [
            Figure(f"statements, {kind}", side.name, number / stories, "a story")
            for kind, number in sorted(counts.items())
        ]
    return found


def writer() -> list[Figure]:
    """Stories a second of the writer's thread, as `benchmarks.writer` measures it, the best of three."""
    visits, _ = read_visits(WRITER_FEEDS)
    best = 0.0
    for _ in range(3):
        with (
            tempfile.TemporaryDirectory(prefix="peers-") as folder,
            Measured(Path(folder) / "w.db", visits) as store,
        ):
            kept = store.keep(visits, together=True)
            best = max(best, kept.stories / kept.thread_s)
    return [Figure("writer", "newsdesk", best, "stories/s")]


def as_json(figures: Sequence[Figure]) -> list[dict[str, object]]:
    return [asdict(figure) for figure in figures]
