"""newsdesk's side: an ordinary run over the same feeds, with rate limits off.

`benchmarks.poll` starts it as a process: `ours.py FILE PORT SMALL LARGE` prints CPU seconds as JSON, worker
processes included.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.poll.measure import PHASES, cpu_seconds, feed_addresses, set_mode
from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.scheduler.run.runner import Runner
from newsdesk.settings.reader import read_settings
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.sources.sources import NewSource, add_source

NO_RATE_LIMIT = {
    "NEWSDESK_POLITENESS_DELAY_S": "0",
    "NEWSDESK_POLITENESS_PER_MINUTE": "100000",
    "NEWSDESK_NETWORK_ALLOW": "127.0.0.0/8",
}


def main() -> None:
    file, port, small, large = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    settings = read_settings({**NO_RATE_LIMIT, "NEWSDESK_DB": str(file)})
    prepare(file)
    figures: dict[str, float] = {}
    with Writer(file) as writer:
        ids = [
            writer.do(
                lambda db, address=address: add_source(
                    db,
                    NewSource(address=address, host=host_of(address), site=site_of(address)),
                    now=datetime.now(UTC),
                )
            )[0]
            for address in feed_addresses(port, small + large)
        ]
        for phase, mode in PHASES:
            set_mode(port, mode)
            for name, part in (("small", ids[:small]), ("large", ids[small:])):
                before = cpu_seconds()
                runner = Runner(writer, settings.runner)
                summary = asyncio.run(runner.run(Wanted(requested_at=datetime.now(UTC), sources=tuple(part))))
                assert summary.visits == len(part) and not summary.failed, summary
                figures[f"{phase}.{name}"] = figures.get(f"{phase}.{name}", 0.0) + cpu_seconds() - before
    with reading(file) as db:
        figures["stories"] = db.conn.execute("SELECT count(*) FROM story").fetchone()[0]
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
