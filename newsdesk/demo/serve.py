"""Serves the newsroom on loopback: one port for all sites, which the Host header distinguishes.

`async with Newsroom() as room` in a loop, `newsroom_in_thread()` for commands and tests. Responds to GET and HEAD,
with validators, 304 and gzip. Its content depends on `opened_at`, the number of requests for the feed and, with
`every_s`, on the time since it was opened.
"""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import blake2b
from threading import Thread
from types import TracebackType

from aiohttp import web

from newsdesk.demo import awkward
from newsdesk.demo.formats import CONTENT_TYPES, feed_of, news_sitemap
from newsdesk.demo.live import live_number, live_pieces
from newsdesk.demo.newsroom import Piece, Site, load_sites
from newsdesk.demo.pages import (
    challenge_page,
    front_page,
    front_page_of_links,
    list_page,
    plain_page,
    scripted_page,
    section_path,
    story_page,
)

FEED_SIZE = 100  # entries of a feed, the newest
_HTML = "text/html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A response: a body with its content type, and the time of its newest part if known. Only a `kept` document
    has validators; an error page has none."""

    body: bytes
    content_type: str = _HTML
    status: int = 200
    modified: datetime | None = None
    kept: bool = True

    @property
    def etag(self) -> str:
        return blake2b(self.body, digest_size=10).hexdigest()


class Newsroom:
    """Open from `open()` to `close()`.

    The correction is published once the feed was served `correct_after` times, or when a client shows by
    ETag or Last-Modified that it has the feed already; with None only in the second case, for clients that
    read a feed once before they subscribe. With `every_s` the site with live stories publishes another one
    every `every_s` seconds."""

    def __init__(
        self,
        *,
        opened_at: datetime | None = None,
        port: int = 0,
        every_s: float | None = None,
        correct_after: int | None = 1,
    ) -> None:
        self.opened_at = opened_at or datetime.now(UTC)
        self.port = port
        self.sites = load_sites(self.opened_at)
        self._every_s = every_s
        self._correct_after = correct_after
        self._servings = 0
        self._corrected = False
        self._started_s = time.monotonic()
        self._by_host = {site.host: site for site in self.sites}
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Listen. Raises OSError when the port is in use."""
        app = web.Application()
        app.router.add_get("/{path:.*}", self._respond)
        self._runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        except OSError:
            await self.close()
            raise
        self.port = int(self._runner.addresses[0][1])
        self._started_s = time.monotonic()

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Newsroom:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def feeds(self) -> tuple[str, ...]:
        """The addresses of all feeds: first those of open sites, then of the gone and the broken one."""
        return tuple(self.base(site) + site.feed for site in self.sites if site.feed)

    @property
    def bare_names(self) -> tuple[str, ...]:
        """The sites without a feed, as a person types them."""
        return tuple(f"{site.host}:{self.port}" for site in self.sites if site.feed is None)

    def base(self, site: Site) -> str:
        return f"http://{site.host}:{self.port}"

    def settings_toml(self) -> str:
        """The text of the `newsdesk.toml` with which newsdesk reads this newsroom."""
        return (
            "# For the newsroom of `newsdesk demo`, which is served on this machine: no delay between requests.\n"
            'db = "newsdesk.db"\n'
            "\n[network]\n"
            f'allow = ["127.0.0.1:{self.port}"]  # newsdesk refuses loopback addresses unless they are listed here\n'
            'resolve = ["*.test=127.0.0.1"]  # the host names of the newsroom exist on this machine only\n'
            "\n[politeness]\n"
            "delay_s = 0  # seconds between two requests to one host\n"
            "per_minute = 100000\n"
        )

    async def _respond(self, request: web.Request) -> web.Response:
        site = self._by_host.get((request.host.rpartition(":")[0] or request.host).lower())
        if site is None:
            page = list_page(tuple((site, self.base(site)) for site in self.sites))
            return _response(
                request, Document(body=page.encode(), status=200 if request.path == "/" else 404)
            )
        if site.state == "challenged":
            return _response(request, Document(body=challenge_page(site).encode(), kept=False))
        if request.path == "/robots.txt":
            return _response(request, Document(body=self._robots(site), content_type="text/plain"))
        if site.state != "open":
            page, status = plain_page(site, site.tagline), 410 if site.state == "gone" else 200
            return _response(request, Document(body=page.encode(), status=status, kept=False))
        if request.raw_path == site.feed:
            return _response(request, self._serve_feed(request, site))
        if site.sitemap and request.raw_path == site.sitemap:
            return _response(request, self._sitemap(site))
        return _response(request, self._page(request.raw_path, site))

    def _robots(self, site: Site) -> bytes:
        sitemap = f"Sitemap: {self.base(site)}{site.sitemap}\n" if site.sitemap else ""
        return f"User-agent: *\nAllow: /\n{sitemap}".encode()

    def _sitemap(self, site: Site) -> Document:
        pieces = self._pieces(site, corrected=self._corrected)
        return Document(
            body=news_sitemap(site, pieces, self.base(site)),
            content_type="application/xml",
            modified=max(piece.touched for piece in pieces),
        )

    def _serve_feed(self, request: web.Request, site: Site) -> Document:
        """The present feed; a site with a correction publishes it when it is time."""
        document = self._feed(site, corrected=self._corrected)
        if not site.corrections:
            return document
        if not self._corrected:
            later = self._feed(site, corrected=True)
            often = self._correct_after is not None and self._servings >= self._correct_after
            if often or _unchanged(request, document) or _unchanged(request, later):
                self._corrected, document = True, later
        if request.method == "GET":
            self._servings += 1
        return document

    def _feed(self, site: Site, *, corrected: bool) -> Document:
        pieces = self._pieces(site, corrected=corrected)
        return Document(
            body=feed_of(site, pieces, self.base(site)),
            content_type=CONTENT_TYPES[site.format],
            modified=max(piece.touched for piece in pieces),
        )

    def _page(self, path: str, site: Site) -> Document:
        base, pieces = self.base(site), self._pieces(site, corrected=self._corrected)
        if site.feed is None and (found := _index_page(path, site, pieces)) is not None:
            return Document(body=found.encode())
        if path == "/":
            newest = max(piece.touched for piece in pieces)
            return Document(body=front_page(site, pieces, base).encode(), modified=newest)
        if (site.host, path) == (awkward.HOST, awkward.PATH):
            return Document(body=awkward.awkward_page(site).encode())
        piece = next((piece for piece in pieces if piece.path == path), None) or self._live_piece(path, site)
        if piece is None:
            return Document(body=plain_page(site, f"404: {path}").encode(), status=404)
        return Document(body=story_page(site, piece, base).encode(), modified=piece.touched)

    def _pieces(self, site: Site, *, corrected: bool) -> tuple[Piece, ...]:
        live = live_pieces(site, self.opened_at, self._every_s or 0, self._out(), FEED_SIZE)
        return (*live, *site.edition(corrected=corrected))[:FEED_SIZE]

    def _live_piece(self, path: str, site: Site) -> Piece | None:
        """A live story that is no longer in the feed; its page stays."""
        number = live_number(path)
        if site.live is None or number is None or number >= self._out():
            return None
        (piece,) = live_pieces(site, self.opened_at, self._every_s or 0, number + 1, 1)
        return piece if piece.path == path else None

    def _out(self) -> int:
        """The number of live stories published so far."""
        return int((time.monotonic() - self._started_s) / self._every_s) if self._every_s else 0


