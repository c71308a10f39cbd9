"""kill -9 at random times of a crawl: the file stays sound, no story is lost or stored twice.

A hundred times, with figures: `python -m benchmarks.crash`.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.crash.rounds import Rounds


def test_ten_kills_lose_nothing_and_store_nothing_twice(tmp_path: Path) -> None:
    with Rounds(tmp_path, feeds=12, entries=20, seed=4, full_text=3) as rounds:
        for number in range(40):  # ten; more if a busy machine makes kills miss their crawls
            if number >= 10 and rounds.report.in_flight >= 3:
                break
            rounds.crash()
        rounds.finish()
    report = rounds.report
    assert report.faults == [], report
    assert report.in_flight >= 3, f"the kills came before or after the crawls: {report}"
    assert report.stories >= 12 * 20
