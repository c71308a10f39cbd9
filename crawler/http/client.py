"""The HTTP client: an address goes in, a Page comes out, whatever the server does.

It keeps cookies for one visit only, sends no Referer and ignores proxy settings of the environment. A source's
credentials go to its own origin only (`request_credentials`); `redirects` follows redirects.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from functools import lru_cache, partial
from types import TracebackType
from typing import Self

from newsdesk.crawler.challenges.detect import Seen, find_challenge
from newsdesk.crawler.credentials.request_credentials import RequestCredentials, credentials_for
from newsdesk.crawler.credentials.secrets import SecretError
from newsdesk.crawler.http import outcomes
from newsdesk.crawler.http.body import read_body, read_start
from newsdesk.crawler.http.connector import Connector, proxy_headers, request_head
from newsdesk.crawler.http.dns import Resolver
from newsdesk.crawler.http.errors import NETWORK_ERRORS, from_error
from newsdesk.crawler.http.guard import Allowance, Guard, HostOverrides
from newsdesk.crawler.http.memory_budget import MemoryBudget, MemoryShare
from newsdesk.crawler.http.redirects import REDIRECTS, Permit, RawResponse, RedirectChain, follow
from newsdesk.crawler.http.response import header, readable, to_page, validators
from newsdesk.crawler.http.target import AddressError, Target, host_of, parse_target
from newsdesk.crawler.models import HttpRequest, Page, Posted
from newsdesk.crawler.politeness.rate_limiter import RateLimiter
from newsdesk.crawler.session_settings import ClientSettings
from newsdesk.storage.records.visits import Limits

log = logging.getLogger(__name__)

MAYBE_CHALLENGES = {202, 401, 403, 405, 406, 418, 429, 503}  # statuses whose pages may be bot challenges


class HttpClient:
    """Open it once and use it for everything: `async with HttpClient(settings, rate_limiter) as client`.

    Raises ValueError, with a remedy, for settings that cannot be read.
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
        self._headers = {
            "User-Agent": settings.user_agent,
            "Accept-Encoding": "gzip, deflate, br, zstd",
        }
        self._budget = budget or MemoryBudget()
        self._resolver = resolver or Resolver(HostOverrides(settings.resolve))
        if settings.ca_file is not None:
            _tls(settings.ca_file)  # an error is raised here
        self._connector = Connector(
            guard=Guard(Allowance.parse(settings.allow), remedy=settings.allow_remedy),
            resolver=self._resolver,
            tls=partial(_tls, settings.ca_file),
            header_bytes=settings.header_bytes,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connector.close()
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
        headers = {
            "Host": target.host,
            **self._headers,
            "Accept": "*/*",
            "Content-Length": str(len(body)),
            "Content-Type": content_type,
        }
        request = request_head("POST", _path(target), headers) + body
        try:
            async with self._rate_limiter.turn(target.host), asyncio.timeout(seconds):
                return await self._post(target, request)
        except TimeoutError:
            return Posted(status=0, message=f"no response from {target.host} within {seconds:g} s")
        except NETWORK_ERRORS as error:
            return Posted(status=0, message=from_error(error, target.host).message)

    async def _post(self, target: Target, request: bytes) -> Posted:
        connection, _ = await self._connector.connection(target, None)
        try:
            response = connection.request(request, most=self._settings.header_bytes)
            await response.head()
        finally:
            connection.close()
        message = f"{target.host} answered {response.status} {outcomes.plain(response.reason, 60)}".strip()
        if response.status in REDIRECTS:
            message += ": redirects are not followed; set the address that it redirects to"
        return Posted(status=response.status, message=message)

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
        challenge = find_challenge(
            Seen(
                requested=http_request.address,
                redirects=chain.redirects,
                code=raw.outcome.code,
                status=raw.status,
                headers=raw.headers,
                body=raw.body,
            )
        )
        if challenge is not None:
            raw.outcome = outcomes.challenge(
                challenge, host_of(chain.address), raw.status, user_agent=self._settings.user_agent
            )
        return to_page(
            http_request,
            outcome=raw.outcome,
            headers=raw.headers,
            body=raw.body,
            address=chain.address,
            redirects=tuple(chain.redirects),
            # no new address without a final response, or by a redirect to a challenge
            moved_to=chain.moved_to if raw.status and challenge is None else None,
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
        proxy = request_credentials.credentials.proxy
        # Validators go to every address of the redirects: they were stored for the first and came from the
        # last. They disclose nothing but the age of our copy.
        conditions = validators(http_request)
        headers = {
            "Host": target.host,
            **self._headers,
            "Accept": http_request.accept,
            **conditions,
            **request_credentials.headers(target),
        }
        through = proxy is not None and target.scheme == "http"  # for https the proxy gets them with CONNECT
        headers |= proxy_headers(proxy) if through else {}
        request = request_head("GET", target.url if through else _path(target), headers)
        connection, raw.reused = await self._connector.connection(target, proxy)
        try:
            response = connection.request(request, most=self._settings.header_bytes)
            await response.head()
            status = raw.status = response.status
            raw.headers = readable(response.headers)
            if status in REDIRECTS:
                raw.location = header(raw.headers, "location")
                raw.outcome = outcomes.no_location(target.host, status)
            elif status == 304:
                raw.outcome = outcomes.unchanged(target.host, conditional=bool(conditions))
            elif status in (200, 203):
                await read_body(response, raw, target.host, limits, share)
            else:
                raw.outcome = outcomes.from_status(status, target.host, response.reason)
                if status in MAYBE_CHALLENGES:
                    await read_start(response, raw)
            # Other bodies are not read: their connection is closed.
        finally:
            self._connector.release(connection, target, proxy)


def _path(target: Target) -> str:
    """The path and the query of an address, as they are."""
    return "/" + target.url.split("/", 3)[3]


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
