"""The HTTP client as a bare pipe: no cookies, no proxies, no retries, no decoding, no redirects.

Two sessions stand side by side, one that keeps connections for the next feed of the same host and one
that does not: the client bounds what is in flight, never what lies idle, and 1,500 hosts a second once
left 6,000 open sockets behind. Used by the door alone.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Protocol
from weakref import WeakSet

import aiohttp
from yarl import URL

from crawler.guard import Allowance, Guard
from crawler.resolver import Resolver, Rules

# News sites send security policies of 10 kB in one header; aiohttp's own 8 kB would turn them away.
HEADER_BYTES = 32 * 1024
READ_BUFFER = 256 * 1024
KEEP_ALIVE_S = 4.0  # a few gaps: the next feed of a host comes soon or not in this session
MOST_KEPT = 100  # macOS gives a process 256 descriptors


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettings:
    """What the operator says about the network. `allow`: addresses beyond the public internet, like
    "10.0.0.0/8" or "127.0.0.1:8001". `resolve`: names of the operator's own, like "*.test=127.0.0.1".
    `ca_file`: a PEM file of issuers to trust besides the system's.
    """

    user_agent: str = "newsdesk"
    allow: tuple[str, ...] = ()
    resolve: tuple[str, ...] = ()
    ca_file: str | None = None


class Noted(Protocol):
    """Who asks is told whether an older connection was used."""

    reused: bool


class Client:
    """Raises ValueError, with a remedy, for settings that cannot be read."""

    def __init__(self, settings: DoorSettings, resolver: Resolver | None = None) -> None:
        self._settings = settings
        self._guard = Guard(Allowance.parse(settings.allow))
        self._resolver = resolver or Resolver(Rules(settings.resolve))
        self._tls = ssl.create_default_context()
        if settings.ca_file is not None:
            _trust(self._tls, settings.ca_file)
        self._kept: WeakSet[socket.socket] = WeakSet()
        self._sessions: tuple[aiohttp.ClientSession, aiohttp.ClientSession] | None = None

    def open(self) -> None:
        self._sessions = self._session(keep=True), self._session(keep=False)

    async def close(self) -> None:
        for session in self._sessions or ():
            await session.close()
        self._sessions = None
        await self._resolver.close()

    def get(
        self, url: str, headers: Mapping[str, str], noted: Noted
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        assert self._sessions is not None, "the door is asked inside `async with` only"
        keeping, passing = self._sessions
        session = passing if self._is_full() else keeping
        # `encoded`: the address goes out as it stands, not tidied up.
        return session.get(
            URL(url, encoded=True), headers=headers, allow_redirects=False, trace_request_ctx=noted
        )

    def _is_full(self) -> bool:
        if len(self._kept) < MOST_KEPT:
            return False
        return sum(kept.fileno() >= 0 for kept in self._kept) >= MOST_KEPT

    def _kept_socket(self, info: tuple[Any, ...]) -> socket.socket:
        made = self._guard.socket(info)
        self._kept.add(made)
        return made

    def _session(self, *, keep: bool) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            use_dns_cache=False,  # the resolver keeps its own
            socket_factory=self._kept_socket if keep else self._guard.socket,
            ssl=self._tls,
            limit=0,  # the gate and the session's pool bound what is in flight
            **({"keepalive_timeout": KEEP_ALIVE_S} if keep else {"force_close": True}),
        )
        trace = aiohttp.TraceConfig()
        trace.on_connection_reuseconn.append(_note_reuse)
        session = aiohttp.ClientSession(
            connector=connector,
            trace_configs=[trace],
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            raise_for_status=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # the visit has one deadline
            read_bufsize=READ_BUFFER,
            max_line_size=HEADER_BYTES,
            max_field_size=HEADER_BYTES,
            headers={
                "User-Agent": self._settings.user_agent,
                "Accept-Encoding": "gzip, deflate, br, zstd",
            },
        )
        # By itself it would ask again, at once and whatever broke. The door knows better when.
        session._retry_connection = False
        return session


async def _note_reuse(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
    context.trace_request_ctx.reused = True


def _trust(context: ssl.SSLContext, file: str) -> None:
    try:
        context.load_verify_locations(file)
    except OSError as error:  # ssl.SSLError is one
        raise ValueError(
            f"[network] ca_file: cannot read {file!r} ({error.strerror or error}); "
            "name a file of certificates in PEM form"
        ) from None
