"""`python -m benchmarks.memory`: a hundred crawls in one process, and the resources it holds afterwards.

Twenty feeds: a quarter of them have a new story each time, one always fails. From the tenth to the last crawl
memory may grow by 5 %; open files, threads and child processes must not grow. Exit code 1 when one does.
--large measures the peak with large documents instead.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from benchmarks.memory.large import measure_large
from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.scheduler.run.runner import Runner
from newsdesk.scheduler.settings import RunSettings
from newsdesk.settings.reader import read_settings
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.sources.sources import NewSource, add_source

MOST_GROWTH = 0.05


@dataclass(frozen=True, slots=True)
class Held:
    """Resources that the process holds after a crawl. `rss` in bytes."""

    rss: int
    files: int
    threads: int
    children: int


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--crawls", type=int, default=100)
    parser.add_argument("--feeds", type=int, default=20)
    parser.add_argument(
        "--large", action="store_true", help="measure the peak with documents near the size limit"
    )
    parser.add_argument("--documents", type=int, default=40, help="with --large: documents at once")
    parser.add_argument("--shape", help="with --large: only this shape")
    options = parser.parse_args()
    if options.large:
        return measure_large(documents=options.documents, only=options.shape)
    with (
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.memory.server", str(options.feeds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        assert server.stdin is not None and server.stdout is not None
        port = server.stdout.readline().strip()
        held = asyncio.run(_crawls(Path(folder) / "newsdesk.db", port, server, options))
        server.stdin.close()
    return _compare(held)


async def _crawls(
    file: Path, port: str, server: subprocess.Popen[str], options: argparse.Namespace
) -> list[Held]:
    settings = read_settings(
        {
            "NEWSDESK_DB": str(file),
            "NEWSDESK_POLITENESS_DELAY_S": "0",
            "NEWSDESK_POLITENESS_PER_MINUTE": "100000",
            "NEWSDESK_NETWORK_ALLOW": f"127.0.0.1:{port}",
            "NEWSDESK_NETWORK_RESOLVE": "*.test=127.0.0.1",
        }
    )
    prepare(file)
    held = []
    with Writer(file) as writer:
        for number in range(options.feeds):
            address = f"http://paper{number}.test:{port}/feed.xml"
            new = NewSource(address=address, host=host_of(address), site=site_of(address))
            await writer.write(lambda db, new=new: add_source(db, new, now=datetime.now(UTC)))
        for edition in range(options.crawls):
            await _set_edition(server, edition)
            await _crawl(writer, settings.runner, options.feeds)
            held.append(_held())
    with reading(file) as db:
        [stories] = db.conn.execute("SELECT count(*) FROM story").fetchone()
    print(f"{options.crawls} crawls over {options.feeds} feeds, {stories} stories")
    return held


async def _set_edition(server: subprocess.Popen[str], edition: int) -> None:
    assert server.stdin is not None and server.stdout is not None
    server.stdin.write(f"{edition}\n")
    server.stdin.flush()
    await asyncio.to_thread(server.stdout.readline)


async def _crawl(writer: Writer, settings: RunSettings, feeds: int) -> None:
    summary = await Runner(writer, settings).run(Wanted(requested_at=datetime.now(UTC)))
    assert (summary.visits, summary.failed) == (feeds, 1), summary


def _held() -> Held:
    gc.collect()
    me = psutil.Process()
    return Held(
        rss=me.memory_info().rss,
        files=me.num_fds(),
        threads=threading.active_count(),
        children=len(me.children(recursive=True)),
    )


def _compare(held: list[Held]) -> int:
    early, late = held[min(9, len(held) - 1)], held[-1]
    growth = late.rss / early.rss - 1
    rows = (
        ("memory in MiB", early.rss / 2**20, late.rss / 2**20, growth <= MOST_GROWTH),
        ("open files", early.files, late.files, late.files <= early.files),
        ("threads", early.threads, late.threads, late.threads <= early.threads),
        ("child processes", early.children, late.children, late.children <= early.children),
    )
    print(f"{'':<18}{'after the 10th':>15}{'after the last':>15}")
    for name, before, after, met in rows:
        print(f"{name:<18}{before:>15.4g}{after:>15.4g}{'' if met else '   MISSED'}")
    print(f"memory grew by {growth:+.1%} (limit {MOST_GROWTH:.0%})")
    return int(not all(met for *_, met in rows))


if __name__ == "__main__":
    raise SystemExit(main())
