"""`python -m benchmarks.fuzz --minutes 10`: parse damaged feeds and pages in the real worker pool.

Exits with 0 when nothing crashed or was too slow, and no result holds what must not be stored. Documents that
fail, or that a limit stopped, are written to a folder under their seeds; `--again FILE` parses one of them.
"""

from __future__ import annotations

import argparse
import asyncio
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

from benchmarks.fuzz.mutation import broken
from benchmarks.fuzz.reading import faults_of_reading, feed_task_of, feeds, page_task_of, pages
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool

SLOW_S = 2.0  # reported, though it is within the limit
AT_ONCE = 4
MOST_FAULTS = 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--found", type=Path, default=Path("/tmp/newsdesk-fuzz"))
    parser.add_argument("--again", type=Path, help="parse one document that was found")
    options = parser.parse_args()
    return (
        _again(options.again)
        if options.again
        else asyncio.run(_fuzz(options.minutes, options.seed, options.found))
    )


class _Tally:
    def __init__(self, found: Path) -> None:
        self.ends: Counter[str] = Counter()
        self.slowest = 0.0
        self.faults = 0
        self._found = found

    def fault(self, name: str, message: str, body: bytes) -> None:
        self.faults += 1
        self.keep(name, message, body)

    def keep(self, name: str, message: str, body: bytes) -> None:
        self._found.mkdir(parents=True, exist_ok=True)
        (self._found / name).write_bytes(body)
        print(f"{name}: {message}", flush=True)


async def _fuzz(minutes: float, seed: int, found: Path) -> int:
    tally = _Tally(found)
    begun = time.monotonic()
    pool = WorkerPool(workers=1)
    kinds = (
        ("feed", feeds(), feed_task_of),
        ("feed", feeds(), feed_task_of),
        ("page", pages(), page_task_of),
    )
    number = seed * 10_000_000
    try:
        while time.monotonic() - begun < 60 * minutes and tally.faults < MOST_FAULTS:
            reads = []
            for _ in range(AT_ONCE):
                kind, documents, make_task = kinds[number % len(kinds)]
                random = Random(number)
                body = broken(random.choice(documents), random, others=documents)
                reads.append(_read(pool, f"{kind}-{number}", make_task, body, tally))
                number += 1
            await asyncio.gather(*reads)
    finally:
        pool.close()
    spent = time.monotonic() - begun
    count = sum(tally.ends.values())
    print(f"{count} documents in {spent:.0f} s, {count / spent:.0f} a second; slowest {tally.slowest:.2f} s")
    print(", ".join(f"{times} {end}" for end, times in tally.ends.most_common()))
    print(f"{tally.faults} faults" + (f", written to {found}" if tally.faults else ""))
    return int(tally.faults > 0)


async def _read(pool, name, make_task, body, tally) -> None:  # type: ignore[no-untyped-def] # of both kinds
    begun = time.monotonic()
    try:
        reading = await pool.read(make_task(body))
    except WorkerLimitError as limit:
        if "exit code" in str(limit):  # the process ended by itself
            tally.ends["worker ended"] += 1
            tally.fault(name, str(limit), body)
        else:  # no fault: this is what limits are for. Written all the same, since parsing may become cheaper
            tally.ends["stopped by a limit"] += 1
            tally.keep(name, str(limit), body)
        return
    except Exception:  # any exception is a fault; continue, to find others
        tally.ends["crashed"] += 1
        tally.fault(name, traceback.format_exc(limit=-4), body)
        return
    spent = (time.monotonic() - begun) / AT_ONCE
    tally.slowest = max(tally.slowest, spent)
    tally.ends["not readable" if reading.problem else "read"] += 1
    if spent > SLOW_S:
        tally.fault(name, f"took {spent:.1f} s", body)
    for fault in faults_of_reading(reading)[:3]:
        tally.fault(name, fault, body)


def _again(file: Path) -> int:
    body = file.read_bytes()
    task = page_task_of(body) if file.name.startswith("page") else feed_task_of(body)
    begun = time.monotonic()
    reading = task.read()
    print(f"{time.monotonic() - begun:.2f} s: {reading.problem or 'read'}")
    faults = faults_of_reading(reading)
    print("\n".join(faults))
    return int(bool(faults))


if __name__ == "__main__":
    raise SystemExit(main())
