"""The work that all sides do, round by round, and what each result has to be.

W1 first poll, W2 nothing changed (304), W3 whole bodies with a tenth of the feeds changed, W4 article pages.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.feeds import ENTRIES, is_broken
from benchmarks.peers.measured import Cost, measure
from benchmarks.peers.server import CHANGED_EVERY, feed_addresses, page_addresses
from benchmarks.peers.sides import ROOT, Side

FEED_ROWS = ("W1", "W2", "W3")


@dataclass(frozen=True)
class Web:
    """The running server with so many feeds and pages."""

    port: int
    feeds: int
    pages: int

    def control(self, *, changed: bool = False, validators: bool = True) -> None:
        self._get(f"control?changed={changed:d}&validators={validators:d}")

    def not_modified(self) -> int:
        return int(json.loads(self._get("counts"))["not_modified"])

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}") as response:
            return bytes(response.read())

    @property
    def feed_addresses(self) -> list[str]:
        return feed_addresses(self.port, self.feeds)

    @property
    def page_addresses(self) -> list[str]:
        return page_addresses(self.port, self.pages)

    @property
    def well_formed(self) -> int:
        """The feeds that are well-formed. Those that are cut off need not be requested with validators."""
        return sum(not is_broken(number) for number in range(self.feeds))

    @property
    def fresh(self) -> int:
        """New entries of the changed feeds."""
        return sum(1 + number % 3 for number in range(0, self.feeds, CHANGED_EVERY))


@contextmanager
def open_web(feeds: int, pages: int, formats: Sequence[str] = ()) -> Iterator[Web]:
    """Generate the web and serve it in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.peers.server", str(feeds), str(pages), *formats]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as server:  # type: ignore[call-overload]
        try:
            yield Web(int(server.stdout.readline()), feeds, pages)
        finally:
            server.stdin.close()


@dataclass(frozen=True)
class Result:
    """One measured row of one side. `stored`: entries, or pages with a text, an author and a date; `expected`: how
    many it has to be. `size`: bytes of the store."""

    row: str
    side: str
    round: int
    cost: Cost
    items: int
    stored: int
    expected: int
    size: int
    not_modified: int = 0
    note: str = ""

    @property
    def right(self) -> bool:
        """Whether it did the work: only then its cost counts."""
        return self.cost.code == 0 and self.stored == self.expected and not self.note


Report = Callable[[Result], None]


def poll_rows(
    side: Side, web: Web, rows: Sequence[str], *, number: int, report: Report, folder: Path
) -> None:
    """W1, W2 and W3 of one side."""
    assert side.poll is not None
    side.prepare(folder, web.feed_addresses)
    for row in FEED_ROWS:
        if row not in rows and row != "W1":
            continue
        if row != "W1":
            side.between(folder)
        web.control(changed=row == "W3", validators=row != "W3")
        cost = measure(side.poll(folder), environment=side.environment(folder), folder=folder)
        found = web.not_modified()
        note = f"{found} responses 304" if row == "W2" and found < web.well_formed else ""
        report(
            Result(
                row=row,
                side=side.name,
                round=number,
                cost=cost,
                items=web.feeds,
                stored=side.entries(folder),
                expected=ENTRIES * (web.well_formed if side.well_formed_only else web.feeds)
                + (web.fresh if row == "W3" else 0),
                size=side.size(folder),
                not_modified=found,
                note=note,
            )
        )
    web.control()


def page_row(side: Side, web: Web, *, number: int, report: Report, folder: Path) -> None:
    """W4 of one side."""
    assert side.crawl is not None
    web.control()
    side.prepare(folder, ())
    command = side.crawl(folder, web.page_addresses)
    cost = measure(command, environment=side.environment(folder), folder=folder)
    stored = side.pages(folder)
    report(Result("W4", side.name, number, cost, web.pages, stored, web.pages, side.size(folder)))


def run_round(sides: Sequence[Side], web: Web, rows: Sequence[str], *, number: int, report: Report) -> None:
    """All rows of all sides, each side in a new folder; every second round in reverse order."""
    for side in sides if number % 2 == 0 else sides[::-1]:
        if side.poll is not None and set(rows) & set(FEED_ROWS):
            with tempfile.TemporaryDirectory(prefix="peers-") as folder:
                poll_rows(side, web, rows, number=number, report=report, folder=Path(folder))
        if side.crawl is not None and "W4" in rows and web.pages:
            with tempfile.TemporaryDirectory(prefix="peers-") as folder:
                page_row(side, web, number=number, report=report, folder=Path(folder))
