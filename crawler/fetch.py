"""The one door to the network: an address goes in, a Page comes out, whatever the other side does.

Owns the guard, limits, decoding, deadlines and redirects; keeps no cookies, sends no credentials and
no Referer, and follows nobody's proxy settings. One request at a time a host, by the gate. Called by
the feed's visit, robots, discovery and the download handler.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiohttp

from crawler import answers, outcomes
from crawler.addresses import AddressError, Target, join, parse_target
from crawler.client import Client, DoorSettings
from crawler.decoding import CodingError, TooLargeError, coding_of, decode_steps
from crawler.faults import FAULTS, from_fault
from crawler.hosts import Gate
from crawler.items import Ask, Page
from crawler.resolver import Resolver
from storage.records import Limits, Manners, Outcome

__all__ = ["Door", "DoorSettings"]

REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}
BROKEN_CONNECTIONS = (aiohttp.ServerDisconnectedError, ConnectionResetError, BrokenPipeError)


@dataclass(slots=True)
class _Hop:
    """One request's end. `location` is set when it leads on; without a `status` nobody answered."""

    outcome: Outcome = outcomes.NOTHING
    status: int = 0
    reused: bool = False
    location: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    wire_bytes: int = 0


@dataclass(slots=True)
class _Walk:
    """What is gathered from the asked address to the last one."""

    left_s: float
    address: str
    hops: list[str] = field(default_factory=list)
    manners: dict[str, Manners] = field(default_factory=dict)
    moved_to: str | None = None
    permanent: bool = True
    wire_bytes: int = 0


class Door:
    """Open it once and use it for everything: `async with Door(settings, gate) as door`.

    Raises ValueError, with a remedy, for settings that cannot be read.
    """

    def __init__(self, settings: DoorSettings, gate: Gate, *, resolver: Resolver | None = None) -> None:
        self._gate = gate
        self._client = Client(settings, resolver)

    async def __aenter__(self) -> Self:
        self._client.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()

    async def fetch(self, ask: Ask, *, limits: Limits) -> Page:
        """Never raises for anything that a server, a name or an address can do; see Outcome."""
        walk = _Walk(left_s=limits.visit_s, address=ask.address)
        hop = await self._follow(ask, limits, walk)
        return answers.to_page(
            ask,
            outcome=hop.outcome,
            headers=hop.headers,
            body=hop.body,
            address=walk.address,
            hops=tuple(walk.hops),
            moved_to=walk.moved_to if hop.status else None,  # a chain without an end leads nowhere
            manners=tuple(walk.manners.values()),
            wire_bytes=walk.wire_bytes,
            fetched_at=self._gate.now(),
        )

    async def _follow(self, ask: Ask, limits: Limits, walk: _Walk) -> _Hop:
        """From address to address until one does not lead on."""
        location, base = ask.address, None
        seen: set[str] = set()
        while True:
            try:
                target = parse_target(location if base is None else join(base, location))
            except AddressError as error:
                return _Hop(outcomes.bad_address(error.word, str(error), base))
            if base is not None:
                if target.url in seen:
                    return _Hop(outcomes.loop(target.url, len(seen)))
                if len(walk.hops) >= limits.redirects:
                    return _Hop(outcomes.too_many_redirects(ask.address, limits.redirects))
                walk.hops.append(target.url)
                walk.moved_to = target.url if walk.permanent else walk.moved_to
                walk.address = target.url
            seen.add(target.url)
            hop = await self._take_turn(target, ask, limits, walk)
            walk.wire_bytes += hop.wire_bytes
            if hop.location is None:
                return hop
            walk.permanent = walk.permanent and hop.status in PERMANENT
            location, base = hop.location, target.url

    async def _take_turn(self, target: Target, ask: Ask, limits: Limits, walk: _Walk) -> _Hop:
        """One request in the host's turn. The turn ends with it, before a redirect is followed, so that
        two hosts that lead to each other cannot wait for one another. Waiting costs the visit nothing.
        """
        gate = self._gate
        until = gate.blocked_until(target.host)
        if until is None:
            async with gate.turn(target.host):
                until = gate.blocked_until(target.host)  # by the one before us
                if until is None:
                    hop = await self._within(target, ask, limits, walk)
        if until is not None:
            hop = _Hop(outcomes.held_back(target.host, until))
        elif hop.status >= 400:
            until = outcomes.parse_retry_after(answers.header(hop.headers, "retry-after"), gate.now())
            if until is not None:
                gate.block(target.host, until)
        walk.manners[target.host] = Manners(
            host=target.host,
            next_at=gate.next_at(target.host),
            blocked_until=until,
            why=hop.outcome.words if until is not None or hop.outcome.group == "limited" else None,
        )
        return hop

    async def _within(self, target: Target, ask: Ask, limits: Limits, walk: _Walk) -> _Hop:
        """One request within what is left of the visit's time."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        hop = _Hop()
        try:
            async with asyncio.timeout(max(0.0, walk.left_s)) as deadline:
                try:
                    await self._request(target, ask, limits, hop)
                except BROKEN_CONNECTIONS:
                    # A kept connection may be closed by the server in the moment we use it: nobody was
                    # asked yet. Any other break is the answer, and not asked for twice.
                    if not hop.reused or hop.status:
                        raise
                    await self._request(target, ask, limits, hop)
        except FAULTS as error:
            late = deadline.expired()
            hop.outcome = (
                outcomes.timed_out(target.host, limits.visit_s) if late else from_fault(error, target.host)
            )
            hop.location = None
        walk.left_s -= clock() - begun
        return hop

    async def _request(self, target: Target, ask: Ask, limits: Limits, hop: _Hop) -> None:
        # Validators go to every address of the chain: they were stored for the asked one and came from
        # its end. They name a copy that we hold, and give nothing away but its age.
        headers = {"Accept": ask.accept, **answers.validators(ask)}
        async with self._client.get(target.url, headers, hop) as response:
            status = hop.status = response.status
            hop.headers = answers.readable(response.raw_headers)
            if status in REDIRECTS:
                hop.location = answers.header(hop.headers, "location")
                hop.outcome = outcomes.leads_nowhere(target.host, status)
            elif status == 304:
                hop.outcome = outcomes.unchanged(target.host, asked=len(headers) > 1)
            elif status in (200, 203):
                await self._read(response, hop, target.host, limits.body_bytes)
            else:
                hop.outcome = outcomes.from_status(status, target.host, response.reason or "")
            # Other bodies are not read: what has not come along with the headers is closed unread.

    async def _read(self, response: aiohttp.ClientResponse, hop: _Hop, name: str, limit: int) -> None:
        """The body into the hop, counted on the wire and counted again while it is decoded."""
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
            body = b"".join(parts)
            if coding is not None and body:
                body = await _decode(coding, body, limit)
        except TooLargeError:
            hop.outcome = outcomes.too_large(name, limit, hop.status)
        except CodingError as error:
            hop.outcome = outcomes.bad_coding(name, str(error), hop.status)
        else:
            hop.body = body
            hop.outcome = outcomes.fetched(name, len(body), hop.status)


async def _decode(coding: str, wire: bytes, limit: int) -> bytes:
    """Lets the loop breathe after each step, so that a large body delays nobody and the deadline holds."""
    parts: list[bytes] = []
    for piece in decode_steps(coding, wire, limit):
        if parts:
            await asyncio.sleep(0)
        parts.append(piece)
    return b"".join(parts)