@contextmanager
def newsroom_in_thread(
    *,
    opened_at: datetime | None = None,
    port: int = 0,
    every_s: float | None = None,
    correct_after: int | None = 1,
) -> Iterator[Newsroom]:
    """The newsroom in a thread with an event loop of its own, open inside the `with`."""
    room = Newsroom(opened_at=opened_at, port=port, every_s=every_s, correct_after=correct_after)
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="newsroom", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(room.open(), loop).result(10)
        try:
            yield room
        finally:
            asyncio.run_coroutine_threadsafe(room.close(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def _index_page(path: str, site: Site, pieces: tuple[Piece, ...]) -> str | None:
    """The front page, the sections and the page about a site without a feed; None for other pages."""
    if path == "/":
        return scripted_page(site) if site.sitemap else front_page_of_links(site, pieces, site.tagline)
    if path == "/about":
        return plain_page(site, site.tagline)
    for name in site.sections:
        if path == section_path(name):
            return front_page_of_links(site, tuple(one for one in pieces if name in one.categories), name)
    return None


def _unchanged(request: web.Request, document: Document) -> bool:
    """RFC 9110, 13.2.2: If-None-Match decides; If-Modified-Since only where that is absent."""
    tags = request.if_none_match
    if tags is not None:
        return any(tag.value in {document.etag, "*"} for tag in tags)
    since = request.if_modified_since
    return since is not None and document.modified is not None and document.modified <= since


def _response(request: web.Request, document: Document) -> web.Response:
    headers = {"Vary": "Accept-Encoding"}
    if document.kept and document.status == 200:
        # Weak: the same tag for the plain and the gzip body (RFC 9110, 8.8.1).
        headers |= {"ETag": f'W/"{document.etag}"', "Cache-Control": "no-cache"}
        if document.modified is not None:
            headers["Last-Modified"] = format_datetime(document.modified.astimezone(UTC), usegmt=True)
        if _unchanged(request, document):
            return web.Response(status=304, headers=headers)
    body = document.body
    if "gzip" in request.headers.get("Accept-Encoding", "").lower():
        body, headers["Content-Encoding"] = gzip.compress(body, mtime=0), "gzip"
    return web.Response(
        status=document.status,
        body=body,
        content_type=document.content_type,
        charset="utf-8",
        headers=headers,
    )
