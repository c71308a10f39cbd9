"""The readers' pool: documents of strangers are read in processes that may be killed.

Limits of one document: wall time (pebble kills the worker), growth of the worker's resident memory (a thread
in the worker watches it), address space (the kernel's last net). A worker that dies costs its document an
error; the pool starts another. Started at the first document, so that a crawl of unchanged feeds never pays
for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import TimeoutError as ReadingTimeoutError
from typing import Any, Generic, Protocol, TypeVar

import psutil
from pebble import ProcessExpired, ProcessPool

from newsdesk.crawler.http.memory_budget import MemoryShare, keep_large_apart, return_memory
from newsdesk.storage.records.visits import Limits

_OVER_MEMORY = 71  # exit code of a worker whose memory grew too far
_TIRED = 72  # the same, of one that began with memory of earlier documents
_LEFT_OVER = 8 * 1024 * 1024  # more than this beyond its baseline makes a reader tired
_HEADROOM = 256 * 1024 * 1024  # address space above the resident limit: arenas, thread stacks, mapped files
_WATCH_S = 0.02
_ORPHAN_S = 1.0
_REST_S = 0.1


T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Order(Protocol[T_co]):
    """A document with all that reading it needs; can be pickled, and so can what reading it gives."""

    @property
    def limits(self) -> Limits: ...

    @property
    def weight(self) -> int:
        """Bytes that it and what comes of it may take in the process that asks."""

    def load(self) -> None:
        """What reading imports late, so that it does not count as the document's memory."""

    def read(self) -> T_co: ...


class WorkerLimitError(Exception):
    """A document met a limit of its reader, in words."""


class _TiredReaderError(WorkerLimitError):
    """The limit was met by a reader that still held what it had read before."""


class WorkerPool:
    """Processes that read. Give `limits` to each order; close when done."""

    def __init__(self, *, workers: int) -> None:
        self._workers = workers
        self._pool: ProcessPool | None = None

    async def read(self, order: Order[T_co], share: MemoryShare | None = None) -> T_co:
        """Read one document in a worker, once `share` has room for what comes of it. Raises
        ReadingLimitError; a bug of ours passes through."""
        if share is not None:
            await share.hold(order.weight)
        try:
            return await self._read(order)
        except _TiredReaderError:  # a fresh one takes its place, and reads it or meets the limit
            return await self._read(order)

    async def _read(self, order: Order[T_co]) -> T_co:
        limits, orders = order.limits, [order]
        future = self._started().schedule(
            _read_limited, args=(orders, limits.reading_bytes), timeout=limits.reading_s
        )
        try:
            reading: T_co = await asyncio.wrap_future(future)  # type: ignore[arg-type] # it comes unpacked
            return reading
        except ReadingTimeoutError:
            raise WorkerLimitError(f"reading it took longer than {limits.reading_s:g} s") from None
        except MemoryError:
            raise WorkerLimitError(_over(limits)) from None
        except ProcessExpired as error:
            if error.exitcode == _TIRED:
                raise _TiredReaderError(_over(limits)) from None
            if error.exitcode == _OVER_MEMORY:
                raise WorkerLimitError(_over(limits)) from None
            raise WorkerLimitError(f"its reader died (exit code {error.exitcode})") from None
        finally:
            # Pebble holds the last list until its next task. And a future, its exception and this frame
            # hold each other: forty documents of 9 MiB waited for the garbage collector.
            orders.clear()
            del future, order

    def close(self) -> None:
        """Stop the workers; what they were reading is given up."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it untyped
            self._pool.join()
            self._pool = None

    def _started(self) -> ProcessPool:
        if self._pool is None:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload([__name__, "newsdesk.crawler.workers.preload"])
            self._pool = ProcessPool(max_workers=self._workers, context=context, initializer=_begin)
        return self._pool


def _over(limits: Limits) -> str:
    return f"reading it took more than {limits.reading_bytes // (1024 * 1024)} MiB of memory"


class _Watch(threading.Thread):
    """Ends its process when a document makes it grow too far, or when nobody is left to read for. Growth
    counts from the reader's baseline: its memory when it was born, and what reading loads late."""

    def __init__(self) -> None:
        super().__init__(name="reader-watch", daemon=True)
        self._process = psutil.Process()
        self._parent = os.getppid()
        self._busy = threading.Event()
        self._baseline = self._rested = self._memory()
        self._ceiling = 0
        self._code = _OVER_MEMORY
        self._loaded: set[type[Any]] = set()

    def load(self, order: Order[Any]) -> None:
        """Have the first order of its kind load what it needs."""
        kind = type(order)
        if kind in self._loaded:
            return
        self._loaded.add(kind)
        self._rest()
        before = self._memory()
        order.load()
        self._baseline += self._memory() - before

    def begin(self, growth: int) -> None:
        """Watch from now on, after what was left over of earlier documents is given back."""
        memory = self._process.memory_info()
        if memory.rss > max(self._baseline, self._rested) + _LEFT_OVER:
            self._rest()
            memory = self._process.memory_info()
        self._ceiling = self._baseline + growth
        self._code = _TIRED if memory.rss > self._baseline + _LEFT_OVER else _OVER_MEMORY
        _limit_address_space(memory.vms + growth + _HEADROOM)
        self._busy.set()

    def end(self) -> None:
        self._busy.clear()

    def _left_over(self) -> bool:
        return self._memory() > max(self._baseline, self._rested) + _LEFT_OVER

    def _rest(self) -> None:
        """Once for what is left over: what stays then is in use, and looking again would only cost."""
        if self._left_over():
            gc.collect()
            return_memory()
            self._rested = self._memory()

    def _memory(self) -> int:
        return int(self._process.memory_info().rss)

    def run(self) -> None:
        while os.getppid() == self._parent:
            if self._busy.wait(_REST_S if self._left_over() else _ORPHAN_S):
                time.sleep(_WATCH_S)
                if self._busy.is_set() and self._process.memory_info().rss > self._ceiling:
                    os._exit(self._code)
            else:
                self._rest()
        os._exit(0)


_watch: _Watch | None = None


def _begin() -> None:
    """In a new worker: Ctrl-C is the parent's business, memory is watched."""
    global _watch  # noqa: PLW0603 - one watch a process, made where pebble lets us
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_large_apart()
    gc.set_threshold(50_000, 20, 20)  # a document makes many objects and no cycles
    _watch = _Watch()
    _watch.start()


class _Handed(Generic[T_co]):
    """A reading on its way out. Pebble holds what it sent until the next is read: by then this is empty."""

    def __init__(self, reading: T_co) -> None:
        self._reading = [reading]

    def __reduce__(self) -> tuple[Any, ...]:
        return _as_it_is, (self._reading.pop(),)


def _as_it_is(reading: T) -> T:
    return reading


def _read_limited(orders: list[Order[T_co]], growth: int) -> _Handed[T_co]:
    """In a worker: read one document under its memory limits. The list is emptied, for pebble holds it."""
    assert _watch is not None
    order = orders.pop()
    _watch.load(order)
    _watch.begin(growth)
    try:
        return _Handed(order.read())
    finally:
        _watch.end()


def _limit_address_space(most: int) -> None:
    """The last net. Only Linux keeps it; lxml answers with MemoryError, nh3 by ending the process."""
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
