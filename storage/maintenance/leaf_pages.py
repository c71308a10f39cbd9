"""Rows from the leaf pages of a SQLite file, for tables whose tree is damaged. Pure.

Reads bytes by https://sqlite.org/fileformat2.html; only the page that it reads must be sound.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, Protocol

TABLE_LEAF = 0x0D
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # serial type → bytes


class Bytes(Protocol):
    """Anything that gives slices of bytes: bytes, or a memory-mapped file."""

    def __getitem__(self, place: slice, /) -> bytes: ...
    def __len__(self) -> int: ...


def leaf_rows(data: Bytes, size: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """rowid and values of every row on every leaf page of a table, pages of `size` bytes. Not those on free
    pages: these were deleted or moved."""
    free = _free_pages(data, size)
    for number in range(1, len(data) // size + 1):
        page = data[(number - 1) * size : number * size]
        start = 100 if number == 1 else 0
        if number in free or page[start] != TABLE_LEAF:
            continue
        cells = int.from_bytes(page[start + 3 : start + 5], "big")
        for cell in range(min(cells, size // 4)):
            at = int.from_bytes(page[start + 8 + 2 * cell : start + 10 + 2 * cell], "big")
            try:
                yield _row(data, size, page, at)
            except (IndexError, ValueError, struct.error):  # bytes that only look like a cell
                continue


def _row(data: Bytes, size: int, page: bytes, at: int) -> tuple[int, tuple[Any, ...]]:
    length, at = _varint(page, at)
    row_id, at = _varint(page, at)
    if not 0 <= length <= len(data):
        raise ValueError("a row longer than the file")
    return _signed(row_id), _record(_payload(data, size, page, at, length))


def _payload(data: Bytes, size: int, page: bytes, at: int, length: int) -> bytes:
    """The bytes of a row: those on its page, and those on its overflow pages."""
    most = size - 35
    if length <= most:
        return page[at : at + length]
    least = (size - 12) * 32 // 255 - 23
    here = least + (length - least) % (size - 4)
    here = here if here <= most else least
    parts, left = [page[at : at + here]], length - here
    following = int.from_bytes(page[at + here : at + here + 4], "big")
    while left > 0:
        if not 0 < following <= len(data) // size:
            raise ValueError("overflow pages end early")
        more = data[(following - 1) * size : following * size]
        following = int.from_bytes(more[:4], "big")
        parts.append(more[4 : 4 + left])
        left -= size - 4
    return b"".join(parts)


def _record(payload: bytes) -> tuple[Any, ...]:
    head, at = _varint(payload, 0)
    kinds = []
    while at < head:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    if at != len(payload):
        raise ValueError("the length differs from the header")
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind == 0:
        return None, at
    if kind in _INTEGERS:
        end = at + _INTEGERS[kind]
        return int.from_bytes(payload[at:end], "big", signed=True), end
    if kind == 7:
        return struct.unpack_from(">d", payload, at)[0], at + 8
    if kind in (8, 9):
        return kind - 8, at
    if kind < 12:
        raise ValueError("an unused serial type")
    end = at + (kind - 12) // 2
    raw = payload[at:end]
    return (raw if kind % 2 == 0 else raw.decode("utf-8", "replace")), end


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(9):
        byte = data[at + place]
        if place == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("not a varint")


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _free_pages(data: Bytes, size: int) -> set[int]:
    """The pages on the free list, as far as it can be followed."""
    free: set[int] = set()
    trunk = int.from_bytes(data[32:36], "big")
    while 0 < trunk <= len(data) // size and trunk not in free:
        free.add(trunk)
        page = data[(trunk - 1) * size : trunk * size]
        count = int.from_bytes(page[4:8], "big")
        if count > size // 4 - 2:
            break
        free |= {int.from_bytes(page[place : place + 4], "big") for place in range(8, 8 + 4 * count, 4)}
        trunk = int.from_bytes(page[:4], "big")
    return free
