"""Files as earlier versions wrote them, one for each format, and the feeds that they were made from.

Each `NAME.db.gz` is a complete file, named after its last migration in `storage/db/schema.py`. A release with
another format adds one; none is ever changed:

    python -m tests.formats

`tests/storage/db/test_formats.py` opens each of them, upgrades it, and crawls the same feeds again.
"""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.support.feeds import Item, rss
from tests.support.web import Web

FOLDER = Path(__file__).parent

FERRY = Item(guid="d-1", date="Mon, 23 Nov 2026 06:10:00 +0100")
COUNCIL = Item(
    title="Council votes on the new school",
    link="http://daily.test/council?page=2&utm_source=rss",
    guid="d-2",
    text="<p>Nine of <b>fifteen</b> members were in favour.</p><p>Work begins in March.</p>",
    author="Cem Aksoy and Ann Hill",
    date="Sun, 22 Nov 2026 18:00:00 GMT",
)
HARBOUR = Item(
    title="港口週一重新開放", link="http://daily.test/harbour", guid="d-3", author="林曉梅", date=None
)
NOTE = Item(title="Correction", link=None, guid="d-4", text="<p>The bridge is 40 m long.</p>", author=None)
MARKET = Item(
    title="Market moves to the square",
    link="http://daily.test/market",
    guid="d-5",
    text="",
    date="2026-11-23",
)
ABROAD = Item(
    title="A ferry abroad", link="http://other.test/abroad", text="<p>Far away.</p>", author="Agency Seven"
)


def serve_first(web: Web) -> None:
    web.serve("/feed.xml", rss(FERRY, COUNCIL, HARBOUR, NOTE), host="daily.test", etag='"1"')
    web.serve("/feed.xml", rss(replace(FERRY, guid="o-1"), ABROAD, title="Other"), host="other.test")


def serve_second(web: Web, *, etag: str = '"2"') -> None:
    """One headline is corrected, one story is new, one is gone."""
    ferry = replace(FERRY, title="Ferry timetable changes on Tuesday")
    web.serve("/feed.xml", rss(ferry, COUNCIL, NOTE, MARKET), host="daily.test", etag=etag)
    web.serve("/feed.xml", rss(replace(FERRY, guid="o-1"), ABROAD, title="Other"), host="other.test")


def pack(file: Path, target: Path, *, port: int) -> None:
    """Compress a file, without the port of its sources and the process that wrote it."""
    at, here = f":{port}", f".test:{port}/"
    with closing(sqlite3.connect(file)) as conn, conn:
        conn.execute("UPDATE run SET owner = 'machine:1:1.00'")
        conn.execute(
            "UPDATE source SET host = replace(host, ?, ''), address = replace(address, ?, '.test/')",
            (at, here),
        )
        conn.execute("UPDATE host SET host = replace(host, ?, '')", (at,))
    with closing(sqlite3.connect(file)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    target.write_bytes(gzip.compress(file.read_bytes(), mtime=0))


def unpack(packed: Path, file: Path, *, port: int) -> None:
    """Restore the file, with its sources at `port`."""
    file.write_bytes(gzip.decompress(packed.read_bytes()))
    with closing(sqlite3.connect(file)) as conn, conn:
        at = f":{port}"
        conn.execute(
            "UPDATE source SET host = host || ?, address = replace(address, '.test/', ?)", (at, f".test{at}/")
        )
        conn.execute("UPDATE host SET host = host || ?", (at,))
