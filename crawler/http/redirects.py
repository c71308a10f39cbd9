"""From the asked address to the one that answers: redirects, the hosts' turns, and one deadline.

Each hop is guarded anew, takes its host's turn and gives it back before the next one is followed, so
that two hosts that lead to each other cannot wait for one another. The request itself is the door's.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from newsdesk.crawler.credentials.request_credentials import RequestCredentials
from newsdesk.crawler.http import outcomes, response
from newsdesk.crawler.http.errors import BROKEN_CONNECTIONS, NETWORK_ERRORS, from_error
from newsdesk.crawler.http.target import AddressError, Target, join, parse_target
from newsdesk.crawler.models import HttpRequest
from newsdesk.crawler.politeness.rate_limiter import RateLimiter
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.rate_limits import queue_of
from newsdesk.storage.records.visits import Limits

REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}


@dataclass(slots=True)
class RawResponse:
    """One request's end. `location` is set when it leads on; without a `status` nobody answered.
    `reused` says that it went over an older connection; of `waited_s` the visit's time is not spent.
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
        """The answer is large: what is missing of it must come within `rest_s` from the first such call."""
        if self.rest_s is None and self.deadline is not None:
            self.rest_s = rest_s
            when = asyncio.get_running_loop().time() + rest_s
            self.deadline.reschedule(min(when, self.deadline.when() or when))

    @asynccontextmanager
    async def deadline_paused(self) -> AsyncIterator[None]:
        """While we wait for ourselves, the visit's time stands still."""
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


Request = Callable[[Target, RawResponse], Awaitable[None]]  # fills the hop; may raise any of FAULTS
Permit = Callable[[Target], Awaitable[Outcome | None]]  # why a redirect is not followed; None when it is


@dataclass(slots=True, kw_only=True)
class RedirectChain:
    """What is gathered on the way. `left_s` is the rest of the visit's time, waiting for turns not
    counted.
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


async def follow(redirect_chain: RedirectChain) -> RawResponse:
    """From address to address until one does not lead on."""
    location, base, permanent = redirect_chain.http_request.address, None, True
    seen: set[tuple[str, str | None]] = set()  # a wall may set a cookie and lead back to itself
    hop = RawResponse()
    while True:
        try:
            target = parse_target(location if base is None else join(base, location))
        except AddressError as error:
            return RawResponse(outcomes.bad_address(error.code, str(error), base))
        if base is not None:
            if (target.url, redirect_chain.request_credentials.cookie(target)) in seen:
                return RawResponse(outcomes.redirect_loop(target.url, len(seen)))
            if len(redirect_chain.redirects) >= redirect_chain.limits.redirects:
                end = outcomes.too_many_redirects(redirect_chain.http_request.address, redirect_chain.limits.redirects)
                return RawResponse(end, headers=hop.headers)  # whoever follows none may look where it leads
            redirect_chain.redirects.append(target.url)
            redirect_chain.moved_to = target.url if permanent else redirect_chain.moved_to
            redirect_chain.address = target.url
            refused = await redirect_chain.permit(target) if redirect_chain.permit is not None else None
            if refused is not None:
                return RawResponse(refused)
        seen.add((target.url, redirect_chain.request_credentials.cookie(target)))
        hop = await _request_in_turn(redirect_chain, target)
        redirect_chain.request_credentials.store_cookies(target, hop.headers, now=redirect_chain.rate_limiter.now())
        redirect_chain.wire_bytes += hop.wire_bytes
        if hop.location is None:
            return hop
        permanent = permanent and hop.status in PERMANENT
        location, base = hop.location, target.url


async def _request_in_turn(redirect_chain: RedirectChain, target: Target) -> RawResponse:
    """One request in the host's turn, unless the host has told us to stay away."""
    rate_limiter = redirect_chain.rate_limiter
    until = rate_limiter.blocked_until(target.host)
    if until is None:
        async with rate_limiter.turn(target.host):
            until = rate_limiter.blocked_until(target.host)  # by the one before us
            if until is None:
                hop = await _request_in_time(redirect_chain, target)
    if until is not None:
        hop = RawResponse(outcomes.host_paused(target.host, until))
    elif hop.status >= 400:
        until = outcomes.wait_until(
            hop.status, response.header(hop.headers, "retry-after"), rate_limiter.now()
        )
        if until is not None:
            rate_limiter.block(target.host, until)
    queue = queue_of(target.host)
    before = redirect_chain.host_updates.get(queue)
    redirect_chain.host_updates[queue] = HostUpdate(
        host=queue,
        next_request_at=rate_limiter.next_request_at(queue),
        blocked_until=until,
        why=hop.outcome.message if until is not None or hop.outcome.category == "rate-limited" else None,
        recent_requests=rate_limiter.recent_requests(queue),
        rate_limited=hop.status == 429 or (before is not None and before.rate_limited),
    )
    return hop


async def _request_in_time(redirect_chain: RedirectChain, target: Target) -> RawResponse:
    """One request within what is left of the visit's time."""
    clock = asyncio.get_running_loop().time
    begun = clock()
    hop = RawResponse()
    try:
        async with asyncio.timeout(max(0.0, redirect_chain.left_s)) as deadline:
            hop.deadline = deadline
            try:
                await redirect_chain.send(target, hop)
            except BROKEN_CONNECTIONS:
                # A kept connection may be closed by the server in the moment we use it: nobody was
                # asked yet. Any other break is the answer, and not asked for twice.
                if not hop.reused or hop.status:
                    raise
                await redirect_chain.send(target, hop)
    except NETWORK_ERRORS as error:
        late = deadline.expired()
        hop.outcome = (
            outcomes.timed_out(target.host, redirect_chain.limits.visit_s, rest_s=hop.rest_s)
            if late
            else from_error(error, target.host)
        )
        hop.location = None
    redirect_chain.left_s -= clock() - begun - hop.waited_s
    return hop
