"""Serves the feeds in a separate process; some of them change with every crawl.

Feed 0 fails, the others support validators. Prints its port. A number on a line of standard input sets the
edition; the end of standard input ends the server.
"""

from __future__ import annotations

import asyncio
import sys

from tests.support.feeds import many, rss
from tests.support.web import Web

ENTRIES = 30
CHANGES_EVERY = 4  # one feed in four has a new story in an edition


def set_edition(web: Web, feeds: int, edition: int) -> None:
    """Each feed holds its newest stories only, as the feed of a newspaper does."""
    for number in range(1, feeds):
        newest = edition // CHANGES_EVERY + (number % CHANGES_EVERY < edition % CHANGES_EVERY)
        body = rss(*many(ENTRIES, site=f"paper{number}.test", start=newest))
        web.serve("/feed.xml", body, host=f"paper{number}.test", etag=f'"{newest}"', coding="gzip")
    web.serve("/feed.xml", host="paper0.test", status=500)


async def serve(feeds: int) -> None:
    """Serve, and set the edition for each line of standard input."""
    async with Web() as web:
        set_edition(web, feeds, 0)
        print(web.port, flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            set_edition(web, feeds, int(line))
            web.log.clear()
            print("set", flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
