"""`python -m benchmarks.tick`: the cost of looking for work, at 1,000, 10,000 and 100,000 sources.

The service looks for work every five seconds, and a crawl whenever slots are free: each claim leases up to 32 hosts
in one transaction. The least of 25 claims in CPU time, each of other hosts; `once` is what a crawl of all sources
reads at its start. Exit code 1 when a claim takes longer than the limit.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from newsdesk.storage.db.database import connect, immediate, prepare
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.hosts.leases import Wanted, claim, find_remaining
from newsdesk.storage.hosts.politeness import blocked_hosts
from newsdesk.storage.hosts.remaining import Remaining
from newsdesk.storage.records.rate_limits import RateLimits
from newsdesk.storage.records.visits import Limits
from newsdesk.storage.sources.subscriptions import FIRST_WHY

LIMIT_MS = 2.5  # of one claim; about 1.6 on a quiet machine
CLAIMS, HOSTS = 25, 32
SIZES = (1000, 10_000, 100_000)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAST, LATER = to_iso(NOW - timedelta(minutes=1)), to_iso(NOW + timedelta(minutes=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What waits in a store, and what is wanted. `change` makes it from a store in which nothing is due."""

    name: str
    wanted: Wanted
    change: str = ""
    one_host: bool = False


DUE = Wanted(requested_at=NOW, due=True)
ALL_DUE = f"UPDATE source SET next_visit_at = '{PAST}'"
CASES = (
    Case(name="nothing due", wanted=DUE),
    Case(name="all due", wanted=DUE, change=ALL_DUE),
    Case(name="all due, one host", wanted=DUE, change=ALL_DUE, one_host=True),
    Case(
        name="all due, nine of ten blocked",
        wanted=DUE,
        change=f"{ALL_DUE}; UPDATE host SET blocked_until = '{LATER}' WHERE host NOT LIKE '%0.test'",
    ),
    Case(
        name="all due, nine of ten leased",
        wanted=DUE,
        change=f"{ALL_DUE}; UPDATE host SET lease_until = '{LATER}', lease_owner = 'other:1:1'"
        " WHERE host NOT LIKE '%0.test'",
    ),
    Case(name="all due, all timed out", wanted=DUE, change=f"{ALL_DUE}, outcome = 'timeout'"),
    Case(
        name="first visits",
        wanted=Wanted(requested_at=NOW, due=True, first=True),
        change=f"UPDATE source SET last_visit_at = NULL, next_visit_why = '{FIRST_WHY}'",
    ),
    Case(name="crawl of all", wanted=Wanted(requested_at=NOW)),
    Case(name="crawl of all, one host", wanted=Wanted(requested_at=NOW), one_host=True),
)  # fmt: skip


def fill(db: Database, sources: int, *, one_host: bool) -> None:
    """So many sources, none due, each on a host of its own or all on one."""
    hosts = ["h.test" if one_host else f"h{n}.test" for n in range(sources)]
    db.conn.executemany("INSERT INTO host (host) VALUES (?)", ((host,) for host in dict.fromkeys(hosts)))
    db.conn.executemany(
        "INSERT INTO source (address, host, site, added_at, last_visit_at, next_visit_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            (f"http://{host}/feed{n}", host, host, to_iso(NOW),
             to_iso(NOW - timedelta(hours=1)), to_iso(NOW + timedelta(seconds=60 + n / 30)))
            for n, host in enumerate(hosts)
        ),
    )  # fmt: skip


def measure(case: Case, sources: int) -> tuple[float, float]:
    """Milliseconds that are spent once a run, and of one claim."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "newsdesk.db"
        prepare(path)
        db = connect(path, readonly=False)
        with immediate(db):
            fill(db, sources, one_host=case.one_host)
            for statement in filter(None, case.change.split("; ")):
                db.conn.execute(statement)
        once_ms, remaining = 0.0, Remaining(())
        if case.wanted.one_off:
            begun = time.process_time()
            remaining = find_remaining(db, case.wanted)
            once_ms = (time.process_time() - begun) * 1000
        blocked = blocked_hosts(db, NOW)  # read every 20 s
        spent_ms = min(cpu_ms_of_claim(db, case, remaining, blocked) for _ in range(CLAIMS))
        db.close()
    return once_ms, spent_ms


def cpu_ms_of_claim(
    db: Database, case: Case, remaining: Remaining, blocked: tuple[tuple[str, datetime], ...]
) -> float:
    """One claim, as `scheduler.run.leases` makes it, without the COMMIT that it shares with other jobs."""
    with immediate(db):
        begun = time.process_time()
        remaining.begin(now=NOW)
        claims = claim(
            db, case.wanted, owner="benchmark:1:1", now=NOW, hosts=HOSTS, lease_s=120.0,
            rate_limits=RateLimits(), limits=Limits(), candidates=remaining.candidates(), blocked=blocked,
        )  # fmt: skip
        remaining.end(len(claims), held={})
        return (time.process_time() - begun) * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, action="append", help="default: 1000, 10000 and 100000")
    sizes = parser.parse_args().sources or list(SIZES)
    print(f"{'ms of a claim at … sources':30}" + "".join(f"{size:>9,}" for size in sizes) + "    once")
    missed = False
    for case in CASES:
        found = [measure(case, size) for size in sizes]
        print(f"{case.name:30}" + "".join(f"{ms:9.2f}" for _, ms in found) + f"{found[-1][0]:8.0f}")
        missed = missed or any(ms > LIMIT_MS for _, ms in found)
    print(f"limit: {LIMIT_MS:g} ms: {'missed' if missed else 'kept'}")
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
