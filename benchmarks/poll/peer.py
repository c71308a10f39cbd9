"""The peer: a short script with requests, feedparser and sqlite-utils.

It sends both validators, keeps one session open, parses with feedparser and upserts by GUID.
`benchmarks.poll` starts it as a process: `peer.py FILE PORT SMALL LARGE` prints CPU seconds as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import feedparser
import requests
from sqlite_utils import Database

from benchmarks.poll.measure import PHASES, cpu_seconds, feed_addresses, set_mode


def poll(session: requests.Session, db: Database, address: str) -> None:
    """Poll one feed: conditional request, parse, upsert."""
    feeds, stories = db["feeds"], db["stories"]
    known = next(iter(feeds.rows_where("address = ?", [address])), {})
    headers = {"User-Agent": "peer/1.0"}
    if known.get("etag"):
        headers["If-None-Match"] = known["etag"]
    if known.get("modified"):
        headers["If-Modified-Since"] = known["modified"]
    response = session.get(address, headers=headers, timeout=30)
    if response.status_code == 304:
        return
    parsed = feedparser.parse(response.content)
    stories.upsert_all(
        (
            {
                "id": entry.get("id") or entry.get("link"),
                "feed": address,
                "title": entry.get("title"),
                "link": entry.get("link"),
                "author": entry.get("author"),
                "published": entry.get("published"),
                "summary": entry.get("summary"),
                "content": entry.content[0].value if entry.get("content") else None,
            }
            for entry in parsed.entries
        ),
        pk="id",
    )
    feeds.upsert(
        {
            "address": address,
            "etag": response.headers.get("ETag"),
            "modified": response.headers.get("Last-Modified"),
        },
        pk="address",
    )


def main() -> None:
    file, port, small, large = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    db = Database(file)
    db.enable_wal()
    db["feeds"].create({"address": str, "etag": str, "modified": str}, pk="address")
    addresses = feed_addresses(port, small + large)
    figures: dict[str, float] = {}
    with requests.Session() as session:
        for phase, mode in PHASES:
            set_mode(port, mode)
            for name, part in (("small", addresses[:small]), ("large", addresses[small:])):
                before = cpu_seconds()
                for address in part:
                    poll(session, db, address)
                figures[f"{phase}.{name}"] = figures.get(f"{phase}.{name}", 0.0) + cpu_seconds() - before
    figures["stories"] = db["stories"].count
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
