"""Read and decode the body of a response, within its limits and the memory budget."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from newsdesk.crawler.http import outcomes
from newsdesk.crawler.http.connection import Response
from newsdesk.crawler.http.decoding import CodingError, TooLargeError, coding_of, decode_steps
from newsdesk.crawler.http.errors import NETWORK_ERRORS, IncompleteError
from newsdesk.crawler.http.memory_budget import SMALL, MemoryShare
from newsdesk.crawler.http.redirects import RawResponse
from newsdesk.storage.records.visits import Limits

_START_BYTES, _START_S = 32 * 1024, 3.0  # of the page of an error; challenge pages begin with their marks


async def read_body(
    source: Response, response: RawResponse, name: str, limits: Limits, share: MemoryShare
) -> None:
    """Read the body into the response. Its bytes are counted as they arrive, and again while it is decoded."""
    limit, rest_s = limits.body_bytes, limits.rest_s
    parts: list[bytes] = []
    try:
        coding = coding_of(",".join(source.values(b"content-encoding")))
        if (source.length or 0) > limit:
            raise TooLargeError
        while chunk := await source.piece():
            parts.append(chunk)
            response.wire_bytes += len(chunk)
            if response.wire_bytes > limit:
                raise TooLargeError
            if response.wire_bytes > SMALL:
                response.limit_rest(rest_s)
            await _hold(response.wire_bytes, response, share)
        body = b"".join(parts)
        parts.clear()
        if coding is not None and body:
            body = await _decode(coding, body, limit, response, share)
    except TooLargeError:
        response.outcome = outcomes.too_large(name, limit, response.status)
    except CodingError as error:
        response.outcome = outcomes.bad_coding(name, str(error), response.status)
    else:
        response.body = body
        response.outcome = outcomes.fetched(name, len(body), response.status)
    share.try_hold(len(response.body))  # never more than before


async def read_start(source: Response, response: RawResponse) -> None:
    """Read the start of the page of an error, by which a bot challenge is recognised. What goes wrong here changes
    nothing: the status has decided the outcome."""
    kinds = ",".join(source.values(b"content-type")).lower()
    if "html" not in kinds and "json" not in kinds:
        return
    wire = b""
    with suppress(TimeoutError, *NETWORK_ERRORS, CodingError, TooLargeError):
        coding = coding_of(",".join(source.values(b"content-encoding")))
        async with asyncio.timeout(_START_S):
            with suppress(IncompleteError):
                while len(wire) < _START_BYTES and (chunk := await source.piece()):
                    wire += chunk
        response.wire_bytes += len(wire)
        if coding is None:
            response.body = wire[:_START_BYTES]
            return
        for piece in decode_steps(coding, wire, 4 * _START_BYTES):
            response.body += piece
            if len(response.body) >= _START_BYTES:
                break


async def _decode(coding: str, wire: bytes, limit: int, response: RawResponse, share: MemoryShare) -> bytes:
    """Yields to the loop after each step, so that a large body delays no other visit and the deadline holds."""
    parts: list[bytes] = []
    produced = 0
    for piece in decode_steps(coding, wire, limit):
        if parts:
            await asyncio.sleep(0)
        parts.append(piece)
        produced += len(piece)
        await _hold(len(wire) + produced, response, share)
    return b"".join(parts)


async def _hold(size: int, response: RawResponse, share: MemoryShare) -> None:
    """Hold `size` bytes of the memory budget. The deadline does not run while we wait for them."""
    if not share.try_hold(size):
        async with response.deadline_paused():
            await share.hold(size)
