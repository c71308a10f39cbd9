"""Run a user's spider in a process of its own, within limits of time, memory and processes.

The spider's requests come back as frames, and the caller makes them; so do its items. What the spider prints and
logs goes to our log at level debug. All processes that it leaves behind are ended with it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import psutil

from newsdesk.crawler.http.outcomes import plain
from newsdesk.crawler.session_settings import SpiderSettings
from newsdesk.crawler.spider_process import frames
from newsdesk.crawler.spider_process.frames import FrameError, json_frame, read_frame
from newsdesk.storage.records.sources.spiders import SpiderCall

log = logging.getLogger(__name__)

MOST_PROCESSES = 32  # that a spider may have, itself included
LOOK_S = 30.0  # for a look at the first request of a spider
_WATCH_S = 0.2
_MOST_LINES = 1000  # of output that are logged
_END_S = 5.0  # from the end of the channel to that of the process
_MIB = 1024 * 1024

# The variables that the process gets: no settings and no secrets of newsdesk.
_HIDDEN = "NEWSDESK_"


@dataclass(slots=True, kw_only=True)
class SpiderEnd:
    """How a spider's process ended. `reason`: Scrapy's reason for the end of the crawl, None where it did not get
    there. `refused`: why it was not run at all; `limit`: the limit that ended it; `error`: the first exception on
    one line, of `errors`, with the `traceback`s. `start`: the first address, where it was only looked at."""

    reason: str | None = None
    refused: str | None = None
    limit: str | None = None
    error: str | None = None
    errors: int = 0
    tracebacks: list[str] = field(default_factory=list)
    start: str | None = None
    exit_code: int | None = None
    output: deque[str] = field(default_factory=lambda: deque(maxlen=20))

    @property
    def traceback(self) -> str | None:
        return "\n".join(self.tracebacks)[-4 * frames.MOST_TEXT :] or None


OnFrame = Callable[
    [bytes, bytes], Awaitable[bytes | None]
]  # what a request or an item is answered with, if at all


async def run_spider(
    call: SpiderCall,
    settings: SpiderSettings,
    *,
    on_frame: OnFrame,
    look: bool = False,
    most_requests: int = 32,
) -> SpiderEnd:
    """Run a spider to its end, or until a limit. `on_frame` gets its requests, several at a time, and its items in
    their order; it raises SpiderLimitError to end the crawl. `look`: only find its first request."""
    end = SpiderEnd()
    async with _started(call, settings, look, end) as (process, reader, writer):
        talking = asyncio.create_task(_talk(reader, writer, end, on_frame, most_requests))
        watching = asyncio.create_task(_watch(process.pid, settings))
        try:
            async with asyncio.timeout(settings.timeout_s):
                await asyncio.wait({talking, watching}, return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                end.limit = watching.result()
            else:
                talking.result()
        except TimeoutError:
            end.limit = f"it took longer than {settings.timeout_s:g} s (spiders.timeout_s)"
        except SpiderLimitError as limit:
            end.limit = str(limit)
        finally:
            for task in (talking, watching):
                task.cancel()
            await asyncio.gather(talking, watching, return_exceptions=True)
    return end


async def look_at_spider(call: SpiderCall, settings: SpiderSettings) -> SpiderEnd:
    """Load a spider and find its first request, which is not made."""

    async def on_frame(kind: bytes, payload: bytes) -> bytes | None:
        return None

    shorter = replace(settings, timeout_s=min(settings.timeout_s, LOOK_S))
    return await run_spider(call, shorter, on_frame=on_frame, look=True)


class SpiderLimitError(Exception):
    """The spider is ended; the text says which limit it met."""


@asynccontextmanager
async def _started(
    call: SpiderCall, settings: SpiderSettings, look: bool, end: SpiderEnd
) -> AsyncIterator[tuple[subprocess.Popen[bytes], asyncio.StreamReader, asyncio.StreamWriter]]:
    process, ours, read_fd = _start()
    log.debug("spider %s: process %d", call.name, process.pid)
    logging_output: asyncio.Task[None] | None = None
    reader, writer = await asyncio.open_connection(sock=ours)
    try:
        logging_output = asyncio.create_task(_log_output(read_fd, call.name, end))
        writer.write(
            json_frame(
                frames.ORDER,
                folder=settings.folder,
                spider=call.name,
                arguments=dict(call.arguments),
                settings=call.settings,
                memory_bytes=settings.memory_bytes,
                log_level=logging.getLevelName(log.getEffectiveLevel()),
                look=look,
            )
        )
        yield process, reader, writer
    finally:
        writer.close()
        await asyncio.shield(_end(process, end))
        if logging_output is not None:
            logging_output.cancel()
            await asyncio.gather(logging_output, return_exceptions=True)


def _start() -> tuple[subprocess.Popen[bytes], socket.socket, int]:
    """Start the process; with it our end of the channel, and the pipe with what it prints. It takes a few ms: a
    session of its own is what lets us end all of it."""
    ours, theirs = socket.socketpair()
    read_fd, write_fd = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", "newsdesk.crawler.spider_process.child", str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=write_fd,
            stderr=subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if not name.startswith(_HIDDEN)},
            start_new_session=True,
        )
    except BaseException:
        ours.close()
        os.close(read_fd)
        raise
    finally:
        theirs.close()
        os.close(write_fd)
    return process, ours, read_fd


async def _talk(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    end: SpiderEnd,
    on_frame: OnFrame,
    most_requests: int,
) -> None:
    """Read the frames of the process until it closes the channel."""
    free = asyncio.Semaphore(most_requests)
    requests: set[asyncio.Task[None]] = set()

    async def answer(kind: bytes, payload: bytes) -> None:
        try:
            response = await on_frame(kind, payload)
            if response is not None:
                writer.write(response)
                with suppress(ConnectionError):
                    await writer.drain()
        finally:
            free.release()

    def raise_errors() -> None:
        for task in [task for task in requests if task.done()]:
            requests.discard(task)
            task.result()

    try:
        while (got := await read_frame(reader)) is not None:
            kind, payload = got
            raise_errors()
            if kind == frames.REQUEST:
                await free.acquire()
                requests.add(asyncio.create_task(answer(kind, payload)))
            elif kind in (frames.ITEM, frames.BAD_ITEM):
                await on_frame(kind, payload)
            else:
                _note(kind, json.loads(payload), end)
        raise_errors()
    except (FrameError, ValueError) as error:
        raise SpiderLimitError(f"it sent what newsdesk cannot read: {error}") from None
    finally:
        for task in requests:
            task.cancel()
        await asyncio.gather(*requests, return_exceptions=True)


def _note(kind: bytes, parts: dict[str, Any], end: SpiderEnd) -> None:
    """Note a frame about the process itself."""
    if kind == frames.ERROR:
        end.errors += 1
        end.error = end.error or str(parts["name"])
        end.tracebacks.append(str(parts["traceback"]))
    elif kind == frames.PROBLEM:
        end.refused = parts.get("refused")
        if parts.get("error") is not None:
            end.errors, end.error = end.errors + 1, str(parts["error"])
        if parts.get("traceback"):
            end.tracebacks.append(str(parts["traceback"]))
    elif kind == frames.START:
        end.start = str(parts["address"])
    elif kind == frames.END:
        end.reason, end.errors = str(parts["reason"]), max(end.errors, int(parts["errors"]))


async def _watch(pid: int, settings: SpiderSettings) -> str:
    """Wait until the processes of the spider take too much memory, or are too many; which limit it is."""
    while True:
        await asyncio.sleep(_WATCH_S)
        processes = _all(pid)
        if len(processes) > MOST_PROCESSES:
            return f"it has more than {MOST_PROCESSES} processes"
        if sum(map(_resident, processes)) > settings.memory_bytes:
            return f"it took more than {settings.memory_bytes // _MIB} MiB of memory (spiders.memory_mib)"


def _all(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


async def _end(process: subprocess.Popen[bytes], end: SpiderEnd) -> None:
    """End the process and all that it started. One that has sent its end gets a moment to end by itself."""
    clock = asyncio.get_running_loop().time
    latest = clock() + (_END_S if end.limit is None else 0.0)
    left = _all(process.pid)[1:]
    while process.poll() is None and clock() < latest:  # noqa: ASYNC110 - the end of a process is no event
        await asyncio.sleep(0.02)
    end.exit_code = process.poll()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    for one in left:  # those that left its group
        with suppress(psutil.Error):
            one.kill()
    await asyncio.to_thread(process.wait)


async def _log_output(fd: int, name: str, end: SpiderEnd) -> None:
    """Log what the process prints, and keep the last lines."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=64 * 1024)
    with os.fdopen(fd, "rb") as pipe:
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        try:
            lines = 0
            while chunk := await reader.read(64 * 1024):
                for text in chunk.decode("utf-8", "replace").splitlines():
                    lines += 1
                    end.output.append(plain(text))
                    if lines <= _MOST_LINES:
                        log.debug("spider %s: %s", name, plain(text, 500))
                    elif lines == _MOST_LINES + 1:
                        log.warning(
                            "spider %s prints more than %d lines; the rest is not logged", name, _MOST_LINES
                        )
        finally:
            transport.close()
