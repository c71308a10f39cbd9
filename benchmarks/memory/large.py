"""`python -m benchmarks.memory --large`: peak memory of a crawl with documents near the size limit.

Each shape is forty documents of 9 MiB, all due at once. The crawl is a separate process with the default
settings. The peak is the sum over it and its worker processes; shared pages count once where the system
reports them.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.support.web import Web, web_in_thread

MOST_MIB = 400
SIZE = 9 * 1024 * 1024
WORDS = (
    "The council of the old town has agreed on a new bridge over the river, which will be built by spring"
    " and paid for by the region; neighbours had waited for it since the flood. "
)


def newspaper(site: str) -> bytes:
    """About four thousand ordinary entries with full text."""
    text = "".join(f"&lt;p&gt;{WORDS}&lt;/p&gt;" for _ in range(10))
    return _rss(
        SIZE,
        lambda n: (
            f"<item><title>Bridge {n} of {site}</title><link>http://{site}/news/{n}.html</link>"
            f"<guid>http://{site}/news/{n}.html</guid><dc:creator>Anna Adler and Ben Okafor</dc:creator>"
            f"<pubDate>Tue, 24 Nov 2026 {n // 60 % 24:02}:{n % 60:02}:00 GMT</pubDate>"
            f"<category>Town</category><description>{text}</description></item>"
        ),
    )


def one_title(site: str) -> bytes:
    """One entry with a title of 9 MiB."""
    title = "bridge and river " * (SIZE // 17)
    return _rss(1, lambda n: f"<item><title>{title}</title><link>http://{site}/{n}</link></item>")


def tiny(site: str) -> bytes:
    """About two hundred thousand entries with nothing but a link."""
    return _rss(SIZE, lambda n: f"<item><link>/{n:06}</link></item>")


def emoji(site: str) -> bytes:
    """Latin text with one emoji: Python stores such a string with four bytes a character."""
    text = WORDS * 10 + "\U0001f30a"
    return _rss(
        SIZE, lambda n: f"<item><link>http://{site}/{n}</link><description>{text}</description></item>"
    )


def deep(site: str) -> bytes:
    """Deeply nested markup in the text of entries."""
    return _rss(
        SIZE,
        lambda n: (
            f"<item><link>http://{site}/{n}</link><description>"
            f"{'&lt;div&gt;' * 4000}x{'&lt;/div&gt;' * 4000}</description></item>"
        ),
    )


def _rss(size: int, item: Callable[[int], str]) -> bytes:
    parts = ['<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Large</title>']
    length, number = 0, 0
    while length < size:
        parts.append(item(number))
        length += len(parts[-1])
        number += 1
    return "".join((*parts, "</channel></rss>")).encode()


def long_page(site: str) -> bytes:
    """An article of 9 MiB."""
    text = f"<p>{WORDS}</p>" * (SIZE // (len(WORDS) + 7))
    return (
        f"<html><head><title>Bridge of {site}</title></head><body><article><h1>Bridge of {site}</h1>"
        f"<time datetime='2026-11-24'></time>{text}</article></body></html>"
    ).encode()


def page_bomb(site: str) -> bytes:
    """A page of 9 MiB that takes far more memory than a worker may use: two million elements."""
    return b"<html><body><article>" + b"<p>x" * (SIZE // 4) + b"</article></body></html>"


SHAPES: dict[str, Callable[[str], bytes]] = {
    "newspaper": newspaper,
    "one title": one_title,
    "tiny entries": tiny,
    "emoji": emoji,
    "deep markup": deep,
}
PAGES: dict[str, Callable[[str], bytes]] = {"pages": long_page, "page bombs": page_bomb}


def measure_large(*, documents: int, only: str | None = None) -> int:
    """Print the peak of each shape. Returns 1 when one is over the limit."""
    missed = False
    for name, make in {**SHAPES, **PAGES}.items():
        if only is not None and name != only:
            continue
        most, seconds, last_line = _crawl(name, make, documents)
        over = sum(most) > MOST_MIB * 2**20
        missed |= over
        each = " + ".join(f"{one / 2**20:.0f}" for one in most)
        print(f"{name:<14}{sum(most) / 2**20:>5.0f} MiB ({each}){'   MISSED' if over else ''}")
        print(f"{'':<14}{seconds:.0f} s; {last_line}", flush=True)
    print(
        f"limit {MOST_MIB} MiB for the crawl with its worker processes, {documents} documents of 9 MiB at once"
    )
    return int(missed)


def _crawl(name: str, make: Callable[[str], bytes], documents: int) -> tuple[tuple[int, ...], float, str]:
    with web_in_thread() as web, tempfile.TemporaryDirectory() as folder:
        addresses = [_serve(web, f"paper{number}.test", name, make) for number in range(documents)]
        environment = {
            **os.environ,
            "NEWSDESK_DB": str(Path(folder) / "newsdesk.db"),
            "NEWSDESK_NETWORK_ALLOW": f"127.0.0.1:{web.port}",
            "NEWSDESK_NETWORK_RESOLVE": "*.test=127.0.0.1",
        }
        listed = Path(folder) / "feeds.txt"
        listed.write_text("".join(f"{address}\n" for address in addresses))
        command = [sys.executable, "-m", "newsdesk"]
        subprocess.run(
            [*command, "sources", "import", str(listed)], env=environment, check=True, capture_output=True
        )
        if name in PAGES:
            with sqlite3.connect(environment["NEWSDESK_DB"]) as store:
                store.execute("UPDATE source SET full_text = 1")
            store.close()
        begun = time.monotonic()
        with subprocess.Popen(
            [*command, "crawl"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as crawl:
            most = _watch(crawl)
            assert crawl.stdout is not None
            printed = crawl.stdout.read().strip().splitlines()
        return most, time.monotonic() - begun, printed[-1] if printed else ""


def _serve(web: Web, site: str, name: str, make: Callable[[str], bytes]) -> str:
    if name in PAGES:
        web.serve("/story.html", long_page(site), host=site, type="text/html")
        feed = _rss(
            1,
            lambda n: (
                f"<item><title>Bridge of {site}</title><link>{web.url(site, '/story.html')}</link></item>"
            ),
        )
        web.serve("/feed.xml", feed, host=site)
    else:
        web.serve("/feed.xml", make(site), host=site)
    return web.url(site, "/feed.xml")


def _watch(crawl: subprocess.Popen[str]) -> tuple[int, ...]:
    """Bytes of the process and of each child, at the moment when their sum was largest."""
    most: tuple[int, ...] = ()
    root = psutil.Process(crawl.pid)
    while crawl.poll() is None:
        with contextlib.suppress(psutil.Error):
            held = tuple(map(_held, (root, *root.children(recursive=True))))
            most = max(most, held, key=sum)
        time.sleep(0.05)
    return most


def _held(process: psutil.Process) -> int:
    try:
        memory = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(memory, "pss", memory.uss))
