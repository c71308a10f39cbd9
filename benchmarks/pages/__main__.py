"""`python -m benchmarks.pages`: CPU for each page, fetched, parsed and stored, against trafilatura alone.

The pages of the corpus that `NEWSDESK_CORPUS` names are served on this machine. Ours: an ordinary run that
reads single pages into a new file, worker processes included. The peer: trafilatura's own command line over
the same pages as files (`--input-dir`, one process). Both read a few pages and all of them; the marginal cost
is the difference, so it excludes start-up. The minimum of the repeats counts. Limit: as much as the peer.
Before that, and alone with `--reading`: the cost of parsing without fetching and storing. Rules were chosen on
these pages, so the figures are fitted.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from benchmarks.pages import reading

LIMIT = 1.0
FEW = 30


def labelled(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(row) for row in (folder / "pages.jsonl").read_text(encoding="utf-8").splitlines()]


def documents(folder: Path) -> list[bytes]:
    return [gzip.decompress((folder / row["file"]).read_bytes()) for row in labelled(folder)]


@contextmanager
def served(pages: list[bytes]) -> Iterator[int]:
    """Serve the pages under /page/NUMBER on every loopback address; yields the port."""
    ports: list[int] = []
    ready = threading.Event()
    loop = asyncio.new_event_loop()

    async def respond(request: web.Request) -> web.Response:
        if request.path == "/robots.txt":
            return web.Response(text="")
        return web.Response(body=pages[int(request.match_info["number"])], content_type="text/html")

    async def open_server() -> None:
        app = web.Application()
        app.router.add_get("/robots.txt", respond)
        app.router.add_get("/page/{number}", respond)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ports.append(runner.addresses[0][1])
        ready.set()

    def run() -> None:
        loop.run_until_complete(open_server())
        loop.run_forever()

    threading.Thread(target=run, daemon=True).start()
    assert ready.wait(10)
    yield ports[0]
    loop.call_soon_threadsafe(loop.stop)


def children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ours(port: int, count: int) -> float:
    """CPU seconds of one crawl of the first `count` pages, in a new process with a new file."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.pages.ours", str(Path(folder) / "pages.db")]
        done = subprocess.run(
            [*command, str(port), str(count)], stdout=subprocess.PIPE, text=True, check=True
        )
    figures = json.loads(done.stdout)
    assert figures["pages"] == count and not figures["failed"], figures
    return float(figures["cpu"])


def peer(pages: list[bytes], count: int) -> float:
    """CPU seconds of trafilatura's command line over the same pages."""
    with tempfile.TemporaryDirectory() as folder:
        given, taken = Path(folder) / "in", Path(folder) / "out"
        given.mkdir()
        for number, page in enumerate(pages[:count]):
            (given / f"{number}.html").write_bytes(page)
        before = children_cpu()
        command = [
            sys.executable,
            "-m",
            "trafilatura.cli",
            "--input-dir",
            str(given),
            "--output-dir",
            str(taken),
        ]
        options = ["--output-format", "json", "--with-metadata", "--no-comments", "--parallel", "1"]
        subprocess.run([*command, *options], stderr=subprocess.DEVNULL, check=True)
        return children_cpu() - before


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=3, help="runs of each side")
    parser.add_argument("--reading", action="store_true", help="only parsing, without fetching and storing")
    options = parser.parse_args()
    corpus = os.environ.get("NEWSDESK_CORPUS")
    if not corpus or not (Path(corpus) / "pages.jsonl").is_file():
        print("nothing measured: NEWSDESK_CORPUS names no folder with pages.jsonl")
        return 0
    pages = documents(Path(corpus))
    kept = reading.measure(list(zip(pages, (row["url"] for row in labelled(Path(corpus))), strict=True)))
    if options.reading:
        return int(not kept)
    more = len(pages) - FEW
    with served(pages) as port:
        runs = [
            ((ours(port, len(pages)), ours(port, FEW)), (peer(pages, len(pages)), peer(pages, FEW)))
            for _ in range(options.repeat)
        ]
    mine, theirs = (
        1000 * (min(run[side][0] for run in runs) - min(run[side][1] for run in runs)) / more
        for side in (0, 1)
    )
    print(
        f"{more} pages beyond {FEW}, marginal CPU in ms a page, minimum of {options.repeat} runs,"
        f" {reading.FITTED}"
    )
    ratio = mine / theirs
    print(f"trafilatura's command line {theirs:.1f}, newsdesk {mine:.1f}, ratio {ratio:.2f} (limit {LIMIT})")
    print(f"start-up with the first {FEW}, not included: {min(run[0][1] for run in runs):.2f} s")
    return int(ratio > LIMIT or not kept)


if __name__ == "__main__":
    raise SystemExit(main())
