"""The one door to the network: an address goes in, a Page comes out, whatever the other side does.

Keeps cookies for one visit only, sends no Referer, follows no environment's proxy settings. A source's
credentials go to its own origin (`envelope`); redirects, turns and the deadline are `chain`'s. Called by
the feed's visit, robots, discovery and the download handler; the outbox sends by it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace, TracebackType
from typing import Any, Self
from weakref import WeakSet

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from newsdesk.crawler.credentials.request_credentials import RequestCredentials, credentials_for
from newsdesk.crawler.credentials.secrets import Proxy, SecretError, Secrets
from newsdesk.crawler.http import outcomes
from newsdesk.crawler.http.decoding import CodingError, TooLargeError, coding_of, decode_steps
from newsdesk.crawler.http.dns import HostOverrides, Resolver
from newsdesk.crawler.http.errors import NETWORK_ERRORS, from_error, through_proxy
from newsdesk.crawler.http.guard import Allowance, Guard
from newsdesk.crawler.http.header_limit import limit_headers
from newsdesk.crawler.http.memory_budget import SMALL, MemoryBudget, MemoryShare
from newsdesk.crawler.http.proxies import check_target, proxy_headers, socket_to_proxy
from newsdesk.crawler.http.redirects import REDIRECTS, Permit, RawResponse, RedirectChain, follow
from newsdesk.crawler.http.response import header, readable, to_page, validators
from newsdesk.crawler.http.target import AddressError, Target, parse_target
from newsdesk.crawler.models import HttpRequest, Page, Posted
from newsdesk.crawler.politeness.rate_limiter import RateLimiter
from newsdesk.storage.records.visits import Limits

READ_BUFFER = 64 * 1024  # a connection holds twice as much of what was not taken yet
KEEP_ALIVE_S = 4.0  # a few gaps: the next feed of a host comes soon or not in this session
MOST_KEPT = 100  # macOS gives a process 256 descriptors


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSettings:
    """What the operator says about the network. `allow`: addresses beyond the public internet, like
    "10.0.0.0/8" or "127.0.0.1:8001". `resolve`: names of the operator's own, like "*.test=127.0.0.1".
    `ca_file`: a PEM file of issuers to trust besides the system's. `header_bytes`: of all headers of an
    answer together; news sites send security policies of 10 kB in one of them. `secrets`: what the names
    stand for that sources have.
    """

    user_agent: str = "newsdesk"
    allow: tuple[str, ...] = ()
    resolve: tuple[str, ...] = ()
    ca_file: str | None = None
    header_bytes: int = 64 * 1024
    secrets: Secrets = field(default_factory=Secrets)


class HttpClient:
    """Open it once and use it for everything: `async with Door(settings, gate) as door`.

    Raises ValueError, with a remedy, for settings that cannot be read.

    Two sessions stand side by side, one that keeps connections for the next feed of the same host and
    one that does not: the client bounds what is in flight, never what lies idle, and 10,000 hosts once
    left 10,000 open sockets behind.
    """

    def __init__(
        self,
        settings: ClientSettings,
        rate_limiter: RateLimiter,
        *,
        resolver: Resolver | None = None,
        budget: MemoryBudget | None = None,
    ) -> None:
        self._settings = settings
        self._rate_limiter = rate_limiter
        self._budget = budget or MemoryBudget()
        self._guard = Guard(Allowance.parse(settings.allow))
        self._resolver = resolver or Resolver(HostOverrides(settings.resolve))
        self._tls = _tls(settings.ca_file)
        self._kept_sockets: WeakSet[socket.socket] = WeakSet()
        self._sessions: tuple[aiohttp.ClientSession, aiohttp.ClientSession] | None = None
        self._proxy_sessions: dict[Proxy, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        self._sessions = self._session(keep=True), self._session(keep=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in (*(self._sessions or ()), *self._proxy_sessions.values()):
            await session.close()
        self._sessions = None
        self._proxy_sessions.clear()
        await self._resolver.close()

    async def fetch(
        self,
        ask: HttpRequest,
        *,
        limits: Limits,
        permit: Permit | None = None,
        share: MemoryShare | None = None,
    ) -> Page:
        """Never raises for anything that a server, a name or an address can do; see Outcome. `permit` is
        asked before a redirect is followed, while no host's turn is held. `share` goes on holding the body
        after that; without one, only while it comes."""
        if share is not None:
            return await self._fetch(ask, limits, permit, share)
        with self._budget.share() as own:
            return await self._fetch(ask, limits, permit, own)

    async def post(self, address: str, body: bytes, *, content_type: str, seconds: float) -> Posted:
        """Send bytes to an address of the operator's: guarded like every other, no redirect followed, no word
        of the answer read. Never raises for what a server, a name or an address can do."""
        try:
            target = parse_target(address)
        except AddressError as error:
            return Posted(status=0, message=f"not sent: its address cannot be used ({error.code})")
        assert self._sessions is not None, "the door is asked inside `async with` only"
        request = self._sessions[1].post(
            URL(target.url, encoded=True),
            data=body,
            headers={"Content-Type": content_type},
            allow_redirects=False,
            trace_request_ctx=SimpleNamespace(),
        )
        try:
            async with self._rate_limiter.turn(target.host), asyncio.timeout(seconds), request as response:
                words = (
                    f"{target.host} answered {response.status} {outcomes.plain(response.reason or '', 60)}"
                )
                if response.status in REDIRECTS:
                    words += ": redirects are not followed, write the address it leads to"
                return Posted(status=response.status, message=words.strip())
        except TimeoutError:
            return Posted(status=0, message=f"no answer from {target.host} within {seconds:g} s")
        except NETWORK_ERRORS as error:
            return Posted(status=0, message=from_error(error, target.host).message)

    async def _fetch(
        self, ask: HttpRequest, limits: Limits, permit: Permit | None, share: MemoryShare
    ) -> Page:
        try:
            request_credentials = credentials_for(ask, self._settings.secrets)
        except SecretError as error:
            unasked = outcomes.secret(error.code, str(error))
            return Page(
                requested=ask.address,
                address=ask.address,
                outcome=unasked,
                fetched_at=self._rate_limiter.now(),
            )

        async def request(target: Target, hop: RawResponse) -> None:
            await self._request(target, hop, ask, limits, share, request_credentials)

        redirect_chain = RedirectChain(
            http_request=ask,
            limits=limits,
            rate_limiter=self._rate_limiter,
            send=request,
            left_s=limits.visit_s,
            address=ask.address,
            permit=permit,
            request_credentials=request_credentials,
        )
        hop = await follow(redirect_chain)
        return to_page(
            ask,
            outcome=hop.outcome,
            headers=hop.headers,
            body=hop.body,
            address=redirect_chain.address,
            redirects=tuple(redirect_chain.redirects),
            moved_to=redirect_chain.moved_to if hop.status else None,  # a chain without an end leads nowhere
            host_updates=tuple(redirect_chain.host_updates.values()),
            wire_bytes=redirect_chain.wire_bytes,
            fetched_at=self._rate_limiter.now(),
        )

    async def _request(
        self,
        target: Target,
        hop: RawResponse,
        ask: HttpRequest,
        limits: Limits,
        share: MemoryShare,
        request_credentials: RequestCredentials,
    ) -> None:
        """One request, and its answer into the hop. Raises faults.FAULTS."""
        most = self._settings.header_bytes
        proxy = request_credentials.credentials.proxy
        session = self._direct_session() if proxy is None else await self._proxy_session(proxy, target)
        # Validators go to every address of the chain: they were stored for the asked one and came from
        # its end. They name a copy that we hold, and give nothing away but its age.
        conditions = validators(ask)
        headers = {"Accept": ask.accept, **conditions, **request_credentials.headers(target)}
        for_proxy = proxy_headers(proxy)
        if target.scheme == "http":  # the proxy reads the request itself; of https it is told apart
            headers |= for_proxy
        url = URL(target.url, encoded=True)  # goes out as it stands, not tidied up
        with through_proxy(proxy) if proxy is not None else nullcontext():
            response = await session.get(
                url, headers=headers, proxy_headers=for_proxy, allow_redirects=False, trace_request_ctx=hop
            )
        async with response:
            if sum(len(name) + len(value) + 4 for name, value in response.raw_headers) > most:
                raise HttpProcessingError(message=f"Got more than {most} bytes of headers")
            status = hop.status = response.status
            hop.headers = readable(response.raw_headers)
            if status in REDIRECTS:
                hop.location = header(hop.headers, "location")
                hop.outcome = outcomes.no_location(target.host, status)
            elif status == 304:
                hop.outcome = outcomes.unchanged(target.host, conditional=bool(conditions))
            elif status in (200, 203):
                await _read(response, hop, target.host, limits, share)
            else:
                hop.outcome = outcomes.from_status(status, target.host, response.reason or "")
            # Other bodies are not read: what has not come along with the headers is closed unread.

    def _direct_session(self) -> aiohttp.ClientSession:
        assert self._sessions is not None, "the door is asked inside `async with` only"
        keeping, passing = self._sessions
        return passing if self._is_pool_full() else keeping

    async def _proxy_session(self, proxy: Proxy, target: Target) -> aiohttp.ClientSession:
        """The session of a proxy, once the target is one that we would contact ourselves."""
        await check_target(target, guard=self._guard, resolver=self._resolver)
        if proxy not in self._proxy_sessions:
            self._proxy_sessions[proxy] = self._session(keep=False, proxy=proxy)
        return self._proxy_sessions[proxy]

    def _is_pool_full(self) -> bool:
        if len(self._kept_sockets) < MOST_KEPT:
            return False
        return sum(kept.fileno() >= 0 for kept in self._kept_sockets) >= MOST_KEPT

    def _kept_socket(self, info: tuple[Any, ...]) -> socket.socket:
        made = self._guard.socket(info)
        self._kept_sockets.add(made)
        return made

    def _session(self, *, keep: bool, proxy: Proxy | None = None) -> aiohttp.ClientSession:
        judged = self._kept_socket if keep else self._guard.socket
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            use_dns_cache=False,  # the resolver keeps its own
            socket_factory=judged if proxy is None else socket_to_proxy,
            ssl=self._tls,
            limit=0,  # the gate and the session's pool bound what is in flight
            **({"keepalive_timeout": KEEP_ALIVE_S} if keep else {"force_close": True}),
        )
        limit_headers(connector, most=self._settings.header_bytes)
        trace = aiohttp.TraceConfig()
        trace.on_connection_reuseconn.append(_note_reuse)
        session = aiohttp.ClientSession(
            connector=connector,
            proxy=None if proxy is None else proxy.url,
            trace_configs=[trace],
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            raise_for_status=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # the visit has one deadline
            read_bufsize=READ_BUFFER,
            max_line_size=self._settings.header_bytes,
            max_field_size=self._settings.header_bytes,
            headers={
                "User-Agent": self._settings.user_agent,
                "Accept-Encoding": "gzip, deflate, br, zstd",
            },
        )
        # By itself it would ask again, at once and whatever broke. The door knows better when.
        session._retry_connection = False
        return session


async def _read(
    response: aiohttp.ClientResponse, hop: RawResponse, name: str, limits: Limits, share: MemoryShare
) -> None:
    """The body into the hop, counted on the wire and counted again while it is decoded."""
    limit, rest_s = limits.body_bytes, limits.rest_s
    parts: list[bytes] = []
    try:
        coding = coding_of(",".join(response.headers.getall("Content-Encoding", ())))
        if (response.content_length or 0) > limit:
            raise TooLargeError
        async for chunk in response.content.iter_any():
            parts.append(chunk)
            hop.wire_bytes += len(chunk)
            if hop.wire_bytes > limit:
                raise TooLargeError
            if hop.wire_bytes > SMALL:
                hop.limit_rest(rest_s)
            await _hold(hop.wire_bytes, hop, share)
        body = b"".join(parts)
        parts.clear()
        if coding is not None and body:
            body = await _decode(coding, body, limit, hop, share)
    except TooLargeError:
        hop.outcome = outcomes.too_large(name, limit, hop.status)
    except CodingError as error:
        hop.outcome = outcomes.bad_coding(name, str(error), hop.status)
    else:
        hop.body = body
        hop.outcome = outcomes.fetched(name, len(body), hop.status)
    share.try_hold(len(hop.body))  # never more than before


async def _decode(coding: str, wire: bytes, limit: int, hop: RawResponse, share: MemoryShare) -> bytes:
    """Lets the loop breathe after each step, so that a large body delays nobody and the deadline holds."""
    parts: list[bytes] = []
    produced = 0
    for piece in decode_steps(coding, wire, limit):
        if parts:
            await asyncio.sleep(0)
        parts.append(piece)
        produced += len(piece)
        await _hold(len(wire) + produced, hop, share)
    return b"".join(parts)


async def _hold(size: int, hop: RawResponse, share: MemoryShare) -> None:
    """Room for so many bytes. Waiting for it is not the server's fault, and costs nothing of its time."""
    if not share.try_hold(size):
        async with hop.deadline_paused():
            await share.hold(size)


async def _note_reuse(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
    context.trace_request_ctx.reused = True


@cache
def _tls(ca_file: str | None) -> ssl.SSLContext:
    """Whom we believe: the system's issuers, and the operator's. Made once, it takes 15 ms."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise ValueError(
                f"[network] ca_file: cannot read {ca_file!r} ({error.strerror or error}); "
                "name a file of certificates in PEM form"
            ) from None
    return context
