"""Digests, and their packed forms. Pure.

A digest has a kind and a version (`e1:…`) and is a blake2b, because Python's `hash` differs between
processes.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b

PACKED_VERSION = 1
UNREAD = "d1:0000000000000000"  # for an entry that is not read yet: no input gives this digest
_WIDTH = 8  # bytes of an entry key or digest in the packed form: 2 ** -64 a pair
_SENTENCE = blake2b(digest_size=_WIDTH, person=b"sentence1")


def digest(kind: str, *parts: str | None, width: int = _WIDTH) -> str:
    """Digest of `parts` as `kind:hex` with 2 x `width` hex digits. None and "" differ, so do ("ab", "c") and
    ("a", "bc")."""
    joined = "".join(["\x00" if part is None else f"\x01{len(part)}:{part}" for part in parts])
    return f"{kind}:{blake2b(joined.encode('utf-8', 'surrogatepass'), digest_size=width).hexdigest()}"


def body_digest(body: bytes, *, reader_version: int, site_file: str = "") -> str:
    """Digest of a document. Another reader version, or another digest of its `site_file`, gives another one, so that
    the document is read again."""
    return f"{_by(reader_version, site_file)}{blake2b(body, digest_size=16).hexdigest()}"


def read_otherwise(body_digest: str | None, *, reader_version: int, site_file: str = "") -> bool:
    """Whether another version of newsdesk, or another site file, read the document of a digest."""
    return bool(body_digest) and not (body_digest or "").startswith(_by(reader_version, site_file))


def _by(reader_version: int, site_file: str) -> str:
    return f"b1.{reader_version}.{site_file}:" if site_file else f"b1.{reader_version}:"


def of_incomplete(digest: str) -> str:
    """The digest of a document that ends early, as it is stored: when it comes again nothing more is read, and its
    source still has no whole document."""
    return f"{digest}:incomplete"


def made_by_other_version(*, known: bytes, body_digest: str | None, reader_version: int) -> bool:
    """Whether another version of newsdesk stored the last document of a source: then it must be read again
    even if it did not change."""
    if read_otherwise(body_digest, reader_version=reader_version):
        return True
    return len(known) > 1 and tuple(known[:2]) != (PACKED_VERSION, reader_version & 0xFF)


def pack_entries(entries: Iterable[tuple[str, str]], *, reader_version: int) -> bytes:
    """(entry key, entry digest) pairs of a document as bytes: a head of two, then 16 for each entry."""
    pairs = (
        bytes.fromhex(key.partition(":")[2]) + bytes.fromhex(entry_digest.partition(":")[2])
        for key, entry_digest in entries
    )
    return bytes((PACKED_VERSION, reader_version & 0xFF)) + b"".join(pairs)


def unpack_entries(blob: bytes, *, reader_version: int) -> Mapping[str, str]:
    """entry key → entry digest. From bytes that another version packed, only the entries that are still
    unread."""
    if len(blob) < 2 or blob[0] != PACKED_VERSION:
        return {}
    step = 2 * _WIDTH
    if blob[1] != reader_version & 0xFF:
        waits = bytes.fromhex(UNREAD.partition(":")[2])
        return {
            f"e1:{blob[at : at + _WIDTH].hex()}": UNREAD
            for at in range(2, len(blob) - step + 1, step)
            if blob[at + _WIDTH : at + step] == waits
        }
    return {
        f"e1:{blob[at : at + _WIDTH].hex()}": f"d1:{blob[at + _WIDTH : at + step].hex()}"
        for at in range(2, len(blob) - step + 1, step)
    }


def without_entries(blob: bytes, keys: Collection[str]) -> bytes:
    """`blob` without these entry keys: the next document is read as if it brought them newly."""
    step = 2 * _WIDTH
    kept = (
        blob[at : at + step]
        for at in range(2, len(blob) - step + 1, step)
        if f"e1:{blob[at : at + _WIDTH].hex()}" not in keys
    )
    return blob[:2] + b"".join(kept)


def sentence_digest(sentence: str) -> int:
    """64 bits of a sentence without letter case and outer space, signed as SQLite's integers are. The version
    is part of the digest, so that digests of another version differ."""
    hasher = _SENTENCE.copy()
    hasher.update(sentence.strip().lower().encode("utf-8", "surrogatepass"))
    return int.from_bytes(hasher.digest(), "little", signed=True)


def pack_sentences(digests: Sequence[int]) -> bytes:
    """Digests of sentences, eight bytes each."""
    return struct.pack(f"<{len(digests)}q", *digests)


@lru_cache(maxsize=16)  # called for each story of a document
def unpack_sentences(packed: bytes) -> frozenset[int]:
    """The digests that `pack_sentences` packed."""
    return frozenset(struct.unpack(f"<{len(packed) // _WIDTH}q", packed))
