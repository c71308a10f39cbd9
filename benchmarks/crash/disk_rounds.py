"""Rounds on a disk that fails: full at each write of a crawl, or without power at any moment of one."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.crash.disk import loaded
from benchmarks.crash.full import run_full
from benchmarks.crash.power import acknowledged, after_power_fails, faults_of, read_log
from newsdesk.storage.db.database import prepare
from newsdesk.storage.db.errors import StoreError
from tests.support.feeds import many, rss
from tests.support.shell import Shell
from tests.support.web import Web

PAPERS = tuple(f"paper{number}.test" for number in range(3))
STORIES = 5  # of each paper


@dataclass(slots=True)
class DiskReport:
    """The result of `rounds`, of which `hit` met the failure. `faults`: a message for each violation."""

    rounds: int = 0
    hit: int = 0
    faults: list[str] = field(default_factory=list)


def serve(web: Web) -> list[str]:
    """Serve the feeds of all papers; returns their addresses."""
    for host in PAPERS:
        web.serve("/feed.xml", rss(*many(STORIES, site=host)), host=host)
    return [web.url(host, "/feed.xml") for host in PAPERS]


def full_disk(folder: Path, web: Web, library: Path, at: Sequence[int]) -> DiskReport:
    """Crawl once for each of `at`, with a disk that is full from that write on.

    The crawl must end with exit code 2 and one line on stderr besides the log. Everything it reported as stored
    must be there, the file must be whole, and the next crawl must add the rest, once. A disk that is full only
    while the write-ahead log is copied into the file at the end is no failure: the next command finds everything
    in the log.
    """
    shell = Shell(folder, web)
    shell.run("add", "--force", *serve(web))
    folders = [folder / f"full{write}" for write in at]
    for each in folders:
        each.mkdir()
        Shell(each, web)
        shutil.copy(shell.db, each / "newsdesk.db")
    report = DiskReport()
    environment = shell.environment | loaded(library, "newsdesk.db")
    for ended in run_full(("crawl", "--log", "json"), folders, environment, at):
        report.rounds += 1
        report.hit += ended.hit
        printed = [json.loads(line) for line in ended.out.splitlines()]
        kept = sum(line["new"] for line in printed if line["event"] == "visit")
        there = Shell(ended.folder, web)
        [stories] = there.rows("SELECT count(*) FROM story")
        whole = there.rows("PRAGMA integrity_check") == ["ok"]
        there.run("crawl")
        after = there.rows("SELECT count(*), count(DISTINCT url) FROM story")
        errors = [line for line in ended.err.splitlines() if not line.startswith('{"event": "log"')]
        one_line = len(errors) == 1 and errors[0].startswith("newsdesk: newsdesk.db: the disk ")
        all_kept = stories == len(PAPERS) * STORIES and any(line["event"] == "run" for line in printed)
        in_time = not ended.hit or (all_kept and not errors)
        for holds, message in (
            (ended.code == (0 if in_time else 2), f"ended with {ended.code}"),
            (one_line or in_time, f"printed {ended.err!r} on stderr"),
            (stories >= kept, f"reported {kept} stories as stored and has {stories}"),
            (whole, "is not whole"),
            (after == [(len(PAPERS) * STORIES,) * 2], f"has {after} after the next crawl"),
        ):
            if not holds:
                report.faults.append(f"full at write {ended.at}: {message}")
    return report


def no_power(folder: Path, web: Web, library: Path, *, rounds: int, seed: int) -> DiskReport:
    """Power fails at random points between the creation of the file and the end of its first crawl: the file must
    open, be whole, and have what was reported. A round is hit when writes were lost."""
    shell, log, chance = Shell(folder, web), folder / "steps", random.Random(seed)
    shell.environment |= loaded(library, "newsdesk.db", log=log)
    shell.run("add", "--force", *serve(web))
    added = len(read_log(log))
    shell.run("crawl", "--log", "json")
    steps = read_log(log)
    report = DiskReport()
    after = folder / "after"
    db = after / "newsdesk.db"
    for _ in range(rounds):
        end = chance.randrange(len(steps) + 1)
        shutil.rmtree(after, ignore_errors=True)
        after.mkdir()
        files, lost = after_power_fails(steps[:end], chance)
        for name, data in files.items():
            (after / Path(name).name).write_bytes(data)
        report.rounds += 1
        report.hit += lost > 0
        try:
            prepare(db)
        except StoreError as error:
            report.faults.append(f"power fails at step {end}: {error}")
            continue
        found = list(faults_of(db, acknowledged(steps[:end])))
        with closing(sqlite3.connect(db)) as conn:
            sources = conn.execute("SELECT count(*) FROM source").fetchone()[0]
        if end >= added and sources != len(PAPERS):
            found.append(f"{len(PAPERS)} sources were added, {sources} are there")
        report.faults += [f"power fails at step {end}: {message}" for message in found]
    return report
