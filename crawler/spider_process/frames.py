"""The frames that a spider's process and newsdesk exchange: a kind, a length, that many bytes.

Both sides read at most `MOST_BYTES` of one frame. Texts are JSON, so that nothing of the spider's process is ever
unpickled here.
"""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Any

_HEAD = struct.Struct(">cI")
HEAD_BYTES = _HEAD.size
MOST_BYTES = 64 * 1024 * 1024
MOST_TEXT = 8_000  # characters of a traceback or a reason

# To the spider's process: what to do; the response of a request, or why there is none.
ORDER, RESPONSE = b"O", b"R"
# From it: a request; an item; an item that cannot be sent; an exception; why nothing was begun; the first address
# of a spider that was only looked at; the end.
REQUEST, ITEM, BAD_ITEM, ERROR, PROBLEM, START, END = b"Q", b"I", b"B", b"E", b"P", b"S", b"D"


class FrameError(Exception):
    """Bytes that are no frame, or too many."""


def frame(kind: bytes, payload: bytes) -> bytes:
    """One frame. Raises FrameError for more bytes than the other side reads."""
    if len(payload) > MOST_BYTES:
        raise FrameError(f"{len(payload)} bytes are more than one frame may have ({MOST_BYTES})")
    return _HEAD.pack(kind, len(payload)) + payload


def json_frame(kind: bytes, **parts: Any) -> bytes:
    return frame(kind, json.dumps(parts).encode())


def response_frame(head: dict[str, Any], body: bytes) -> bytes:
    """A response: its head as JSON on one line, then the body."""
    return frame(RESPONSE, json.dumps(head).encode() + b"\n" + body)


def read_response(payload: bytes) -> tuple[dict[str, Any], bytes]:
    """What `response_frame` packed."""
    head, _, body = payload.partition(b"\n")
    return json.loads(head), body


async def read_frame(reader: asyncio.StreamReader) -> tuple[bytes, bytes] | None:
    """The next frame as kind and payload; None at the end. Raises FrameError."""
    try:
        kind, length = _HEAD.unpack(await reader.readexactly(HEAD_BYTES))
        if length > MOST_BYTES:
            raise FrameError(f"a frame of {length} bytes; at most {MOST_BYTES} are read")
        return kind, await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
