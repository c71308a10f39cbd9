"""The feeds and article pages of a corpus in two editions, served on this machine under their own host names.

The second edition is made by rules that need no parser: entries come and go, headlines and texts are edited.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

_HOST = re.compile(rb"https?://([a-z0-9.-]+\.[a-z]{2,})[/\"'<]", re.IGNORECASE)
_NAMESPACES = re.compile(r"w3\.org|purl\.|yahoo\.com|itunes\.com|webns\.net|feedburner\.com|jsonfeed\.org")
_ENTRY = re.compile(rb"<(item|entry)[ >].*?</\1>", re.DOTALL)
_TITLE = re.compile(rb"(<title[^>]*>.*?)((?:\]\]>)?</title>)", re.DOTALL)
_TEXT = re.compile(rb"((?:\]\]>)?</(?:description|summary|content|content:encoded)>)")
_HEADLINE = re.compile(rb"</h1>", re.IGNORECASE)
_PARAGRAPH = re.compile(rb"</p>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """A document with its address (http, without a port) and its two editions."""

    address: str
    editions: tuple[bytes, bytes]
    content_type: str


def feeds(corpus: Path) -> list[Document]:
    """The feeds of the folder `feeds`."""
    return [_feed(file) for file in sorted((corpus / "feeds").iterdir())]


def _feed(file: Path) -> Document:
    body = file.read_bytes()
    hosts = Counter(found.decode().lower() for found in _HOST.findall(body))
    own = [host for host, _ in hosts.most_common() if not _NAMESPACES.search(host)]
    host = own[0] if own else f"{re.sub('[^a-z0-9]+', '-', file.stem.lower())}.example"
    kind = "application/feed+json" if file.suffix == ".json" else "application/xml"
    return Document(f"http://{host}/{file.name}", (_without(body, 5, 2), _edited(_without(body, 7, 0))), kind)


def _without(body: bytes, every: int, of: int) -> bytes:
    """A feed without every so many of its entries; short feeds keep theirs."""
    entries = list(_ENTRY.finditer(body))
    for number, entry in reversed(list(enumerate(entries))):
        if len(entries) > every and number % every == of:
            body = body[: entry.start()] + body[entry.end() :]
    return body


def _edited(body: bytes) -> bytes:
    """A feed with edits in every third entry, of the title or of the texts."""

    def edit(number: int, entry: bytes) -> bytes:
        if number % 6 == 0:
            return _TITLE.sub(rb"\1 (updated)\2", entry, count=1)
        if number % 6 == 3:
            return _TEXT.sub(rb" One more sentence stands here.\1", entry)
        return entry

    numbers = iter(range(len(body)))
    return _ENTRY.sub(lambda found: edit(next(numbers), found[0]), body)


def pages(corpus: Path, *, most: int) -> list[Document]:
    """The first pages of `pages.jsonl`, then of `pages-more.jsonl`, one for each address."""
    found: dict[str, Document] = {}
    for name in ("pages.jsonl", "pages-more.jsonl"):
        listed = corpus / name
        for line in listed.read_text(encoding="utf-8").splitlines() if listed.is_file() else ():
            if len(found) >= most:
                break
            row = json.loads(line)
            address = "http" + row["url"].removeprefix("https").removeprefix("http")
            body = gzip.decompress((corpus / row["file"]).read_bytes())
            found.setdefault(address, Document(address, (body, _edited_page(body, len(found))), "text/html"))
    return list(found.values())


def _edited_page(body: bytes, number: int) -> bytes:
    """Of three pages one gets another headline, one another sentence, and one stays."""
    if number % 3 == 0:
        return _HEADLINE.sub(b" (updated)</h1>", body, count=1)
    if number % 3 == 1:
        return _PARAGRAPH.sub(b" One more sentence stands here.</p>", body, count=8)
    return body


@dataclass
class DocumentServer:
    """A server with an `edition` to serve. `resolve` sends the hosts of all documents to it."""

    documents: list[Document]
    port: int = 0
    edition: int = 0
    found: dict[tuple[str, str], Document] = field(init=False)

    def __post_init__(self) -> None:
        self.found = {_place(one.address): one for one in self.documents}

    @property
    def resolve(self) -> str:
        """The hosts in the form of the setting `network.resolve`."""
        return ",".join(sorted({f"{host}=127.0.0.1:{self.port}" for host, _ in self.found}))


def _place(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.hostname or "", unquote(f"{parts.path or '/'}?{parts.query}")  # clients escape differently


@contextmanager
def serving(server: DocumentServer) -> Iterator[DocumentServer]:
    """Serve in a thread. 404 for everything else, so there is no robots.txt."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            document = server.found.get(_place(f"http://{self.headers.get('Host', '')}{self.path}"))
            body = b"" if document is None else document.editions[server.edition]
            self.send_response(404 if document is None else 200)
            self.send_header("Content-Type", "text/plain" if document is None else document.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", server.port), Handler) as http:
        server.port = http.server_address[1]
        thread = Thread(target=http.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
