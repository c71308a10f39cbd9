"""Follow redirects, each request in its host's turn, all within one deadline.

Every address is checked anew. A host's turn ends before the next redirect is followed, so that two hosts that
redirect to each other cannot wait for one another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.credentials.request_credentials import RequestCredentials
from newsdesk.crawler.http import outcomes
from newsdesk.crawler.http.errors import BROKEN_CONNECTIONS, NETWORK_ERRORS, from_error
from newsdesk.crawler.http.response import header
from newsdesk.crawler.http.target import AddressError, Target, join, parse_target
from newsdesk.crawler.models import HttpRequest
from newsdesk.crawler.politeness.rate_limiter import RateLimiter
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.rate_limits import queue_of
from newsdesk.storage.records.visits import Limits

log = logging.getLogger(__name__)

REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}


@dataclass(slots=True)
class RawResponse:
    """One response. `location`: the target of a redirect; without a `status` there was no response. `reused`:
    the request went over an older connection. `waited_s` does not count as time of the visit.
    """

    outcome: Outcome = outcomes.NO_RESPONSE
    status: int = 0
    reused: bool = False
    location: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    wire_bytes: int = 0
    deadline: asyncio.Timeout | None = None
    waited_s: float = 0.0
    rest_s: float | None = None

    def limit_rest(self, rest_s: float) -> None:
        """Limit a large response: its rest must arrive within `rest_s` from the first call."""
        if self.rest_s is None and self.deadline is not None:
            self.rest_s = rest_s
            when = asyncio.get_running_loop().time() + rest_s
            self.deadline.reschedule(min(when, self.deadline.when() or when))

    @asynccontextmanager
    async def deadline_paused(self) -> AsyncIterator[None]:
        """Waiting for our own memory budget does not count as time of the visit."""
        assert self.deadline is not None
        clock = asyncio.get_running_loop().time
        begun, when = clock(), self.deadline.when()
        self.deadline.reschedule(None)
        try:
            yield
        finally:
            waited = clock() - begun
            self.waited_s += waited
            self.deadline.reschedule(None if when is None else when + waited)


Request = Callable[[Target, RawResponse], Awaitable[None]]  # fills the response; raises NETWORK_ERRORS
Permit = Callable[[Target], Awaitable[Outcome | None]]  # why a redirect is not followed; None when it is


@dataclass(slots=True, kw_only=True)
class RedirectChain:
    """The state of one fetch. `left_s` is the rest of the visit's time, which does not run while a request
    waits for its turn.
    """

    http_request: HttpRequest
    limits: Limits
    rate_limiter: RateLimiter
    send: Request
    left_s: float
    address: str
    permit: Permit | None = None
    request_credentials: RequestCredentials = field(default_factory=RequestCredentials)
    redirects: list[str] = field(default_factory=list)
    host_updates: dict[str, HostUpdate] = field(default_factory=dict)
    moved_to: str | None = None
    wire_bytes: int = 0


async def follow(chain: RedirectChain) -> RawResponse:
    """Request address after address until a response is not a redirect."""
    location, base, permanent = chain.http_request.address, None, True
    seen: set[tuple[str, str | None]] = set()  # a site may set a cookie and redirect to itself
    response = RawResponse()
    while True:
        try:
            target = parse_target(location if base is None else join(base, location))
        except AddressError as error:
            return RawResponse(outcomes.bad_address(error.code, str(error), base))
        if base is not None:
            if (target.url, chain.request_credentials.cookie(target)) in seen:
                return RawResponse(outcomes.redirect_loop(target.url, len(seen)))
            if len(chain.redirects) >= chain.limits.redirects:
                end = outcomes.too_many_redirects(chain.http_request.address, chain.limits.redirects)
                return RawResponse(end, headers=response.headers)  # for a caller that follows none
            log.debug("redirect %d: %s -> %s", response.status, redact(base), redact(target.url))
            chain.redirects.append(target.url)
            chain.moved_to = target.url if permanent else chain.moved_to
            chain.address = target.url
            refused = await chain.permit(target) if chain.permit is not None else None
            if refused is not None:
                return RawResponse(refused)
        seen.add((target.url, chain.request_credentials.cookie(target)))
        response = await _request_in_turn(chain, target)
        chain.request_credentials.store_cookies(target, response.headers, now=chain.rate_limiter.now())
        chain.wire_bytes += response.wire_bytes
        if response.location is None:
            return response
        permanent = permanent and response.status in PERMANENT
        location, base = response.location, target.url


async def _request_in_turn(chain: RedirectChain, target: Target) -> RawResponse:
    """One request in the host's turn, unless the host asked for a pause."""
    rate_limiter = chain.rate_limiter
    until = rate_limiter.blocked_until(target.host)
    if until is None:
        async with rate_limiter.turn(target.host):
            until = rate_limiter.blocked_until(target.host)  # set by the request before
            if until is None:
                response = await _request_in_time(chain, target)
    if until is not None:
        response = RawResponse(outcomes.host_paused(target.host, until))
        log.debug("%s", response.outcome.message)
    elif response.status >= 400:
        until = outcomes.wait_until(
            response.status, header(response.headers, "retry-after"), rate_limiter.now()
        )
        if until is not None:
            rate_limiter.block(target.host, until)
    queue = queue_of(target.host)
    before = chain.host_updates.get(queue)
    chain.host_updates[queue] = HostUpdate(
        host=queue,
        next_request_at=rate_limiter.next_request_at(queue),
        blocked_until=until,
        why=response.outcome.message
        if until is not None or response.outcome.category == "rate-limited"
        else None,
        recent_requests=rate_limiter.recent_requests(queue),
        rate_limited=response.status == 429 or (before is not None and before.rate_limited),
    )
    return response


async def _request_in_time(chain: RedirectChain, target: Target) -> RawResponse:
    """One request within what is left of the visit's time."""
    clock = asyncio.get_running_loop().time
    begun = clock()
    response = RawResponse()
    try:
        async with asyncio.timeout(max(0.0, chain.left_s)) as deadline:
            response.deadline = deadline
            try:
                await chain.send(target, response)
            except BROKEN_CONNECTIONS:
                # The server may close an idle connection at the moment we use it: it did not get the request.
                # After any other error the request is not repeated.
                if not response.reused or response.status:
                    raise
                log.debug("retry of %s on a new connection", redact(target.url))
                await chain.send(target, response)
    except NETWORK_ERRORS as error:
        late = deadline.expired()
        response.outcome = (
            outcomes.timed_out(target.host, chain.limits.visit_s, rest_s=response.rest_s)
            if late
            else from_error(error, target.host)
        )
        response.location = None
        log.debug("%s after %.2f s", response.outcome.message, clock() - begun)
    else:
        log.debug(
            "%s %s in %.2f s, %d bytes",
            response.status,
            redact(target.url),
            clock() - begun,
            response.wire_bytes,
        )
    chain.left_s -= clock() - begun - response.waited_s
    return response
