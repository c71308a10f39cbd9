"""Tables of a run, and the targets with what was reached: ratios within a round, medians over the rounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.peers.alone import Figure
from benchmarks.peers.rounds import Result

ROWS = {
    "W1": "first poll",
    "W2": "nothing changed (304)",
    "W3": "whole bodies, a tenth of the feeds changed",
    "W4": "article pages to stored stories",
}


@dataclass(frozen=True)
class Target:
    """`row` of newsdesk against `side` (empty: the figure itself), at most `limit`, or `at_least`."""

    row: str
    side: str
    limit: float
    at_least: bool = False
    unit: str = ""


TARGETS = (
    Target("W1", "floor-full", 1.6),
    Target("W2", "floor-full", 4.0),
    Target("W2, ms a feed", "", 0.9),
    Target("W3", "floor-full", 2.5),
    Target("W4", "trafilatura", 0.6),
    Target("--help", "", 0.35),
    Target("stories", "", 0.35),
    Target("story 1", "", 0.35),
    Target("sources", "", 0.35),
    Target("crawl: one 304", "", 0.6),
    Target("crawl: one new entry", "", 1.0),
    Target("writer", "", 1500, at_least=True),
    Target("W1, peak MiB", "", 140),
    Target("W1, store kB a story", "", 8.5),
    Target("claim, 10,000 wait", "", 2.0),
    Target("claim, 100,000 wait", "", 2.0),
)


def right(results: Iterable[Result], row: str, side: str) -> list[Result]:
    """The results of a row and side, without those that did not do the work."""
    return [one for one in results if one.row == row and one.side == side and one.right]


def ratio(results: Sequence[Result], row: str, side: str, other: str) -> float | None:
    """The median of the ratios of CPU, each within a round."""
    of_other = {one.round: one.cost.cpu for one in right(results, row, other)}
    ratios = [
        one.cost.cpu / of_other[one.round] for one in right(results, row, side) if one.round in of_other
    ]
    return median(ratios) if ratios else None


def work_tables(results: Sequence[Result], *, base: str) -> Iterator[str]:
    """A table for each row, the least CPU first."""
    for row, about in ROWS.items():
        sides = dict.fromkeys(one.side for one in results if one.row == row)
        if not sides:
            continue
        yield f"\n{row}: {about}"
        yield (
            f"{'':<14}{'CPU s':>8}{'ms/item':>9}{'× ' + base:>13}{'time s':>8}{'peak MiB':>10}{'written kB':>12}"
            f"{'store kB':>10}{'stored':>9}"
        )
        lines = []
        for side in sides:
            counted = right(results, row, side)
            if not counted:
                wrong = next(one for one in results if one.row == row and one.side == side)
                why = wrong.note or f"stored {wrong.stored} of {wrong.expected}, exit code {wrong.cost.code}"
                lines.append((float("inf"), f"{side:<14} does not count: {why}"))
                continue
            lines.append(
                (
                    median(one.cost.cpu for one in counted),
                    _work_line(side, counted, ratio(results, row, side, base)),
                )
            )
        yield from (line for _, line in sorted(lines))


def _work_line(side: str, counted: Sequence[Result], to_base: float | None) -> str:
    cpu = median(one.cost.cpu for one in counted)
    one = counted[0]
    return (
        f"{side:<14}{cpu:>8.2f}{1000 * cpu / one.items:>9.2f}"
        + (f"{'':>13}" if to_base is None else f"{to_base:>13.2f}")
        + f"{median(one.cost.elapsed for one in counted):>8.2f}{median(one.cost.peak_mib for one in counted):>10.0f}"
        f"{median(one.cost.written for one in counted) / 1000 / one.stored:>12.2f}"
        f"{median(one.size for one in counted) / 1000 / one.stored:>10.2f}{one.stored:>9}"
    )


def all_figures(results: Sequence[Result], figures: Sequence[Figure]) -> list[Figure]:
    """The figures of newsdesk alone with those that come from the rows."""
    found = list(figures)
    for side in dict.fromkeys(one.side for one in results):
        for row, name, unit in (
            ("W2", "W2, ms a feed", "ms"),
            ("W1", "W1, peak MiB", "MiB"),
            ("W1", "W1, store kB a story", "kB"),
            ("W1", "W1, written kB a story", "kB"),
        ):
            counted = right(results, row, side)
            if counted:
                values = {
                    "W2, ms a feed": [1000 * one.cost.cpu / one.items for one in counted],
                    "W1, peak MiB": [one.cost.peak_mib for one in counted],
                    "W1, store kB a story": [one.size / 1000 / one.stored for one in counted],
                    "W1, written kB a story": [one.cost.written / 1000 / one.stored for one in counted],
                }
                found.append(Figure(name, side, median(values[name]), unit))
    return found


def figure_table(figures: Sequence[Figure], sides: Sequence[str]) -> Iterator[str]:
    """The figures of newsdesk alone, a column for each checkout."""
    if figures:
        yield f"\n{'newsdesk alone':<30}" + "".join(f"{side:>16}" for side in sides)
    for row in dict.fromkeys(one.row for one in figures):
        units = next(one.unit for one in figures if one.row == row)
        values = {one.side: one.value for one in figures if one.row == row}
        cells = "".join(f"{values[side]:>16.2f}" if side in values else f"{'':>16}" for side in sides)
        yield f"{row:<30}{cells} {units}"


def target_table(results: Sequence[Result], figures: Sequence[Figure], sides: Sequence[str]) -> Iterator[str]:
    """Each target that was measured, with what newsdesk reached."""
    known = all_figures(results, figures)
    lines = []
    for target in TARGETS:
        name = f"{target.row}, × {target.side}" if target.side else target.row
        sign = "≥" if target.at_least else "≤"
        cells, met = "", False
        for side in sides:
            value = (
                ratio(results, target.row, side, target.side)
                if target.side
                else next((one.value for one in known if one.row == target.row and one.side == side), None)
            )
            cells += f"{'':>16}" if value is None else f"{value:>16.2f}"
            if side == sides[0] and value is not None:
                met = value >= target.limit if target.at_least else value <= target.limit
        if cells.strip():
            lines.append(f"{name:<30}{sign} {target.limit:<8g}{cells}  {'met' if met else 'NOT MET'}")
    if lines:
        yield "\nTargets of work are for 300 feeds and more (start-up counts), of memory and store for 1,000."
        yield f"{'target':<40}" + "".join(f"{side:>16}" for side in sides)
    yield from lines
