"""The HTTP client: an address goes in, a Page comes out, whatever the server does.

It keeps cookies for one visit only, sends no Referer and ignores proxy settings of the environment. A source's
credentials go to its own origin only (`request_credentials`); `redirects` follows redirects.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from contextlib import nullcontext
from functools import lru_cache
from types import SimpleNamespace, TracebackType
from typing import Any, Self
from weakref import WeakSet

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from newsdesk.crawler.credentials.request_credentials import RequestCredentials, credentials_for
from newsdesk.crawler.credentials.secrets import Proxy, SecretError
from newsdesk.crawler.http import outcomes
from newsdesk.crawler.http.body import read_body
from newsdesk.crawler.http.dns import Resolver
from newsdesk.crawler.http.errors import NETWORK_ERRORS, from_error, through_proxy
from newsdesk.crawler.http.guard import Allowance, Guard, HostOverrides
from newsdesk.crawler.http.header_limit import limit_headers
from newsdesk.crawler.http.memory_budget import MemoryBudget, MemoryShare
from newsdesk.crawler.http.proxies import check_target, proxy_headers, socket_to_proxy
from newsdesk.crawler.http.redirects import REDIRECTS, Permit, RawResponse, RedirectChain, follow
from newsdesk.crawler.http.response import header, readable, to_page, validators
from newsdesk.crawler.http.target import AddressError, Target, parse_target
from newsdesk.crawler.models import HttpRequest, Page, Posted
from newsdesk.crawler.politeness.rate_limiter import RateLimiter
from newsdesk.crawler.session_settings import ClientSettings
from newsdesk.storage.records.visits import Limits

log = logging.getLogger(__name__)

READ_BUFFER = 64 * 1024  # a connection buffers at most twice as much
KEEP_ALIVE_S = 4.0  # a few delays: the next feed of a host comes soon or not in this session
MOST_IDLE = 100  # macOS gives a process 256 descriptors


class HttpClient:
    """Open it once and use it for everything: `async with HttpClient(settings, rate_limiter) as client`.

    Raises ValueError, with a remedy, for settings that cannot be read.

    There are two sessions: one keeps connections open for the next feed of the same host, one does not.
    aiohttp limits open connections, not idle ones, and 10,000 hosts left 10,000 open sockets.
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
        self._guard = Guard(Allowance.parse(settings.allow), remedy=settings.allow_remedy)
        self._resolver = resolver or Resolver(HostOverrides(settings.resolve))
        self._tls = _tls(settings.ca_file)
        self._kept_sockets: WeakSet[socket.socket] = WeakSet()
        self._direct_sessions: tuple[aiohttp.ClientSession, aiohttp.ClientSession] | None = None
        self._proxy_sessions: dict[Proxy, aiohttp.ClientSession] = {}  # as many as there are secrets

    async def __aenter__(self) -> Self:
        self._direct_sessions = self._new_session(keep=True), self._new_session(keep=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in (*(self._direct_sessions or ()), *self._proxy_sessions.values()):
            await session.close()
        self._direct_sessions = None
        self._proxy_sessions.clear()
        await self._resolver.close()

    async def fetch(
        self,
        http_request: HttpRequest,
        *,
        limits: Limits,
        permit: Permit | None = None,
        share: MemoryShare | None = None,
    ) -> Page:
        """Never raises for what a server, a host name or an address does; see Outcome. `permit` is asked before
        a redirect is followed, while no host's turn is held. `share` holds the memory of the body, also after
        this returns; without it the memory counts while the body is read."""
        if share is not None:
            return await self._fetch(http_request, limits, permit, share)
        with self._budget.share() as own:
            return await self._fetch(http_request, limits, permit, own)

    async def post(self, address: str, body: bytes, *, content_type: str, seconds: float) -> Posted:
        """Send bytes to an address of the operator's. The address is checked like every other; redirects are
        not followed and the response is not read. Never raises for what a server, a host name or an address
        does."""
        try:
            target = parse_target(address)
        except AddressError as error:
            return Posted(status=0, message=f"not sent: the address cannot be used ({error.code})")
        assert self._direct_sessions is not None, "use the client inside `async with`"
        request = self._direct_sessions[1].post(
            URL(target.url, encoded=True),
            data=body,
            headers={"Content-Type": content_type},
            allow_redirects=False,
            trace_request_ctx=SimpleNamespace(),
        )
        try:
            async with self._rate_limiter.turn(target.host), asyncio.timeout(seconds), request as response:
                reason = outcomes.plain(response.reason or "", 60)
                message = f"{target.host} answered {response.status} {reason}".strip()
                if response.status in REDIRECTS:
                    message += ": redirects are not followed; set the address that it redirects to"
                return Posted(status=response.status, message=message)
        except TimeoutError:
            return Posted(status=0, message=f"no response from {target.host} within {seconds:g} s")
        except NETWORK_ERRORS as error:
            return Posted(status=0, message=from_error(error, target.host).message)

    async def _fetch(
        self, http_request: HttpRequest, limits: Limits, permit: Permit | None, share: MemoryShare
    ) -> Page:
        try:
            request_credentials = credentials_for(http_request, self._settings.secrets)
        except SecretError as error:
            log.warning("%s", error)
            missing = outcomes.secret(error.code, str(error))
            return Page(
                requested=http_request.address,
                address=http_request.address,
                outcome=missing,
                fetched_at=self._rate_limiter.now(),
            )

        async def request(target: Target, raw: RawResponse) -> None:
            await self._request(target, raw, http_request, limits, share, request_credentials)

        chain = RedirectChain(
            http_request=http_request,
            limits=limits,
            rate_limiter=self._rate_limiter,
            send=request,
            left_s=limits.visit_s,
            address=http_request.address,
            permit=permit,
            request_credentials=request_credentials,
        )
        raw = await follow(chain)
        return to_page(
            http_request,
            outcome=raw.outcome,
            headers=raw.headers,
            body=raw.body,
            address=chain.address,
            redirects=tuple(chain.redirects),
            moved_to=chain.moved_to if raw.status else None,  # no new address without a final response
            host_updates=tuple(chain.host_updates.values()),
            wire_bytes=chain.wire_bytes,
            fetched_at=self._rate_limiter.now(),
        )

    async def _request(
        self,
        target: Target,
        raw: RawResponse,
        http_request: HttpRequest,
        limits: Limits,
        share: MemoryShare,
        request_credentials: RequestCredentials,
    ) -> None:
        """Make one request and fill `raw` with its response. Raises one of NETWORK_ERRORS."""
        most = self._settings.header_bytes
        proxy = request_credentials.credentials.proxy
        session = self._direct_session() if proxy is None else await self._proxy_session(proxy, target)
        # Validators go to every address of the redirects: they were stored for the first and came from the
        # last. They disclose nothing but the age of our copy.
        conditions = validators(http_request)
        headers = {"Accept": http_request.accept, **conditions, **request_credentials.headers(target)}
        for_proxy = proxy_headers(proxy)
        if target.scheme == "http":  # for https the proxy gets them with CONNECT
            headers |= for_proxy
        url = URL(target.url, encoded=True)  # sent as it is, not normalised
        with through_proxy(proxy) if proxy is not None else nullcontext():
            response = await session.get(
                url, headers=headers, proxy_headers=for_proxy, allow_redirects=False, trace_request_ctx=raw
            )
        async with response:
            if sum(len(name) + len(value) + 4 for name, value in response.raw_headers) > most:
                raise HttpProcessingError(message=f"Got more than {most} bytes of headers")
            status = raw.status = response.status
            raw.headers = readable(response.raw_headers)
            if status in REDIRECTS:
                raw.location = header(raw.headers, "location")
                raw.outcome = outcomes.no_location(target.host, status)
            elif status == 304:
                raw.outcome = outcomes.unchanged(target.host, conditional=bool(conditions))
            elif status in (200, 203):
                await read_body(response, raw, target.host, limits, share)
            else:
                raw.outcome = outcomes.from_status(status, target.host, response.reason or "")
            # Other bodies are not read: closing the response drops them.

    def _direct_session(self) -> aiohttp.ClientSession:
        assert self._direct_sessions is not None, "use the client inside `async with`"
        keeping, passing = self._direct_sessions
        return passing if self._is_pool_full() else keeping

    async def _proxy_session(self, proxy: Proxy, target: Target) -> aiohttp.ClientSession:
        """The session of a proxy. The target must be one that we may contact directly, too."""
        await check_target(target, guard=self._guard, resolver=self._resolver)
        if proxy not in self._proxy_sessions:
            self._proxy_sessions[proxy] = self._new_session(keep=False, proxy=proxy)
        return self._proxy_sessions[proxy]

    def _is_pool_full(self) -> bool:
        if len(self._kept_sockets) < MOST_IDLE:
            return False
        return sum(kept.fileno() >= 0 for kept in self._kept_sockets) >= MOST_IDLE

    def _kept_socket(self, info: tuple[Any, ...]) -> socket.socket:
        made = self._guard.socket(info)
        self._kept_sockets.add(made)
        return made

    def _new_session(self, *, keep: bool, proxy: Proxy | None = None) -> aiohttp.ClientSession:
        checked = self._kept_socket if keep else self._guard.socket
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            use_dns_cache=False,  # the resolver has its own
            socket_factory=checked if proxy is None else socket_to_proxy,
            ssl=self._tls,
            limit=0,  # the rate limiter and the slots of the run limit open requests
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
        # aiohttp repeats a GET at once, whatever failed; `redirects` does so only where nothing was sent.
        session._retry_connection = False
        return session


async def _note_reuse(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
    context.trace_request_ctx.reused = True


@lru_cache(maxsize=8)
def _tls(ca_file: str | None) -> ssl.SSLContext:
    """Trust the system's certificate issuers, and the operator's. Cached, because it takes 15 ms."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise ValueError(
                f"[network] ca_file: cannot read {ca_file!r} ({error.strerror or error}); "
                "set it to a file of certificates in PEM format"
            ) from None
    return context
