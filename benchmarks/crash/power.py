"""Power that fails at any moment of a crawl: what was not synced is lost, in part or whole.

A crawl runs once over a disk that logs each write and each sync (`disk.c`). From the log the files are built
as they may lie on the disk after power fails at some point of it: all that was synced before, and of what was
written since any part, torn at sectors, in any order. Removals and renamings since the last sync of the file
or its folder may have happened or not. Acknowledged is what the crawl had printed by then. Called by
`benchmarks.crash.disk_rounds`.
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

WRITE, TRUNCATE, SYNC, REMOVE, RENAME, SAID = range(1, 7)  # as in disk.c
SECTOR = 512
_HEAD = struct.Struct("=IIIq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the log. `at` is an offset, or a truncation's length; `data` what was written, said, or
    the new name."""

    what: int
    name: str
    at: int
    data: bytes


def read_log(log: Path) -> list[Step]:
    """The steps in their order. The shared memory beside a log is not of the disk."""
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
    """The addresses whose visits the crawl had told by the end of `steps` (its lines with --log json)."""
    said = b"".join(step.data for step in steps if step.what == SAID)
    lines = (json.loads(line) for line in said.split(b"\n")[:-1] if line.startswith(b"{"))
    return {line["address"] for line in lines if "address" in line and line.get("class") == "ok"}


def after_power_fails(steps: list[Step], chance: random.Random) -> tuple[dict[str, bytes], int]:
    """The files as they may lie on the disk when power fails after `steps`, which began with none, and how
    many steps were lost. How much of what was not synced is there is drawn for each file: none, all, some."""
    files: dict[str, bytearray] = {}
    synced = {step.name: place for place, step in enumerate(steps) if step.what == SYNC}
    share: dict[str, float] = {}
    stays: set[str] = set()  # removals that did not reach the disk: the file made anew is not there either
    lost = 0
    for place, step in enumerate(steps):
        if step.what in (SYNC, SAID):
            continue
        kept = share.setdefault(step.name, chance.choice((0.0, 1.0, chance.random())))
        sure = place < synced.get(step.name, -1)
        if step.what in (REMOVE, RENAME):
            sure = sure or place < synced.get(str(Path(step.name).parent), -1)
        if step.name not in stays and (sure or chance.random() < kept):
            torn = not sure and step.what == WRITE and chance.random() < 0.2
            _apply(files, step, chance.randrange(0, len(step.data) + SECTOR, SECTOR) if torn else None)
            lost += torn
            continue
        lost += 1
        if step.what == REMOVE:
            stays.add(step.name)
    return {name: bytes(data) for name, data in files.items()}, lost


def _apply(files: dict[str, bytearray], step: Step, torn: int | None) -> None:
    """Do one step; of a write only the first `torn` bytes, if told."""
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
    file.extend(bytes(max(0, end - len(file))))  # what lies between is zeros
    if step.what == WRITE:
        file[step.at : end] = step.data[:torn]


def faults_of(db: Path, wanted: set[str]) -> Iterator[str]:
    """What is wrong with a file that power loss left: not whole, or without an acknowledged visit's row or
    stories; found by the search index too."""
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
