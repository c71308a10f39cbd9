"""`benchmarks.peers` on few feeds: every row comes out, newsdesk and the floor store what they have to."""

from __future__ import annotations

import json
import platform
import subprocess
import sys

import pytest

from benchmarks.peers.feeds import ENTRIES, make_feed
from benchmarks.peers.floor import entries
from benchmarks.peers.language import Text
from benchmarks.peers.report import ratio, target_table, work_tables
from benchmarks.peers.rounds import Cost, Result
from newsdesk.crawler.feeds.reader import read_feed
from tests.support.paths import ROOT

FEEDS, PAGES, FRESH = 12, 4, 1 + 2  # the feeds 0 and 10 change


@pytest.mark.skipif(platform.system() != "Linux", reason="the benchmark counts processes on Linux only")
def test_a_small_run() -> None:
    options = ("--feeds", FEEDS, "--pages", PAGES, "--rounds", 1, "--json")
    only = "newsdesk,floor-full,W1,W2,W3,W4,statements"
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.peers", *map(str, options), "--only", only],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    rows = {(one["row"], one["side"]): one for one in found["results"]}
    stored = {"W1": ENTRIES * FEEDS, "W2": ENTRIES * FEEDS, "W3": ENTRIES * FEEDS + FRESH, "W4": PAGES}
    for side in ("newsdesk", "floor-full"):
        assert {row: rows[row, side]["stored"] for row in stored} == stored
        assert all(rows[row, side]["right"] and rows[row, side]["cost"]["cpu"] > 0 for row in stored)
        assert rows["W2", side]["not_modified"] == FEEDS
        assert rows["W1", side]["size"] > 0
    figures = {one["row"]: one["value"] for one in found["figures"]}
    assert 1 < figures["statements, writes"] < 12


@pytest.mark.parametrize("form", ["rss", "atom", "rdf", "json"])
def test_newsdesk_and_the_floor_read_the_same_entries(form: str) -> None:
    text = Text()
    for number in (0, 1, 25, 75):
        feed = make_feed(number, text, base="http://127.0.1.1", feeds=100, form=form)
        for body in feed.versions:
            read = read_feed(body, address="http://127.0.1.1/feed").articles
            assert [one.link for one in read] == [one["link"] for one in entries(body)]
            assert len(read) == ENTRIES


def test_a_feed_keeps_its_entries_in_its_second_version() -> None:
    feed = make_feed(1, Text(), base="http://127.0.1.1", feeds=100, form="rss")
    first, second = ([one["guid"] for one in entries(body)] for body in feed.versions)
    assert second[feed.fresh :] == first[: ENTRIES - feed.fresh]


def result(row: str, side: str, cpu: float, *, number: int = 0, stored: int = 30) -> Result:
    cost = Cost(cpu=cpu, elapsed=cpu, peak_mib=100.0, written=30_000, code=0)
    return Result(row, side, number, cost, items=1, stored=stored, expected=30, size=300_000)


def test_ratios_are_of_one_round_and_of_right_results() -> None:
    results = [
        result("W1", "newsdesk", 3.0),
        result("W1", "floor-full", 1.0),
        result("W1", "newsdesk", 40.0, number=1),
        result("W1", "floor-full", 20.0, number=1),
        result("W1", "newsdesk", 1.0, number=2),
        result("W1", "floor-full", 1.0, number=2, stored=29),  # an entry is missing: does not count
        result("W1", "newsboat", 1.0, stored=0),
    ]
    assert ratio(results, "W1", "newsdesk", "floor-full") == 2.5
    text = "\n".join([*work_tables(results, base="floor-full"), *target_table(results, [], ["newsdesk"])])
    assert "newsboat       does not count: stored 0 of 30" in text
    assert "W1, × floor-full              ≤ 1.6                 2.50  NOT MET" in text
    assert "W1, peak MiB                  ≤ 140               100.00  met" in text
