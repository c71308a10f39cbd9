"""`python -m benchmarks.opml`: import, export and list many sources, against SQLite alone in the same run.

The commands run as processes. The time of `newsdesk --version` is subtracted as start-up. The other side is
`executemany` of the same rows into the same schema with one COMMIT, and a plain SELECT of them. The sides take
turns, and the minimum of the repeats counts. An import parses, checks addresses and looks up registrable
domains; a list counts 30 stories a source and prints a table. Also checked: an export, imported into an empty
file, gives equal rows. Exit code 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from newsdesk.storage.db.database import connect, immediate, prepare

ROOT = Path(__file__).parent.parent.parent
LIMITS = {"import": 15.0, "export": 40.0, "list": 60.0}
SECONDS = {"import": 5.0, "export": 2.0, "list": 2.0}  # wall clock, start-up included
ENTRIES = 30  # of each source, for the list
COLUMNS = (
    "address", "host", "site", "title", "home", "name", "tags", "language", "country", "timezone", "every_s",
    "cron", "full_text", "state",
)  # fmt: skip


def newsdesk(folder: Path, db: str, *arguments: str) -> float:
    """Wall-clock seconds of one command."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSDESK_")}
    environment = {**kept, "NEWSDESK_DB": db, "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "newsdesk", *arguments],
        cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - begun


def stored(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(f"SELECT {', '.join(COLUMNS)} FROM source ORDER BY id").fetchall()


def write_list(path: Path, sources: int) -> None:
    """Write a list as other programs do: folders, names, two sources for each host."""
    lines = ['<?xml version="1.0"?>', '<opml version="2.0"><body>']
    for number in range(sources):
        if number % 100 == 0:
            lines += ["</outline>"] if number else []
            lines.append(f'<outline text="Folder {number // 100}">')
        address = f"https://www.paper{number // 2}.co.uk/feeds/{number}.xml?a=1&amp;b=2"
        lines.append(f'<outline type="rss" text="Paper &amp; Co {number}" xmlUrl="{address}"/>')
    lines.append("</outline></body></opml>")
    path.write_text("\n".join(lines), encoding="utf-8")


def bare_insert(folder: Path, rows: list[tuple[Any, ...]]) -> float:
    """Insert the same rows by executemany."""
    path = folder / f"bare-{time.monotonic_ns()}.db"
    prepare(path)
    db = connect(path, readonly=False)
    db.conn.execute("PRAGMA synchronous = FULL")
    begun = time.perf_counter()
    with immediate(db):
        db.conn.executemany("INSERT OR IGNORE INTO host (host) VALUES (?)", [(row[1],) for row in rows])
        db.conn.executemany(
            f"INSERT INTO source ({', '.join(COLUMNS)}, added_at, next_visit_at, next_visit_why)"
            f" VALUES ({', '.join('?' * len(COLUMNS))}, '2026', '2026', 'x')",
            rows,
        )
    spent = time.perf_counter() - begun
    db.close()
    return spent


def bare_select(path: Path) -> float:
    """Select the columns of the list, without the count of stories."""
    with closing(sqlite3.connect(path)) as conn:
        begun = time.perf_counter()
        conn.execute(
            "SELECT id, name, address, state, tags, outcome, outcome_message, outcome_at, next_visit_at,"
            " next_visit_why, last_ok_at, failures FROM source ORDER BY id"
        ).fetchall()
        return time.perf_counter() - begun


def insert_entries(path: Path, sources: int) -> None:
    """Insert stories for the list to count."""
    with closing(sqlite3.connect(path)) as conn:
        count = range(1, sources * ENTRIES + 1)
        conn.executemany(
            "INSERT INTO story (id, url, site, sort_at, first_seen_at, authority)"
            " VALUES (?, 'x', 'x', '2026', '2026', 'x')",
            [(number,) for number in count],
        )
        conn.executemany(
            "INSERT INTO entry (source_id, story_id, entry_key, first_seen_at, verdict)"
            " VALUES (?, ?, ?, '2026', 'new')",
            [(number % sources + 1, number, f"e1:{number:032x}") for number in count],
        )
        conn.commit()


def minimum(repeat: int, *sides: Callable[[], float]) -> list[float]:
    """The minimum of each side; the sides take turns."""
    spent = [[side() for side in sides] for _ in range(repeat)]
    return [min(times) for times in zip(*spent, strict=True)]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    missed = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_list(folder / "others.opml", options.sources)
        newsdesk(folder, "first.db", "sources", "import", "others.opml")
        rows = stored(folder / "first.db")
        stores = iter(range(1_000_000))

        def imported() -> float:
            return newsdesk(folder, f"{next(stores)}.db", "sources", "import", "others.opml")

        def started() -> float:
            return newsdesk(folder, "first.db", "--version")

        def exported() -> float:
            return newsdesk(folder, "first.db", "sources", "export", "ours.opml")

        def listed() -> float:
            return newsdesk(folder, "first.db", "sources")

        took = {}
        start, took["import"], insert = minimum(
            options.repeat, started, imported, lambda: bare_insert(folder, rows)
        )
        insert_entries(folder / "first.db", options.sources)
        took["export"], took["list"], select = minimum(
            options.repeat, exported, listed, lambda: bare_select(folder / "first.db")
        )
        against = {"import": insert, "export": select, "list": select}
        print(f"{options.sources:,} sources; start-up of newsdesk takes {start:.2f} s")
        for what, seconds in took.items():
            ratio = (seconds - start) / against[what]
            kept = ratio <= LIMITS[what] and seconds <= SECONDS[what] * max(1, options.sources / 10_000)
            missed += [] if kept else [what]
            print(
                f"{what:<7} {seconds:5.2f} s, {ratio:5.1f} times SQLite alone ({against[what]:.3f} s);"
                f" limits {LIMITS[what]:g} and {SECONDS[what]:g} s{'' if kept else '  MISSED'}"
            )
        newsdesk(folder, "second.db", "sources", "import", "ours.opml")
        equal = len(rows) == options.sources and stored(folder / "second.db") == rows
        print(f"export, imported into an empty file: {'equal rows' if equal else 'rows DIFFER'}")
    return int(bool(missed) or not equal)


if __name__ == "__main__":
    raise SystemExit(main())
