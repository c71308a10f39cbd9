"""`python -m benchmarks.lists`: lists and searches of 30,000 and of 300,000 stories; `--stories` for other numbers.

Stories with made-up words, as frequent as words are, are written in bulk: a minute and 1 GB for 300,000. Each command
runs in a process of its own; CPU time, the least of three. `cold`: seconds by the clock for a first run with the file
out of the page cache. Exit code 1 when a command takes more than 1.1 times as long in the largest store, a search
1.2 times, or a cold one more than half a second longer.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from newsdesk.storage.db.database import connect, immediate, prepare
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.search.index import SearchText, index

SIZES = [30_000, 300_000]
SOURCES, STEP, TEXTS = 300, 20_000, 4000
BEGIN, SPAN = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=320)
LIST_RATIO, SEARCH_RATIO, COLD_S = 1.1, 1.2, 0.5
COMMANDS = {
    "stories": LIST_RATIO,
    "stories --source 7": LIST_RATIO,
    "stories --since 2026-11-15": LIST_RATIO,
    "stories --json --limit 1000": LIST_RATIO,
    "stories word29000": SEARCH_RATIO,  # rare
    "stories common": SEARCH_RATIO,  # in four of ten stories
    "stories common --best": SEARCH_RATIO,
    "stories common word00003": SEARCH_RATIO,
    "stories common --source 7": SEARCH_RATIO,
}


def fill(db: Database, stories: int) -> None:
    """So many stories of 300 sources, published nearly in the order in which they came."""
    chance = random.Random(7)
    words = [f"word{number:05d}" for number in range(30_000)]
    weights = [1 / (number + 3) for number in range(30_000)]

    def text(length: int) -> str:
        return " ".join(chance.choices(words, weights, k=length))

    texts = [(text(9), text(25), text(120) + " common" * (chance.random() < 0.4)) for _ in range(TEXTS)]
    hosts = [f"h{number}.test" for number in range(SOURCES)]
    with immediate(db):
        db.conn.executemany("INSERT INTO host (host) VALUES (?)", [(host,) for host in hosts])
        db.conn.executemany(
            "INSERT INTO source (id, address, host, site, added_at) VALUES (?, ?, ?, ?, ?)",
            [(1 + number, f"http://{host}/", host, host, to_iso(BEGIN)) for number, host in enumerate(hosts)],
        )
    for first in range(0, stories, STEP):
        with immediate(db):
            for number in range(first, min(stories, first + STEP)):
                seen_at = BEGIN + SPAN * (number / stories)
                published, source = (
                    seen_at - timedelta(seconds=chance.expovariate(1 / 7200)),
                    number % SOURCES,
                )
                title, summary, body = texts[number % TEXTS]
                db.conn.execute(
                    "INSERT INTO story (id, url, site, title, summary, sort_at, published, precision, first_seen_at,"
                    " authority) VALUES (?, ?, ?, ?, ?, ?, ?, 'second', ?, 'site')",
                    (1 + number, f"http://{hosts[source]}/{number}", hosts[source], title, summary,
                     to_iso(published), to_iso(published), to_iso(seen_at)),
                )  # fmt: skip
                db.conn.execute("INSERT INTO story_body (story_id, text) VALUES (?, ?)", (1 + number, body))
                db.conn.execute(
                    "INSERT INTO entry (source_id, story_id, entry_key, first_seen_at, verdict)"
                    " VALUES (?, ?, ?, ?, 'new')",
                    (1 + source, 1 + number, str(number), to_iso(seen_at)),
                )
            index(db, _texts(texts, range(first, min(stories, first + STEP))))


def _texts(texts: list[tuple[str, str, str]], numbers: range) -> Iterator[SearchText]:
    for number in numbers:
        title, summary, body = texts[number % TEXTS]
        yield SearchText(story_id=1 + number, title=title, summary=summary, text=body)


def run(path: Path, command: str) -> tuple[float, float]:
    """CPU seconds and seconds by the clock of a command."""
    begun, before = time.monotonic(), os.times()
    done = subprocess.run(
        [sys.executable, "-m", "newsdesk", *command.split()],
        env={**os.environ, "NEWSDESK_DB": str(path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{command}: {done.stderr}")
    after = os.times()
    cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
    return cpu_s, time.monotonic() - begun


def measure(path: Path, command: str) -> tuple[float, float]:
    """CPU seconds, and the seconds by the clock that the first run takes longer with the file out of the cache."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    _, cold_s = run(path, command)
    warm = [run(path, command) for _ in range(3)]
    return min(cpu_s for cpu_s, _ in warm), max(0.0, cold_s - min(clock_s for _, clock_s in warm))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, action="append", help="default: 30000 and 300000")
    sizes = sorted(parser.parse_args().stories or SIZES)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{size}.db" for size in sizes]
        for path, size in zip(paths, sizes, strict=True):
            prepare(path)
            db = connect(path, readonly=False)
            fill(db, size)
            db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.close()
        print(
            f"{'CPU seconds at … stories':32}"
            + "".join(f"{size:>11,}" for size in sizes)
            + "  ratio   cold s"
        )
        missed = False
        for command, limit in COMMANDS.items():
            found = [measure(path, command) for path in paths]
            ratio, cold_s = found[-1][0] / found[0][0], found[-1][1]
            too_slow = ratio > limit or cold_s > COLD_S
            line = f"{command:32}" + "".join(f"{cpu_s:11.2f}" for cpu_s, _ in found)
            print(f"{line}  {ratio:5.2f}  {cold_s:7.2f}{'  missed' if too_slow else ''}", flush=True)
            missed = missed or too_slow
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
