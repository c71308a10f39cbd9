"""Decode one content coding (gzip, deflate, br, zstd) in bounded steps. Pure.

No step gives much more than STEP bytes whatever the input is, and the size is checked after each, so that a
decompression bomb costs one step and not its size (CVE-2025-6176: one chunk above the limit).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator

import brotli  # type: ignore[import-untyped]
import zstandard

STEP = 256 * 1024
# Each further gzip member or zstd frame costs a fresh decoder for as few as 8 bytes on the wire: 100,000
# empty frames blocked the loop for 3 s. Ordinary multi-member files (bgzip) hold 64 kB a member, so that 10 MiB
# are 160 of them.
MEMBERS = 1000
# RFC 9659: a zstd content coding must not need a window above 8 MB.
ZSTD_WINDOW = 8 * 1024 * 1024
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE = b"\x2a\x4d\x18"


class CodingError(Exception):
    """The bytes are not what their coding says, end too early, or name a coding we do not know."""


class TooLargeError(Exception):
    """The decoded bytes exceed the limit."""


def coding_of(header: str) -> str | None:
    """The one coding that a Content-Encoding header names, None for none.

    Raises CodingError for more than one layer (used by decompression bombs only) or an unknown name.
    """
    layers = [name for part in header.lower().split(",") if (name := part.strip()) not in ("", "identity")]
    if not layers:
        return None
    if len(layers) > 1:
        raise CodingError(f"more than one coding layer: {', '.join(layers)}")
    name = layers[0].removeprefix("x-")
    if name not in _DECODERS:
        raise CodingError(f"unknown content coding {layers[0]}")
    return name


def decode_steps(coding: str, wire: bytes, limit: int) -> Iterator[bytes]:
    """The decoded bytes in pieces of about STEP. Raises CodingError or TooLargeError as soon as seen."""
    produced = 0
    for piece in _DECODERS[coding](wire):
        produced += len(piece)
        if produced > limit:
            raise TooLargeError(f"more than {limit} bytes after decoding {coding}")
        yield piece


def decode(coding: str, wire: bytes, limit: int) -> bytes:
    return b"".join(decode_steps(coding, wire, limit))


def _windows(wire: bytes) -> Iterator[bytes]:
    """zlib copies what it has not used yet at every step; small windows keep that linear."""
    view = memoryview(wire)
    for start in range(0, len(view), 64 * 1024):
        yield bytes(view[start : start + 64 * 1024])


def _from_gzip(wire: bytes) -> Iterator[bytes]:
    decoder = zlib.decompressobj(wbits=31)
    members = 1
    try:
        for window in _windows(wire):
            rest = window
            while rest:
                if decoder.eof:
                    # RFC 1952 lets members follow one another. Other bytes after the end are padding
                    # or garbage of the server and are ignored, as gunzip does.
                    if rest[:2] not in (b"\x1f\x8b", b"\x1f"):
                        return
                    if members == MEMBERS:
                        raise CodingError(f"more than {MEMBERS} gzip members")
                    members += 1
                    decoder = zlib.decompressobj(wbits=31)
                yield from _inflate(decoder, rest)
                rest = decoder.unused_data
    except zlib.error as error:
        raise CodingError(f"broken gzip: {error}") from None
    if not decoder.eof:
        raise CodingError("gzip stream ends too early")


def _from_deflate(wire: bytes) -> Iterator[bytes]:
    # The standard means zlib, some servers send the raw stream: the header's checksum tells them apart.
    is_zlib = len(wire) >= 2 and wire[0] & 0x0F == 8 and int.from_bytes(wire[:2], "big") % 31 == 0
    decoder = zlib.decompressobj(wbits=15 if is_zlib else -15)
    try:
        for window in _windows(wire):
            yield from _inflate(decoder, window)
            if decoder.eof:
                return
    except zlib.error as error:
        raise CodingError(f"broken deflate: {error}") from None
    raise CodingError("deflate stream ends too early")


def _inflate(decoder: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while True:
        piece = decoder.decompress(data, STEP)
        if piece:
            yield piece
        data = decoder.unconsumed_tail
        # A full piece may have left output inside the decoder although all input is used.
        if decoder.eof or (not data and len(piece) < STEP):
            return


def _from_brotli(wire: bytes) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    try:
        for window in _windows(wire):
            piece = decoder.process(window, output_buffer_limit=STEP)
            while piece or not decoder.can_accept_more_data():
                yield piece
                if decoder.is_finished():
                    return
                piece = decoder.process(b"", output_buffer_limit=STEP)
    except brotli.error:
        raise CodingError("broken br") from None
    if not decoder.is_finished():
        raise CodingError("br stream ends too early")


def _from_zstd(wire: bytes) -> Iterator[bytes]:
    """Frame by frame and block by block, since the binding cannot bound its output and hides a cut.

    A block gives at most 128 KiB (RFC 8878, 3.1.1.2), so feeding one block is one bounded step.
    """
    at = frames = 0
    while at < len(wire):
        frames += 1
        if frames > MEMBERS:
            raise CodingError(f"more than {MEMBERS} zstd frames")
        if wire[at + 1 : at + 4] == ZSTD_SKIPPABLE and wire[at] & 0xF0 == 0x50:
            at += 8 + int.from_bytes(wire[at + 4 : at + 8], "little")
            if at > len(wire):
                raise CodingError("zstd stream ends too early")
            continue
        if wire[at : at + 4] != ZSTD_MAGIC:
            if at:
                return  # garbage after a whole frame
            raise CodingError("broken zstd: no frame")
        try:
            at = yield from _zstd_frame(wire, at)
        except zstandard.ZstdError as error:
            raise CodingError(f"broken zstd: {error}") from None


def _zstd_frame(wire: bytes, at: int) -> Generator[bytes, None, int]:
    """One frame from `at`; returns where it ends."""
    decoder = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
    header = wire[at : at + 18]
    checksum = 4 if len(header) > 4 and header[4] & 0x04 else 0
    end = at + zstandard.frame_header_size(header)
    last = False
    while not last:
        block = int.from_bytes(wire[end : end + 3], "little")
        last = bool(block & 1)
        run_length = block >> 1 & 3 == 1
        end += 3 + (1 if run_length else block >> 3) + (checksum if last else 0)
        if end > len(wire):
            raise CodingError("zstd stream ends too early")
        piece = decoder.decompress(wire[at:end])
        if piece:
            yield piece
        at = end
    return at


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _from_gzip,
    "deflate": _from_deflate,
    "br": _from_brotli,
    "zstd": _from_zstd,
}
