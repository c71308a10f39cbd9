"""`python -m benchmarks.hanging`: forty healthy sources behind many that hang, with the default settings.

The ones that hang are requested first, in three ways: no response, a byte of the body every second, a DNS
look-up that never ends. Prints the delay until the last healthy source was stored. Exit code 1 when it is
more than 40 s.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import threading
import time
from pathlib import Path

from newsdesk.crawler.http import dns
from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.scheduler.run.runner import Runner
from newsdesk.scheduler.run.summary import KeptVisit
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted
from tests.support.feeds import many, rss
from tests.support.runner import open_runner, utc_now
from tests.support.web import Web

HEALTHY = 40
MOST_DELAY_S = 40.0
WAYS = ("no response", "slow body", "DNS")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hanging", type=int, nargs="+", default=[24, 64, 96])
    options = parser.parse_args()
    alone = asyncio.run(_healthy_s(0, WAYS))
    print(f"{HEALTHY} healthy sources alone: {alone:.1f} s")
    missed = False
    for count in options.hanging:
        for ways in (*((way,) for way in WAYS), WAYS):
            delay = asyncio.run(_healthy_s(count, ways)) - alone
            missed |= delay > MOST_DELAY_S
            print(f"{count:>4} sources that hang ({', '.join(ways)}): {delay:+.1f} s", flush=True)
    print(f"limit {MOST_DELAY_S:g} s")
    return int(missed)


async def _healthy_s(hanging: int, ways: tuple[str, ...]) -> float:
    """Seconds until the last healthy source was stored."""
    ended = threading.Event()

    def look_up(name: str) -> dns.Addresses:
        if name.startswith("hung"):
            ended.wait()
        return [(2, "127.0.0.1", None)]

    dns._look_up = look_up
    async with Web() as web:
        web.serve("/hang", hang=True)
        web.serve("/drip", rss(*many(3)), drip_s=1.0)
        with tempfile.TemporaryDirectory() as folder:
            async with open_runner(Path(folder), web) as fixture:
                for number in range(hanging):
                    way = ways[number % len(ways)]
                    if way == "DNS":
                        fixture.add(f"hung{number}.example")
                    else:
                        fixture.add(f"hung{number}.test", "/drip" if way == "slow body" else "/hang")
                for number in range(HEALTHY):
                    good = f"good{number}.example"
                    web.serve("/feed.xml", rss(*many(3, site=good)), host=good)
                    fixture.add(good)
                waiting = {f"good{number}.example" for number in range(HEALTHY)}
                seconds = await _until_kept(fixture.writer, fixture.settings, waiting)
    ended.set()
    return seconds


async def _until_kept(writer: Writer, base: RunSettings, waiting: set[str]) -> float:
    settings = RunSettings(session=SessionSettings(client=base.session.client), stop_s=0.1)
    begun = time.monotonic()
    ends = [0.0]

    def note_visit(visited: KeptVisit) -> None:
        waiting.discard(visited.claimed.host.partition(":")[0])
        if not waiting:
            ends[0] = time.monotonic() - begun
            runner.stop()

    runner = Runner(writer, settings, on_visit=note_visit)
    await runner.run(Wanted(requested_at=utc_now()))
    return ends[0]


if __name__ == "__main__":
    raise SystemExit(main())
