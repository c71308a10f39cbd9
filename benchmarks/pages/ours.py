"""newsdesk's side: an ordinary run that reads single pages, with rate limits off.

`benchmarks.pages` starts it as a process: `ours FILE PORT COUNT` prints CPU seconds as JSON, worker processes
included.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.pages.cpu import cpu_seconds
from newsdesk.scheduler.run.runner import Runner
from newsdesk.settings.reader import read_settings
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.pages.due import request_pages

NO_RATE_LIMIT = {
    "NEWSDESK_POLITENESS_DELAY_S": "0",
    "NEWSDESK_POLITENESS_PER_MINUTE": "100000",
    "NEWSDESK_NETWORK_ALLOW": "127.0.0.0/8",
    "NEWSDESK_NETWORK_RESOLVE": "*.test=127.0.0.1",
}
PAPERS = 40


def main() -> None:
    file, port, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    settings = read_settings({**NO_RATE_LIMIT, "NEWSDESK_DB": str(file)})
    prepare(file)
    now = datetime.now(UTC)
    urls = [f"http://paper{number % PAPERS}.test:{port}/page/{number}" for number in range(count)]
    with Writer(file) as writer:
        pages = writer.do(lambda db: request_pages(db, urls, now=now))
        runner = Runner(writer, settings.runner)
        summary = asyncio.run(runner.run(Wanted(requested_at=now, sources=(), pages=pages)))
        used = cpu_seconds()
    with reading(file) as db:
        failed = db.conn.execute("SELECT url, outcome_message FROM page WHERE outcome <> 'read'").fetchall()
        stories = db.conn.execute("SELECT count(*) FROM story").fetchone()[0]
    print(json.dumps({"cpu": used, "pages": summary.pages, "stories": stories, "failed": failed}))


if __name__ == "__main__":
    main()
