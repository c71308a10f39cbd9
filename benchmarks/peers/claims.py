"""What it costs to look for work while many sources wait: `python -P claims.py SOURCES REPEATS`, ms of CPU as JSON.

Each source has a host of its own and is due. A claim of 32 hosts, as the service makes it, the least of the repeats,
in a transaction that is rolled back. `benchmarks.tick` measures more cases.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsdesk.storage.db.database import connect, immediate, prepare
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.hosts.leases import Wanted, claim
from newsdesk.storage.records.rate_limits import RateLimits
from newsdesk.storage.records.visits import Limits

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOSTS = 32


def main() -> None:
    sources, repeats = int(sys.argv[1]), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "newsdesk.db"
        prepare(path)
        db = connect(path, readonly=False)
        visited, due = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
        with immediate(db):
            db.conn.executemany(
                "INSERT INTO host (host) VALUES (?)", ((f"h{at}.test",) for at in range(sources))
            )
            db.conn.executemany(
                "INSERT INTO source (address, host, site, added_at, last_visit_at, next_visit_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (
                        f"http://h{at}.test/feed",
                        f"h{at}.test",
                        f"h{at}.test",
                        to_iso(visited),
                        to_iso(visited),
                        to_iso(due + timedelta(milliseconds=at)),
                    )
                    for at in range(sources)
                ),
            )

        found = []
        for _ in range(repeats):
            db.conn.execute("BEGIN IMMEDIATE")
            begun = time.process_time()
            claims = claim(
                db,
                Wanted(requested_at=NOW, due=True),
                owner="benchmark:1:1",
                now=NOW,
                hosts=HOSTS,
                lease_s=120.0,
                rate_limits=RateLimits(),
                limits=Limits(),
            )
            found.append(1000 * (time.process_time() - begun))
            db.conn.execute("ROLLBACK")
            assert len(claims) == HOSTS
        db.close()
    print(json.dumps({"ms": min(found)}))


if __name__ == "__main__":
    main()
