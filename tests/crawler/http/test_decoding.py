"""Content codings: whole, cut, padded, nested and hostile."""

from __future__ import annotations

import gzip
import os
import zlib
from contextlib import suppress
from functools import partial

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from newsdesk.crawler.http.decoding import STEP, CodingError, TooLargeError, coding_of, decode, decode_steps
from tests.support.web import CODINGS

LIMIT = 10 * 1024 * 1024
zipped = partial(gzip.compress, mtime=0)  # bytes are the names of cases: two runners must see the same
TEXT = b"<rss>" + bytes(range(256)) * 40 + b"</rss>"
NOISE = os.urandom(700_000)
SKIPPABLE = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
zstd = zstandard.ZstdCompressor().compress
zstd_summed = zstandard.ZstdCompressor(write_checksum=True, write_content_size=False).compress

WHOLE = [
    ("gzip", zipped(TEXT), TEXT),
    ("gzip", zipped(b""), b""),
    ("gzip", zipped(NOISE), NOISE),
    ("gzip", zipped(b"one ") + zipped(b"two"), b"one two"),
    ("gzip", b"".join(zipped(TEXT) for _ in range(100)), TEXT * 100),
    ("gzip", zipped(TEXT) + b"\0" * 500, TEXT),
    ("gzip", zipped(TEXT) + b"<!-- served in 3 ms -->", TEXT),
    ("deflate", zlib.compress(TEXT), TEXT),
    ("deflate", zlib.compress(NOISE), NOISE),
    ("deflate", zlib.compress(TEXT, wbits=-15), TEXT),
    ("deflate", zlib.compress(TEXT) + b"\0", TEXT),
    ("br", brotli.compress(TEXT), TEXT),
    ("br", brotli.compress(b""), b""),
    ("br", brotli.compress(NOISE), NOISE),
    ("zstd", zstd(TEXT), TEXT),
    ("zstd", zstd(b""), b""),
    ("zstd", zstd(NOISE), NOISE),
    ("zstd", zstd_summed(NOISE), NOISE),
    ("zstd", zstd(b"one ") + SKIPPABLE + zstd_summed(b"two"), b"one two"),
    ("zstd", zstd(TEXT) + b"<!-- -->", TEXT),
]


@pytest.mark.parametrize(("coding", "wire", "text"), WHOLE)
def test_whole(coding, wire, text):
    assert decode(coding, wire, LIMIT) == text


BROKEN = [
    ("gzip", zipped(TEXT)[:-1]),
    ("gzip", zipped(TEXT)[:-9]),
    ("gzip", zipped(TEXT)[:9]),
    ("gzip", zipped(TEXT)[:-8] + b"\0" * 8),  # wrong checksum
    ("gzip", zipped(TEXT) + zipped(TEXT)[:-4]),
    ("gzip", b"<rss></rss>"),
    ("gzip", b"".join(zipped(b"") for _ in range(1001))),  # a flood of empty members
    ("zstd", zstandard.ZstdCompressor().compress(b"") * 1001),
    ("deflate", zlib.compress(TEXT)[:-1]),
    ("deflate", zlib.compress(TEXT, wbits=-15)[:-1]),
    ("deflate", b"\xff" + TEXT),
    ("br", brotli.compress(TEXT)[:-1]),
    ("br", b"<rss></rss>" * 50),
    ("zstd", zstd(TEXT)[:-1]),
    ("zstd", zstd(NOISE)[:-1]),
    ("zstd", zstd_summed(TEXT)[:-1]),
    ("zstd", zstd_summed(TEXT)[:-4] + b"\0\0\0\0"),
    ("zstd", zstd(TEXT)[:3]),
    ("zstd", zstd(TEXT)[:6]),
    ("zstd", SKIPPABLE[:-1]),
    ("zstd", b"<rss></rss>"),
    ("zstd", zstd(TEXT) + zstd(TEXT)[:-2]),
]


@pytest.mark.parametrize(("coding", "wire"), BROKEN)
def test_broken(coding, wire):
    with pytest.raises(CodingError):
        decode(coding, wire, LIMIT)


BOMB = 100_000_000


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw-deflate", "br", "zstd"])
def test_a_bomb_costs_a_step(coding):
    wire = CODINGS[coding](b"\0" * BOMB)
    got = []
    with pytest.raises(TooLargeError):
        for piece in decode_steps(coding.removeprefix("raw-"), wire, 1_000_000):
            got.append(len(piece))
    assert sum(got) <= 1_000_000 and max(got) <= 2 * STEP


def test_a_zstd_frame_with_a_huge_window_is_refused():
    parameters = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    wire = compressor.compress(NOISE) + compressor.flush()
    with pytest.raises(CodingError):
        decode("zstd", wire, LIMIT)


def test_the_limit_itself_passes():
    assert len(decode("gzip", zipped(b"x" * 1000), 1000)) == 1000
    with pytest.raises(TooLargeError):
        decode("gzip", zipped(b"x" * 1001), 1000)


HEADERS = [
    ("", None),
    ("identity", None),
    ("gzip", "gzip"),
    (" GZIP ", "gzip"),
    ("x-gzip", "gzip"),
    ("gzip, identity", "gzip"),
    ("br", "br"),
    ("zstd", "zstd"),
    ("gzip, gzip", CodingError),
    ("br,gzip", CodingError),
    ("compress", CodingError),
    ("utf-8", CodingError),
]


@pytest.mark.parametrize(("header", "coding"), HEADERS)
def test_coding_of(header, coding):
    if isinstance(coding, type):
        with pytest.raises(coding):
            coding_of(header)
    else:
        assert coding_of(header) == coding


@settings(max_examples=300)
@given(st.sampled_from(["gzip", "deflate", "br", "zstd"]), st.binary(max_size=2000), st.integers(0, 2000))
def test_no_bytes_raise_anything_else(coding, noise, at):
    whole = CODINGS[coding](TEXT)
    for wire in (noise, whole[:at] + noise + whole[at + 1 :]):
        with suppress(CodingError, TooLargeError):
            assert len(decode(coding, wire, 100_000)) <= 100_000
