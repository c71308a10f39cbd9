"""From the asked address to the one that answers: redirects, the hosts' turns, and one deadline.

Each hop is guarded anew, takes its host's turn and gives it back before the next one is followed, so
that two hosts that lead to each other cannot wait for one another. The request itself is the door's.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from newsdesk.crawler.credentials.request_credentials import Envelope
from newsdesk.crawler.http import outcomes, response
from newsdesk.crawler.http.errors import BROKEN_CONNECTIONS, FAULTS, from_fault
from newsdesk.crawler.http.target import AddressError, Target, join, parse_target
from newsdesk.crawler.models import Ask
from newsdesk.crawler.politeness.rate_limiter import Gate
from newsdesk.storage.records.hosts import Manners
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.rate_limits import queue_of
from newsdesk.storage.records.visits import Limits

REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}


@dataclass(slots=True)
class Hop:
    """One request's end. `location` is set when it leads on; without a `status` nobody answered.
    `reused` says that it went over an older connection; of `waited_s` the visit's time is not spent.
    """

    outcome: Outcome = outcomes.NOTHING
    status: int = 0
    reused: bool = False
    location: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    wire_bytes: int = 0
    deadline: asyncio.Timeout | None = None
    waited_s: float = 0.0
    rest_s: float | None = None

    def hurry(self, rest_s: float) -> None:
        """The answer is large: what is missing of it must come within `rest_s` from the first such call."""
        if self.rest_s is None and self.deadline is not None:
            self.rest_s = rest_s
            when = asyncio.get_running_loop().time() + rest_s
            self.deadline.reschedule(min(when, self.deadline.when() or when))

    @asynccontextmanager
    async def clock_stopped(self) -> AsyncIterator[None]:
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


Request = Callable[[Target, Hop], Awaitable[None]]  # fills the hop; may raise any of FAULTS
Permit = Callable[[Target], Awaitable[Outcome | None]]  # why a redirect is not followed; None when it is


@dataclass(slots=True, kw_only=True)
class Chain:
    """What is gathered on the way. `left_s` is the rest of the visit's time, waiting for turns not
    counted.
    """

    ask: Ask
    limits: Limits
    gate: Gate
    request: Request
    left_s: float
    address: str
    permit: Permit | None = None
    envelope: Envelope = field(default_factory=Envelope)
    hops: list[str] = field(default_factory=list)
    manners: dict[str, Manners] = field(default_factory=dict)
    moved_to: str | None = None
    wire_bytes: int = 0


async def follow(chain: Chain) -> Hop:
    """From address to address until one does not lead on."""
    location, base, permanent = chain.ask.address, None, True
    seen: set[tuple[str, str | None]] = set()  # a wall may set a cookie and lead back to itself
    hop = Hop()
    while True:
        try:
            target = parse_target(location if base is None else join(base, location))
        except AddressError as error:
            return Hop(outcomes.bad_address(error.word, str(error), base))
        if base is not None:
            if (target.url, chain.envelope.cookie(target)) in seen:
                return Hop(outcomes.loop(target.url, len(seen)))
            if len(chain.hops) >= chain.limits.redirects:
                end = outcomes.too_many_redirects(chain.ask.address, chain.limits.redirects)
                return Hop(end, headers=hop.headers)  # whoever follows none may look where it leads
            chain.hops.append(target.url)
            chain.moved_to = target.url if permanent else chain.moved_to
            chain.address = target.url
            refused = await chain.permit(target) if chain.permit is not None else None
            if refused is not None:
                return Hop(refused)
        seen.add((target.url, chain.envelope.cookie(target)))
        hop = await _take_turn(chain, target)
        chain.envelope.learn(target, hop.headers, now=chain.gate.now())
        chain.wire_bytes += hop.wire_bytes
        if hop.location is None:
            return hop
        permanent = permanent and hop.status in PERMANENT
        location, base = hop.location, target.url


async def _take_turn(chain: Chain, target: Target) -> Hop:
    """One request in the host's turn, unless the host has told us to stay away."""
    gate = chain.gate
    until = gate.blocked_until(target.host)
    if until is None:
        async with gate.turn(target.host):
            until = gate.blocked_until(target.host)  # by the one before us
            if until is None:
                hop = await _within(chain, target)
    if until is not None:
        hop = Hop(outcomes.held_back(target.host, until))
    elif hop.status >= 400:
        until = outcomes.wait_until(hop.status, response.header(hop.headers, "retry-after"), gate.now())
        if until is not None:
            gate.block(target.host, until)
    queue = queue_of(target.host)
    before = chain.manners.get(queue)
    chain.manners[queue] = Manners(
        host=queue,
        next_at=gate.next_at(queue),
        blocked_until=until,
        why=hop.outcome.words if until is not None or hop.outcome.group == "limited" else None,
        asked=gate.asked(queue),
        limited=hop.status == 429 or (before is not None and before.limited),
    )
    return hop


async def _within(chain: Chain, target: Target) -> Hop:
    """One request within what is left of the visit's time."""
    clock = asyncio.get_running_loop().time
    begun = clock()
    hop = Hop()
    try:
        async with asyncio.timeout(max(0.0, chain.left_s)) as deadline:
            hop.deadline = deadline
            try:
                await chain.request(target, hop)
            except BROKEN_CONNECTIONS:
                # A kept connection may be closed by the server in the moment we use it: nobody was
                # asked yet. Any other break is the answer, and not asked for twice.
                if not hop.reused or hop.status:
                    raise
                await chain.request(target, hop)
    except FAULTS as error:
        late = deadline.expired()
        hop.outcome = (
            outcomes.timed_out(target.host, chain.limits.visit_s, rest_s=hop.rest_s)
            if late
            else from_fault(error, target.host)
        )
        hop.location = None
    chain.left_s -= clock() - begun - hop.waited_s
    return hop
