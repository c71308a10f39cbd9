"""A floor for newsdesk: its duties in one process, by fast libraries, and no second look.

`floor.py prepare FILE ADDRESS…`, `floor.py poll FILE`, `floor.py crawl FILE ADDRESS…`. It requests feeds over
plain sockets with both validators, parses strictly with lxml, parses authors and dates, cleans HTML with nh3, takes
digests and a signature for near copies, looks these up, fills a full-text index, and writes stories and visits in few
transactions. It has no address guard, limits, time-outs, redirects, history, evidence or recovery, and believes what
it reads.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sqlite3
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml import etree

AT_ONCE = 16
BUCKETS = 32
BAND = 4  # buckets that make a key: copies of four fifths share one of eight with 98 %
SCHEMA = """
CREATE TABLE IF NOT EXISTS feed (
  id INTEGER PRIMARY KEY, address TEXT UNIQUE, etag TEXT, modified TEXT, digest BLOB);
CREATE TABLE IF NOT EXISTS story (
  id INTEGER PRIMARY KEY, feed INTEGER, guid TEXT, link TEXT, title TEXT, authors TEXT, published TEXT, html TEXT,
  digest BLOB, sketch BLOB, copy_of INTEGER, UNIQUE (feed, guid));
CREATE TABLE IF NOT EXISTS band (hash INTEGER, story INTEGER, PRIMARY KEY (hash, story)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS visit (feed INTEGER, at REAL, status INTEGER);
CREATE TABLE IF NOT EXISTS page (address TEXT PRIMARY KEY, title TEXT, author TEXT, published TEXT, text TEXT);
CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(title, text, content='');
"""
Sink = Callable[[Any, int, bytes, bytes], None]


def connect(file: str) -> sqlite3.Connection:
    db = sqlite3.connect(file, isolation_level=None)
    db.executescript(
        "PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA cache_size = -65536;"
        f"PRAGMA temp_store = memory; {SCHEMA}"
    )
    return db


def fetch(requests: Iterable[tuple[Any, str, str]], sink: Sink) -> None:
    """Request each (key, address, header lines); `sink` gets key, status, head and body."""
    waiting, open_now = list(requests)[::-1], 0
    with selectors.DefaultSelector() as selector:
        while waiting or open_now:
            while waiting and open_now < AT_ONCE:
                key, address, headers = waiting.pop()
                host, _, path = address.removeprefix("http://").partition("/")
                name, _, port = host.partition(":")
                connection = socket.create_connection((name, int(port)))
                connection.sendall(
                    f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n{headers}"
                    "Connection: close\r\n\r\n".encode()
                )
                connection.setblocking(False)
                selector.register(connection, selectors.EVENT_READ, (key, []))
                open_now += 1
            for ready, _ in selector.select():
                received = ready.fileobj.recv(1 << 18)  # type: ignore[union-attr]
                key, parts = ready.data
                if received:
                    parts.append(received)
                    continue
                selector.unregister(ready.fileobj)
                ready.fileobj.close()  # type: ignore[union-attr]
                open_now -= 1
                head, _, body = b"".join(parts).partition(b"\r\n\r\n")
                if b"Content-Encoding: gzip" in head:
                    body = zlib.decompress(body, 31)
                sink(key, int(head[9:12]), head, body)


def header(head: bytes, name: str) -> str | None:
    found = re.search(rb"\r\n%s: ([^\r]*)" % name.encode(), head)
    return found and found[1].decode()


_ENTITY = re.compile(rb"&(?!(?:#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)")


def parse_xml(body: bytes) -> etree._Element:
    """Strictly; else with bare ampersands escaped; else what is there."""
    from lxml import etree

    try:
        return etree.fromstring(body)
    except etree.XMLSyntaxError:
        repaired = _ENTITY.sub(b"&amp;", body)
    try:
        return etree.fromstring(repaired)
    except etree.XMLSyntaxError:
        return etree.fromstring(repaired, etree.XMLParser(recover=True))


def entries(body: bytes) -> Iterator[dict[str, str]]:
    """The entries of a feed: the elements of each by their local name, the last of a name."""
    if body.startswith(b"{"):
        for item in json.loads(body)["items"]:
            author = item["authors"][0]["name"]
            yield {**item, "link": item["url"], "published": item["date_published"], "author": author}
        return
    for entry in parse_xml(body).iter("{*}item", "{*}entry"):
        found = {}
        for child in entry:
            name = child.tag.rpartition("}")[2]
            if name == "author" and len(child):
                child = child[0]
            found[name] = child.text or child.get("href") or ""
        yield found


_BY = re.compile(r"^\s*by\s+", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,|;|\band\b|&)\s*")
_TAG = re.compile(r"<[^>]+>")
_SENTENCE = re.compile(r"[.!?。] ?")


def parse_authors(byline: str) -> str:
    names = filter(None, _AND.split(_BY.sub("", byline)))
    return json.dumps([name.title() if name.isupper() else name for name in names], ensure_ascii=False)


def parse_date(text: str) -> str | None:
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        parsed = datetime.fromisoformat(text) if text[:1].isdigit() else parsedate_to_datetime(text)
    except ValueError:
        return None
    return parsed.astimezone(UTC).isoformat()


def sketch(text: str) -> list[int]:
    """A signature that near copies share in part: of the hashes of its sentences the least in each bucket."""
    least = [0] * BUCKETS
    for value in sorted((zlib.crc32(one.encode()) for one in _SENTENCE.split(text)), reverse=True):
        least[value % BUCKETS] = value
    return least


def bands(signature: list[int]) -> list[int]:
    """The keys under which a signature is found: one for each group of buckets that has two sentences."""
    groups = (tuple(signature[at : at + BAND]) for at in range(0, BUCKETS, BAND))
    return [hash(group) for group in groups if group.count(0) <= BAND - 2]


class Poll:
    """One poll of all feeds."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._stories: list[tuple[Any, ...]] = []
        self._texts: list[tuple[str, str]] = []
        self._sketches: list[list[int]] = []
        self._feeds: list[tuple[Any, ...]] = []
        self._digests: dict[int, bytes | None] = {}
        self._visits: list[tuple[int, float, int]] = []

    def run(self) -> None:
        feeds = self._db.execute("SELECT id, address, etag, modified, digest FROM feed").fetchall()
        self._digests = {feed: digest for feed, *_, digest in feeds}
        fetch(
            (
                (
                    feed,
                    address,
                    (f"If-None-Match: {etag}\r\n" if etag else "")
                    + (f"If-Modified-Since: {modified}\r\n" if modified else ""),
                )
                for feed, address, etag, modified, _ in feeds
            ),
            self._read,
        )
        self._write()

    def _read(self, feed: int, status: int, head: bytes, body: bytes) -> None:
        self._visits.append((feed, time.time(), status))
        if status != 200:
            return
        digest = blake2b(body, digest_size=16).digest()
        if digest == self._digests[feed]:
            return
        self._feeds.append((header(head, "ETag"), header(head, "Last-Modified"), digest, feed))
        found = {entry.get("id") or entry.get("guid") or entry["link"]: entry for entry in entries(body)}
        known = self._db.execute(
            "SELECT guid FROM story WHERE feed = ? AND guid IN (SELECT value FROM json_each(?))",
            (feed, json.dumps(list(found))),
        )
        for (guid,) in known:
            del found[guid]
        for guid, entry in found.items():
            self._normalise(feed, guid, entry)
        if len(self._stories) > 2000:
            self._write()

    def _normalise(self, feed: int, guid: str, entry: dict[str, str]) -> None:
        import nh3

        get = entry.get
        html = nh3.clean(get("encoded") or get("content") or get("content_html") or get("description") or "")
        text = " ".join(_TAG.sub(" ", html).split())
        words = text.lower()
        hashes = sketch(words)
        title = get("title", "")
        self._texts.append((title, text))
        self._sketches.append(hashes)
        self._stories.append(
            (
                feed,
                guid,
                get("link"),
                title,
                parse_authors(get("creator") or get("author") or ""),
                parse_date(get("pubDate") or get("published") or get("date") or ""),
                html,
                blake2b(words.encode(), digest_size=16).digest(),
                b"".join(value.to_bytes(4) for value in hashes),
            )
        )

    def _write(self) -> None:
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        first = 1 + (db.execute("SELECT max(id) FROM story").fetchone()[0] or 0)
        db.executemany(
            "INSERT INTO story (feed, guid, link, title, authors, published, html, digest, sketch)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self._stories,
        )
        keys = [bands(signature) for signature in self._sketches]
        db.executemany(
            "INSERT OR IGNORE INTO band VALUES (?, ?)",
            sorted((key, story) for story, found in enumerate(keys, first) for key in found),
        )
        copies = [(self._older_copy(story, found), story) for story, found in enumerate(keys, first)]
        db.executemany("UPDATE story SET copy_of = ? WHERE id = ?", (one for one in copies if one[0]))
        db.executemany(
            "INSERT INTO search (rowid, title, text) VALUES (?, ?, ?)",
            ((story, *texts) for story, texts in enumerate(self._texts, first)),
        )
        db.executemany("UPDATE feed SET etag = ?, modified = ?, digest = ? WHERE id = ?", self._feeds)
        db.executemany("INSERT INTO visit VALUES (?, ?, ?)", self._visits)
        db.execute("COMMIT")
        for rows in (self._visits, self._stories, self._sketches, self._texts, self._feeds):
            rows.clear()

    def _older_copy(self, story: int, keys: list[int]) -> int | None:
        found = self._db.execute(
            f"SELECT min(story) FROM band WHERE hash IN ({','.join('?' * len(keys))})", keys
        ).fetchone()[0]
        return found if found != story else None


_JSON_LD = re.compile(rb"<script[^>]+application/ld\+json[^>]*>(.*?)</script>", re.DOTALL)


def read_page(body: bytes) -> tuple[str | None, str | None, str | None, str]:
    """Title, author and date from JSON-LD or meta elements; as text the paragraphs of the element with most."""
    from lxml import html

    tree = html.fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
    found = _JSON_LD.search(body)
    if found:
        data = json.loads(found[1])
        title, author, date = data["headline"], data["author"][0]["name"], data["datePublished"]
    else:
        meta = {one.get("property") or one.get("name"): one.get("content") for one in tree.iter("meta")}
        title, author = meta.get("og:title"), meta.get("author")
        date = meta.get("article:published_time")
    texts: dict[Any, list[str]] = {}
    for paragraph in tree.iter("p"):
        texts.setdefault(paragraph.getparent(), []).append(" ".join(paragraph.text_content().split()))
    return (
        title,
        author,
        parse_date(date or ""),
        "\n".join(max(texts.values(), key=lambda found: sum(map(len, found)))),
    )


def crawl(db: sqlite3.Connection, addresses: list[str]) -> None:
    rows: list[tuple[Any, ...]] = []

    def read(address: str, status: int, head: bytes, body: bytes) -> None:
        if status == 200:
            rows.append((address, *read_page(body)))

    fetch(((address, address, "") for address in addresses), read)
    db.execute("BEGIN IMMEDIATE")
    db.executemany("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?)", rows)
    db.execute("COMMIT")


def main() -> None:
    verb, db = sys.argv[1], connect(sys.argv[2])
    if verb == "prepare":
        db.executemany("INSERT OR IGNORE INTO feed (address) VALUES (?)", ((one,) for one in sys.argv[3:]))
    elif verb == "crawl":
        crawl(db, sys.argv[3:])
    else:
        Poll(db).run()
    db.close()


if __name__ == "__main__":
    main()
