"""Twenty feeds of which some change with every crawl, served by a process of its own.

Feed 0 fails, the others answer validators. Prints its port; a number on a line of its standard input is the
edition that it serves from then on, and its end is the server's.
"""

from __future__ import annotations

import asyncio
import sys

from tests.support.feeds import many, rss
from tests.support.web import Web

ENTRIES = 30
CHANGES_EVERY = 4  # of four feeds one has something new in an edition


def set_edition(web: Web, feeds: int, edition: int) -> None:
    """A feed of edition n has its newest stories only, as a newspaper's has."""
    for number in range(1, feeds):
        newest = edition // CHANGES_EVERY + (number % CHANGES_EVERY < edition % CHANGES_EVERY)
        body = rss(*many(ENTRIES, site=f"paper{number}.test", start=newest))
        web.serve("/feed.xml", body, host=f"paper{number}.test", etag=f'"{newest}"', coding="gzip")
    web.serve("/feed.xml", host="paper0.test", status=500)


async def serve(feeds: int) -> None:
    """Serve, and change the edition whenever a line on standard input names one."""
    async with Web() as web:
        set_edition(web, feeds, 0)
        print(web.port, flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            set_edition(web, feeds, int(line))
            web.log.clear()
            print("set", flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
