"""`python -m benchmarks.fuzz --minutes 10`: broken feeds and pages, read in the real pool under its limits.

Ends with 0 when nothing crashed or passed a limit, and nothing was read that may not be kept. What was found,
and what a limit stopped, is written to a folder, each document with its seed; `--again FILE` reads one.
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
from benchmarks.fuzz.reading import faults_of_reading, feed_order, feeds, page_order, pages
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool

SLOW_S = 2.0  # told, though it is within the limit
AT_ONCE = 4
MOST_FAULTS = 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--found", type=Path, default=Path("/tmp/newsdesk-fuzz"))
    parser.add_argument("--again", type=Path, help="read one document that was found")
    asked = parser.parse_args()
    return _again(asked.again) if asked.again else asyncio.run(_fuzz(asked.minutes, asked.seed, asked.found))


class _Tally:
    def __init__(self, found: Path) -> None:
        self.ends: Counter[str] = Counter()
        self.slowest = 0.0
        self.faults = 0
        self._found = found

    def fault(self, name: str, words: str, body: bytes) -> None:
        self.faults += 1
        self.keep(name, words, body)

    def keep(self, name: str, words: str, body: bytes) -> None:
        self._found.mkdir(parents=True, exist_ok=True)
        (self._found / name).write_bytes(body)
        print(f"{name}: {words}", flush=True)


async def _fuzz(minutes: float, seed: int, found: Path) -> int:
    tally = _Tally(found)
    begun = time.monotonic()
    pool = WorkerPool(workers=1)
    kinds = (("feed", feeds(), feed_order), ("feed", feeds(), feed_order), ("page", pages(), page_order))
    number = seed * 10_000_000
    try:
        while time.monotonic() - begun < 60 * minutes and tally.faults < MOST_FAULTS:
            orders = []
            for _ in range(AT_ONCE):
                kind, documents, order = kinds[number % len(kinds)]
                random = Random(number)
                body = broken(random.choice(documents), random, others=documents)
                orders.append(_read(pool, f"{kind}-{number}", order, body, tally))
                number += 1
            await asyncio.gather(*orders)
    finally:
        pool.close()
    spent = time.monotonic() - begun
    count = sum(tally.ends.values())
    print(f"{count} documents in {spent:.0f} s, {count / spent:.0f} a second; slowest {tally.slowest:.2f} s")
    print(", ".join(f"{times} {end}" for end, times in tally.ends.most_common()))
    print(f"{tally.faults} faults" + (f", written to {found}" if tally.faults else ""))
    return int(tally.faults > 0)


async def _read(pool, name, order, body, tally) -> None:  # type: ignore[no-untyped-def] # of either kind
    begun = time.monotonic()
    try:
        reading = await pool.read(order(body))
    except WorkerLimitError as limit:
        if "died" in str(limit):
            tally.ends["died"] += 1
            tally.fault(name, str(limit), body)
        else:  # kept, which is what it is for; told, since a cheaper way of reading may be found
            tally.ends["stopped by a limit"] += 1
            tally.keep(name, str(limit), body)
        return
    except Exception:  # whatever it is, it is a fault: go on, to find the others
        tally.ends["crashed"] += 1
        tally.fault(name, traceback.format_exc(limit=-4), body)
        return
    spent = (time.monotonic() - begun) / AT_ONCE
    tally.slowest = max(tally.slowest, spent)
    tally.ends["refused" if reading.problem else "read"] += 1
    if spent > SLOW_S:
        tally.fault(name, f"took {spent:.1f} s", body)
    for fault in faults_of_reading(reading)[:3]:
        tally.fault(name, fault, body)


def _again(file: Path) -> int:
    body = file.read_bytes()
    order = page_order(body) if file.name.startswith("page") else feed_order(body)
    begun = time.monotonic()
    reading = order.read()
    print(f"{time.monotonic() - begun:.2f} s: {reading.problem or 'read'}")
    faults = faults_of_reading(reading)
    print("\n".join(faults))
    return int(bool(faults))


if __name__ == "__main__":
    raise SystemExit(main())
