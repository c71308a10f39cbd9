"""Compression bombs, and wrong or truncated Content-Encoding and Content-Length. Threat A6."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import brotli
import zstandard

from tests.hostile.case import Case
from tests.support.feeds import many, rss

# One case a line.
# fmt: off

FEED = rss(*many(2, site="codings.example"))
PACKED = gzip.compress(FEED)
BOMB = b"\0" * 50_000_000


def _coded(body: bytes, coding: str, **fields: Any) -> dict[str, Any]:
    return {"body": body, "headers": {"Content-Encoding": coding}, **fields}


def _case(name: str, description: str, response: Any, outcome: str, story_count: int = 0) -> Case:
    return Case(name=f"z-{name}", description=description, responses=(response,), outcome=outcome, story_count=story_count)


def _lazily(make: Any) -> Any:
    """Made when the case runs, since a bomb takes time to compress."""
    return lambda server: make()


CASES = (
    _case("gzip-bomb", "sends 50 MB in 50 kB of gzip", _lazily(lambda: _coded(gzip.compress(BOMB, 1), "gzip")), "too-large"),
    _case("deflate-bomb", "sends 50 MB as deflate", _lazily(lambda: _coded(zlib.compress(BOMB, 1), "deflate")), "too-large"),
    _case("raw-deflate-bomb", "sends 50 MB as deflate without its head", _lazily(lambda: _coded(zlib.compress(BOMB, 1, wbits=-15), "deflate")), "too-large"),
    _case("br-bomb", "sends 50 MB in some hundred bytes of brotli", _lazily(lambda: _coded(brotli.compress(BOMB, quality=1), "br")), "too-large"),
    _case("zstd-bomb", "sends 50 MB as zstd", _lazily(lambda: _coded(zstandard.ZstdCompressor().compress(BOMB), "zstd")), "too-large"),
    _case("zstd-window", "asks zstd for a window of 1 GB", _lazily(lambda: _coded(_wide_zstd(), "zstd")), "bad-encoding|too-large"),
    _case("gzip-members", "sends 100,000 empty gzip members", _coded(gzip.compress(b"") * 100_000, "gzip"), "bad-encoding"),
    _case("zstd-frames", "sends 100,000 empty zstd frames", _coded(zstandard.ZstdCompressor().compress(b"") * 100_000, "zstd"), "bad-encoding"),
    _case("zstd-skippable", "sends 100,000 zstd frames to be skipped", _coded(b"\x50\x2a\x4d\x18\0\0\0\0" * 100_000, "zstd"), "bad-encoding"),
    _case("gzip-in-gzip", "packs gzip in gzip, and says so", _coded(gzip.compress(PACKED), "gzip, gzip"), "bad-encoding"),
    _case("gzip-in-gzip-untold", "packs gzip in gzip, and tells one", _coded(gzip.compress(PACKED), "gzip"), "not-a-feed"),
    _case("ten-layers", "names ten layers", _coded(FEED, ", ".join(["gzip"] * 10)), "bad-encoding"),
    _case("error-bomb", "sends a bomb with a 404", _lazily(lambda: _coded(gzip.compress(BOMB, 1), "gzip", status=404)), "not-found"),
    _case("error-bomb-503", "sends a bomb with a 503", _lazily(lambda: _coded(gzip.compress(BOMB, 1), "gzip", status=503)), "server-error"),
    _case("not-modified-bomb", "sends a bomb with a 304", _lazily(lambda: _coded(gzip.compress(BOMB, 1), "gzip", status=304)), "unexpected-status|bad-http"),
    _case("truncated", "breaks its gzip off", _coded(PACKED[:-20], "gzip"), "bad-encoding"),
    _case("no-checksum", "leaves the checksum of its gzip away", _coded(PACKED[:-8], "gzip"), "bad-encoding"),
    _case("wrong-checksum", "has a wrong checksum in its gzip", _coded(PACKED[:-8] + b"\0" * 8, "gzip"), "bad-encoding"),
    _case("garbage-tail", "sends garbage after the end of its gzip", _coded(PACKED + b"garbage" * 99, "gzip"), "read", 2),
    _case("only-head", "sends nothing but a gzip head", _coded(PACKED[:10], "gzip"), "bad-encoding"),
    _case("not-packed", "says gzip, and packs nothing", _coded(FEED, "gzip"), "bad-encoding"),
    _case("packed-untold", "sends gzip, and does not say so", {"body": PACKED}, "not-a-feed"),
    _case("br-as-gzip", "sends brotli, and says gzip", _coded(brotli.compress(FEED), "gzip"), "bad-encoding"),
    _case("unknown", "names a coding that nobody knows", _coded(FEED, "rot13"), "bad-encoding"),
    _case("steering", "names a coding with controls in it", _coded(FEED, b"g\x1b[31mzip\xe2\x80\xae"), "bad-encoding|bad-http"),
    _case("identity", "says identity", _coded(FEED, "identity"), "read", 2),
    _case("x-gzip", "says x-gzip", _coded(PACKED, "X-GZip"), "read", 2),
    _case("two-headers", "sends two Content-Encoding headers", {"body": PACKED, "headers": (("Content-Encoding", "gzip"), ("Content-Encoding", "br"))}, "bad-encoding"),
    _case(
        "feed-padded",
        "sends a feed of 100 MB, nearly all of it spaces",
        _lazily(lambda: _coded(gzip.compress(FEED.replace(b"</channel>", b" " * 100_000_000 + b"</channel>"), 1), "gzip")),
        "too-large",
    ),
    # lengths
    _case("length-short", "announces 10 bytes and sends more", {"body": FEED, "length": 10}, "not-a-feed|bad-http"),
    _case("length-long", "announces more than it sends", {"body": FEED, "length": 99_999, "cut": 9_999}, "incomplete"),
    _case("length-huge", "announces 10 to the 30th bytes", {"body": FEED, "length": 10**30}, "too-large|bad-http"),
    _case("length-negative", "announces -1 byte", {"body": FEED, "length": -1}, "bad-http"),
    _case("length-two", "announces two lengths", {"raw": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 400\r\n\r\nabc"}, "bad-http"),
    _case("length-words", "announces a length in words", {"raw": b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\nabc"}, "bad-http"),
    _case(
        "length-and-chunks",
        "announces a length and sends chunks",
        {"raw": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"},
        "bad-http|not-a-feed|incomplete",
    ),
    _case("chunk-negative", "sends a chunk of -1 byte", {"raw": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n"}, "incomplete|bad-http"),
    _case(
        "chunk-huge", "sends a chunk of 2 to the 80th bytes", {"raw": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 20 + b"\r\nabc\r\n"}, "incomplete|bad-http"
    ),
    _case(
        "chunk-extension",
        "sends chunks with an extension of 100 kB",
        {"raw": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;" + b"x" * 100_000 + b"\r\nabc\r\n0\r\n\r\n"},
        "incomplete|bad-http|not-a-feed",
    ),
    _case(
        "chunk-trailers",
        "sends 100,000 trailers",
        {"raw": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n" + b"A: b\r\n" * 100_000 + b"\r\n"},
        "incomplete|bad-http|headers-too-large|not-a-feed",
    ),
)


def _wide_zstd() -> bytes:
    parameters = zstandard.ZstdCompressionParameters(window_log=30, compression_level=1)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return packer.compress(FEED + b"\0" * 20_000_000) + packer.flush()
