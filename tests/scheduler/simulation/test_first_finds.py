"""A story that several sources carry is found once."""

from __future__ import annotations

import random

import pytest

from newsdesk.scheduler.cadence.hourly_profile import HOUR_S
from newsdesk.scheduler.simulation.simulate import Choice, Simulated, count_published, simulate
from newsdesk.storage.records.publication_profile import History

NOON = 1_800_000_000.0


def carried(number: int, stories: dict[int, float], *, every_h: float, window: int = 20) -> History:
    """A source with these stories, each so many hours after NOON, visited at an interval of its own."""
    rows = sorted((NOON + hours * HOUR_S, story) for story, hours in stories.items())
    return History(
        source_id=number, name=f"s{number}", host=f"h{number}", window=window, every_s=round(every_h * HOUR_S),
        times=tuple(at for at, _ in rows), stories=tuple(story for _, story in rows),
    )  # fmt: skip


def simulated(*sources: History, hours: float) -> Simulated:
    return simulate(
        sources, Choice(name="simulated"), since=NOON, until=NOON + hours * HOUR_S,
        gap_of=lambda host: 0.0, random=random.Random(1).random,
    )  # fmt: skip


CASES: list[tuple[str, list[History], int, list[int], int]] = [
    # what, sources, stories to find, minutes until each is found, lost
    (
        "the first find counts, from the earliest publication",
        [carried(1, {1: -1, 2: 0.5}, every_h=4), carried(2, {1: -1, 2: 0.75}, every_h=1)],
        1, [30], 0,
    ),
    (
        "each has its own",
        [carried(1, {1: -1, 2: 1.5}, every_h=2), carried(2, {3: -1, 4: 0.5}, every_h=1)],
        2, [30, 30], 0,
    ),
    (
        "the section is first",
        [carried(1, {1: -1, 2: 2.5}, every_h=1), carried(2, {1: -1, 2: 1.5}, every_h=1)],
        1, [30], 0,
    ),
    (
        "history in one, later in another",
        [carried(1, {1: -1}, every_h=1), carried(2, {5: -1, 1: 1.5}, every_h=1)],
        0, [], 0,
    ),
    (
        "lost in one, found in another",
        [carried(1, {1: -1, 2: 0.2, 3: 0.4}, every_h=1, window=1), carried(2, {1: -1, 2: 1.2}, every_h=1)],
        2, [36, 108], 0,
    ),
    ("lost", [carried(1, {1: -1, 2: 0.2, 3: 0.4}, every_h=1, window=1), carried(2, {1: -1}, every_h=1)], 2, [36], 1),
    (
        "found by the first visit of another",
        [carried(1, {1: -1, 2: 0.1}, every_h=4), carried(2, {9: 1, 2: 0.5}, every_h=4)],
        2, [24], 0,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "sources", "count", "minutes", "lost"), CASES, ids=[row[0] for row in CASES]
)
def test_a_story_is_found_once(
    what: str, sources: list[History], count: int, minutes: list[int], lost: int
) -> None:
    done = simulated(*sources, hours=3.9).all
    assert count_published(sources, NOON) == count
    assert (done.found, done.lost) == (len(minutes), lost)
    mean = sum(minutes) / len(minutes) if minutes else None
    assert (None if done.mean_s is None else round(done.mean_s / 60)) == (
        None if mean is None else round(mean)
    )


def test_sources_without_story_numbers_share_none() -> None:
    sources = [
        History(source_id=number, name="s", host="h", window=9, times=(NOON - 60, NOON + 60))
        for number in (1, 2)
    ]
    assert count_published(sources, NOON) == 2
