"""Power failure at any moment of a crawl: unsynced writes are lost, in part or whole.

A crawl runs once on a disk that logs each write and sync (`disk.c`). From the log the files are built as they
may be on the disk after a power failure: everything synced before it, and any part of the later writes, torn
at sectors, in any order. Removals and renames since the last sync of the file or its folder may be lost.
Acknowledged is what the crawl had printed by then.
"""

from __future__ import annotations

import json
import random
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

WRITE, TRUNCATE, SYNC, REMOVE, RENAME, STDOUT = range(1, 7)  # as in disk.c
SECTOR = 512
_HEAD = struct.Struct("=IIIq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One record of the log. `at` is an offset, or the length of a truncation; `data` what was written or printed, or
    the new name."""

    what: int
    name: str
    at: int
    data: bytes


def read_log(log: Path) -> list[Step]:
    """The steps in order, without the shared-memory file, which is not on the disk."""
    raw, place, steps = log.read_bytes(), 0, []
    while place < len(raw):
        what, named, length, at = _HEAD.unpack_from(raw, place)
        place += _HEAD.size
        name = raw[place : place + named].decode()
        data = raw[place + named : place + named + length]
        place += named + length
        if not name.endswith("-shm"):
            steps.append(Step(what=what, name=name, at=at, data=data))
    return steps


def acknowledged(steps: list[Step]) -> set[str]:
    """The addresses whose successful visits the crawl had printed by the end of `steps` (with --log json)."""
    printed = b"".join(step.data for step in steps if step.what == STDOUT)
    lines = (json.loads(line) for line in printed.split(b"\n")[:-1] if line.startswith(b"{"))
    return {line["address"] for line in lines if "address" in line and line.get("category") == "ok"}


def after_power_fails(steps: list[Step], chance: random.Random) -> tuple[dict[str, bytes], int]:
    """The files as they may be on the disk when power fails after `steps`, which began without files, and the number
    of lost steps. The share of unsynced writes that survives is drawn for each file: none, all or some."""
    files: dict[str, bytearray] = {}
    synced = {step.name: place for place, step in enumerate(steps) if step.what == SYNC}
    share: dict[str, float] = {}
    stays: set[str] = set()  # removals that did not reach the disk: nor did the file created after them
    lost = 0
    for place, step in enumerate(steps):
        if step.what in (SYNC, STDOUT):
            continue
        kept = share.setdefault(step.name, chance.choice((0.0, 1.0, chance.random())))
        synced_before = place < synced.get(step.name, -1)
        if step.what in (REMOVE, RENAME):
            synced_before = synced_before or place < synced.get(str(Path(step.name).parent), -1)
        if step.name not in stays and (synced_before or chance.random() < kept):
            torn = not synced_before and step.what == WRITE and chance.random() < 0.2
            _apply(files, step, chance.randrange(0, len(step.data) + SECTOR, SECTOR) if torn else None)
            lost += torn
            continue
        lost += 1
        if step.what == REMOVE:
            stays.add(step.name)
    return {name: bytes(data) for name, data in files.items()}, lost


def _apply(files: dict[str, bytearray], step: Step, torn: int | None) -> None:
    """Apply one step; of a write only the first `torn` bytes, unless None."""
    if step.what == REMOVE:
        files.pop(step.name, None)
        return
    if step.what == RENAME:
        files[step.data.decode()] = files.pop(step.name, bytearray())
        return
    file = files.setdefault(step.name, bytearray())
    end = step.at if step.what == TRUNCATE else step.at + len(step.data[:torn])
    if step.what == TRUNCATE:
        del file[end:]
    file.extend(bytes(max(0, end - len(file))))  # a gap is filled with zeros
    if step.what == WRITE:
        file[step.at : end] = step.data[:torn]


def faults_of(db: Path, wanted: set[str]) -> Iterator[str]:
    """What is wrong with a file after a power failure: damage in tables or search index, or an acknowledged visit
    without its row or stories."""
    with closing(sqlite3.connect(db)) as conn:
        try:
            yield from (row for (row,) in conn.execute("PRAGMA integrity_check") if row != "ok")
            conn.execute("INSERT INTO story_fts (story_fts) VALUES ('integrity-check')")
            visited = {
                address
                for (address,) in conn.execute(
                    "SELECT DISTINCT source.address FROM visit JOIN source ON source.id = visit.source_id"
                    " JOIN entry ON entry.source_id = source.id"
                )
            }
        except sqlite3.DatabaseError as error:
            yield str(error)
            return
    yield from (f"acknowledged and lost: {address}" for address in wanted - visited)
