"""`python -m benchmarks.tick`: the cost of one tick with 100,000 sources, few or many of them due.

A tick claims 32 hosts in one transaction, as the service does every five seconds. At 24 visits a source and day
100,000 sources have 139 due ones a tick. For comparison: counting the due sources by the index alone. CPU time, the
least of the repeats. Exit code 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from newsdesk.storage.db.database import connect, immediate, prepare
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.hosts.leases import Wanted, claim
from newsdesk.storage.records.rate_limits import RateLimits
from newsdesk.storage.records.visits import Limits

LIMIT_MS = 20.0
DUE = (0, 139, 1000, 10_000)
LIMITED = 139  # the limit applies up to as many due sources; more are shown
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def fill(db: Database, sources: int) -> None:
    """So many sources on as many hosts, none due."""
    with immediate(db):
        db.conn.executemany("INSERT INTO host (host) VALUES (?)", ((f"h{n}.test",) for n in range(sources)))
        db.conn.executemany(
            "INSERT INTO source (address, host, site, added_at, last_visit_at, next_visit_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                (f"http://h{n}.test/feed", f"h{n}.test", f"h{n}.test", to_iso(NOW),
                 to_iso(NOW - timedelta(hours=1)), to_iso(NOW + timedelta(seconds=60 + n / 30)))
                for n in range(sources)
            ),
        )  # fmt: skip


def cost_ms(work: Callable[[], object], repeats: int) -> float:
    least = float("inf")
    for _ in range(repeats):
        begun = time.process_time()
        work()
        least = min(least, time.process_time() - begun)
    return least * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "newsdesk.db"
        prepare(path)
        db = connect(path, readonly=False)
        fill(db, options.sources)

        def tick() -> None:
            db.conn.execute("BEGIN IMMEDIATE")
            claim(
                db, Wanted(requested_at=NOW, due=True), owner="benchmark:1:1", now=NOW, hosts=32, lease_s=120.0,
                rate_limits=RateLimits(), limits=Limits(),
            )  # fmt: skip
            db.conn.execute("ROLLBACK")

        def count() -> None:
            db.conn.execute(
                "SELECT count(*) FROM source WHERE state = 'active' AND next_visit_at <= ?", (to_iso(NOW),)
            ).fetchone()

        print(f"{options.sources} sources     due   tick ms   index alone ms")
        for due in DUE:
            with immediate(db):
                db.conn.execute(
                    "UPDATE source SET next_visit_at = ? WHERE id <= ?",
                    (to_iso(NOW - timedelta(minutes=1)), due),
                )
            ms = cost_ms(tick, options.repeats)
            print(f"{due:20d} {ms:9.2f} {cost_ms(count, options.repeats):16.2f}")
            missed = missed or (due <= LIMITED and ms > LIMIT_MS)
        db.close()
    print(f"limit with up to {LIMITED} due: {LIMIT_MS:g} ms: {'missed' if missed else 'kept'}")
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
