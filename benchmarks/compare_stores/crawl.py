"""A crawl whose result depends on the documents only: sources and pages one after the other, at a fixed time.

Also a script, `python benchmarks/compare_stores/crawl.py FILE CRAWL < addresses`: with the folder of another
checkout in PYTHONPATH it is that checkout which crawls. Crawl 2 is a day after crawl 1. The addresses are a JSON
object: `feeds` and `pages`. No name is looked up but those of the setting `network.resolve`.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.scheduler.run.runner import Runner
from newsdesk.settings.reader import read_settings
from newsdesk.storage.db.database import prepare
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.pages.due import request_pages
from newsdesk.storage.sources.sources import NewSource, add_source

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
SETTINGS = {
    "NEWSDESK_POLITENESS_HOSTS": "1",
    "NEWSDESK_POLITENESS_DELAY_S": "0",
    "NEWSDESK_POLITENESS_PER_MINUTE": "100000",
    "NEWSDESK_NETWORK_ALLOW": "127.0.0.0/8",
}


def no_look_up(host: object, *args: object, **kwargs: object) -> Any:
    raise socket.gaierror(socket.EAI_NONAME, f"not looked up: {host!r}")


async def crawl(file: Path, addresses: Mapping[str, Sequence[str]], *, now: datetime) -> None:
    """Visit the feeds, then the pages. One host at a time, each source and page due a little after the one before:
    so the order is that of the addresses."""
    settings = read_settings({**os.environ, **SETTINGS, "NEWSDESK_DB": str(file)})
    prepare(file)
    with Writer(file) as writer:

        def add(db: Database) -> tuple[int, ...]:
            ids = []
            for due, address in _due(addresses["feeds"], now):
                source = NewSource(address=address, host=host_of(address), site=site_of(address))
                ids.append(add_source(db, source, now=START)[0])
                db.conn.execute("UPDATE source SET next_visit_at = ? WHERE id = ?", (to_iso(due), ids[-1]))
            return tuple(ids)

        def request(db: Database) -> tuple[int, ...]:
            found = [request_pages(db, [address], now=due) for due, address in _due(addresses["pages"], now)]
            return tuple(page for pages in found for page in pages)

        sources, pages = await writer.write(add), await writer.write(request)
        for wanted in (
            Wanted(requested_at=now, sources=sources, pages=()),
            Wanted(requested_at=now, sources=(), pages=pages),
        ):
            await Runner(writer, settings.runner, now=lambda: now).run(wanted)


def _due(addresses: Sequence[str], now: datetime) -> Iterator[tuple[datetime, str]]:
    """Each address with its time, one second after the other, the last a second ago."""
    for place, address in enumerate(addresses):
        yield now - timedelta(seconds=len(addresses) - place), address


def main() -> None:
    socket.getaddrinfo = no_look_up
    now = START + timedelta(days=int(sys.argv[2]) - 1)
    asyncio.run(crawl(Path(sys.argv[1]), json.load(sys.stdin), now=now))


if __name__ == "__main__":
    main()
