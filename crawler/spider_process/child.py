"""The process of one spider: `python -m newsdesk.crawler.spider_process.child FD`. Reads one order from the socket
FD, loads the spider, and runs it, or only looks at its first request.

Limits of memory are set before a line of the spider is imported. Whatever it raises is sent as a traceback.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import socket
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import scrapy
from scrapy import Request, Spider, signals
from scrapy.settings import Settings
from scrapy.utils.log import configure_logging

from newsdesk.crawler.spider_process import frames
from newsdesk.crawler.spider_process.channel import Channel
from newsdesk.crawler.spider_process.checked_crawler import CheckedCrawler, RefusedError, missing_argument
from newsdesk.crawler.spider_process.item_json import ItemError, item_json
from newsdesk.crawler.spider_process.loader import FolderSpiderLoader, SpiderNameError
from newsdesk.crawler.spider_process.safe_folder import UnsafeFolderError

_CALLERS = (str(Path(scrapy.__file__).parent), __file__)
_MOST_ERRORS = 20  # tracebacks that are sent
_HEADROOM = (
    256 * 1024 * 1024
)  # of address space above the limit of resident memory: arenas, stacks, mapped files
_STOPPED = "shutdown"  # Scrapy's reason where its engine did not come to an end
_LOG_FORMAT = "%(levelname)s %(name)s: %(message)s"
_HANDLER = "newsdesk.crawler.spider_process.child_download_handler.ChannelDownloadHandler"


def scrapy_settings(order: Mapping[str, Any]) -> Settings:
    """The settings of every spider, without those of the order."""
    settings = Settings()
    settings.setmodule("newsdesk.crawler.settings", priority="project")
    settings.setdict(
        {
            "NEWSDESK_SPIDERS": order["folder"],
            "DOWNLOAD_HANDLERS": {
                **settings.getdict("DOWNLOAD_HANDLERS"),
                "http": _HANDLER,
                "https": _HANDLER,
            },
            "ITEM_PIPELINES": {},  # the spider's own: what comes out of them is kept
            "LOG_LEVEL": order["log_level"],
            "LOG_FORMAT": _LOG_FORMAT,
        },
        priority="project",
    )
    return settings


def load(order: Mapping[str, Any]) -> CheckedCrawler:
    """The crawler of the spider that the order names. Raises RefusedError."""
    settings = scrapy_settings(order)
    try:
        loader = FolderSpiderLoader(settings)
    except (UnsafeFolderError, SpiderNameError, OSError) as error:
        raise RefusedError(str(error)) from None
    try:
        spider = loader.load(order["spider"])
    except KeyError as error:
        refused = RefusedError(str(error.args[0]))
        for text in loader.broken.values():
            refused.add_note(text)
        raise refused from None
    own = settings.copy()
    own.setdict(dict(order["settings"]), priority="cmdline")
    crawler = CheckedCrawler(spider, own, before=settings)
    crawler.check()
    missing = missing_argument(spider, order["arguments"])
    if missing is not None:
        raise RefusedError(f"the spider needs the argument {missing!r}; give it with --arg {missing}=…")
    return crawler


async def look(crawler: CheckedCrawler, arguments: Mapping[str, str], channel: Channel) -> None:
    """Send the address of the first request that the spider makes."""
    spider = crawler.spidercls.from_crawler(crawler, **arguments)
    async for first in spider.start():
        if isinstance(first, Request):
            return await channel.send(frames.START, address=first.url)
    raise RefusedError(
        "the spider makes no request at its start; give it start_urls, or an"
        " `async def start(self)` that yields requests"
    )


async def run(crawler: CheckedCrawler, arguments: Mapping[str, str], channel: Channel) -> None:
    """Run the spider to its end."""
    errors, reasons = 0, [_STOPPED]

    async def send_item(item: Any) -> None:
        try:
            fields = item_json(item)
        except ItemError as error:
            await channel.bad_item(str(error))
        else:
            await channel.item(fields)

    def send_error(failure: Any) -> None:  # Scrapy does not wait for this signal
        nonlocal errors
        errors += 1
        if errors <= _MOST_ERRORS:
            channel.send_now(frames.ERROR, traceback=_traceback(failure.value), name=_name(failure.value))

    def note_end(spider: Spider, reason: str) -> None:
        reasons.append(reason)

    crawler.signals.connect(send_item, signals.item_scraped)
    crawler.signals.connect(send_error, signals.spider_error)
    crawler.signals.connect(send_error, signals.item_error)
    crawler.signals.connect(note_end, signals.spider_closed)
    await crawler.crawl_async(**arguments)
    if reasons[-1] != _STOPPED:  # else it called sys.exit: the end of the process says so
        await channel.send(frames.END, reason=reasons[-1], errors=errors)


async def _obey(order: Mapping[str, Any], sock: socket.socket) -> None:
    channel = await Channel.open(sock)
    try:
        crawler = load(order)
        await (look if order["look"] else run)(crawler, order["arguments"], channel)
    except RefusedError as error:
        notes = "\n".join(getattr(error, "__notes__", ()))
        await channel.send(frames.PROBLEM, refused=str(error), traceback=notes[-frames.MOST_TEXT :] or None)
    except Exception as error:
        await channel.send(frames.PROBLEM, error=_name(error), traceback=_traceback(error))
    finally:
        await channel.close()


def _traceback(error: BaseException) -> str:
    """The traceback from the first line of the spider on: what called it is the same each time."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_CALLERS):
        trace = trace.tb_next
    text = "".join(traceback.format_exception(type(error), error, trace or error.__traceback__))
    return text[-frames.MOST_TEXT :]


def _name(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:1000]


def _read_order(sock: socket.socket) -> Mapping[str, Any]:
    with sock.dup().makefile("rb") as stream:
        head = stream.read(frames.HEAD_BYTES)
        order: Mapping[str, Any] = json.loads(stream.read(int.from_bytes(head[1:], "big")))
    return order


def _limit(memory_bytes: int) -> None:
    """Limit the memory of this process, and keep it from leaving a core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # only there it is kept
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
        most = pages * os.sysconf("SC_PAGE_SIZE") + memory_bytes + _HEADROOM
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _end_with_parent() -> None:
    """End when newsdesk is gone, also while the spider keeps the event loop busy."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, name="newsdesk-spider-watch", daemon=True).start()


def main() -> None:
    """Do what the order says."""
    sock = socket.socket(fileno=int(sys.argv[1]))
    sock.set_inheritable(False)
    order = _read_order(sock)
    _limit(order["memory_bytes"])
    _end_with_parent()
    configure_logging({"LOG_LEVEL": order["log_level"], "LOG_FORMAT": _LOG_FORMAT})
    asyncio.run(_obey(order, sock))


if __name__ == "__main__":
    main()
