"""The worker pool: untrusted documents are parsed in processes that may be killed.

Limits of one document: wall time (pebble kills the worker), growth of the worker's resident memory (a thread
in the worker watches it), address space (the kernel limits it). The pool replaces a worker that was killed, and
its document gets an error. It starts with the first document, so that a crawl of unchanged feeds does without.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import TimeoutError as ReadingTimeoutError
from multiprocessing import forkserver, resource_tracker
from typing import Any, Generic, TypeVar

import psutil
from pebble import ProcessExpired, ProcessPool

from newsdesk.crawler.http.memory_budget import MemoryShare, keep_large_apart, return_memory
from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.visits import Limits

log = logging.getLogger(__name__)

_OVER_MEMORY = 71  # exit code of a worker whose memory grew too far
_OVER_MEMORY_USED = 72  # the same, of one that began with memory of earlier documents
_LEFT_OVER = 8 * 1024 * 1024  # more than this beyond its baseline is memory of earlier documents
_HEADROOM = 256 * 1024 * 1024  # address space above the resident limit: arenas, thread stacks, mapped files
_WATCH_S = 0.02
_ORPHAN_S = 1.0
_REST_S = 0.1
_CLOSE_S = 10.0  # killed workers end at once; this is for a machine that hangs

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class WorkerLimitError(Exception):
    """A document exceeded a limit of its worker; the text says which."""


class _UsedWorkerError(WorkerLimitError):
    """The limit was exceeded in a worker that still held memory of earlier documents."""


class WorkerPool:
    """Processes that parse documents, each within the limits of its task. Close it when done."""

    def __init__(self, *, workers: int) -> None:
        self._workers = workers
        self._pool: ProcessPool | None = None

    async def read(self, task: Task[T_co], share: MemoryShare | None = None) -> T_co:
        """Run one task in a worker, once `share` has room for its result. Raises WorkerLimitError; an
        exception of our own code passes through."""
        if share is not None:
            await share.hold(task.weight)
        try:
            return await self._read(task)
        except _UsedWorkerError:
            log.info("a fresh worker tries the document once more")
            return await self._read(task)

    async def _read(self, task: Task[T_co]) -> T_co:
        limits, kind, tasks = task.limits, type(task).__name__, [task]
        future = self._started().schedule(
            _read_limited, args=(tasks, limits.reading_bytes), timeout=limits.reading_s
        )
        try:
            result: T_co = await asyncio.wrap_future(future)  # type: ignore[arg-type] # it comes unpacked
            return result
        except ReadingTimeoutError:
            raise _limit(kind, f"reading it took longer than {limits.reading_s:g} s") from None
        except MemoryError:
            raise _limit(kind, _over(limits)) from None
        except ProcessExpired as error:
            if error.exitcode == _OVER_MEMORY_USED:
                raise _limit(kind, _over(limits), _UsedWorkerError) from None
            if error.exitcode == _OVER_MEMORY:
                raise _limit(kind, _over(limits)) from None
            message = f"its worker process ended with exit code {error.exitcode}"
            raise _limit(kind, message) from None
        finally:
            # Pebble holds the last list until its next task. And a future, its exception and this frame
            # hold each other: forty documents of 9 MiB waited for the garbage collector.
            tasks.clear()
            del future, task

    async def aclose(self) -> None:
        """Stop the workers and give up their documents. Joining them blocks, so a thread does it; it is left
        alone after some seconds, for workers also end with this process."""
        if self._pool is None:
            return
        loop, ended = asyncio.get_running_loop(), asyncio.Event()

        def close() -> None:
            self.close()
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(ended.set)

        threading.Thread(target=close, name="newsdesk-pool-close", daemon=True).start()
        try:
            async with asyncio.timeout(_CLOSE_S):
                await ended.wait()
        except TimeoutError:
            log.warning("the worker processes did not end within %g s", _CLOSE_S)

    def close(self) -> None:
        """The same, blocking."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it untyped
            pool.join()
            log.debug("worker pool closed")

    def _started(self) -> ProcessPool:
        if self._pool is None:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload([__name__, "newsdesk.crawler.workers.preload"])
            log.info("worker pool starts: processes at most %d", self._workers)
            _start_fork_server()
            self._pool = ProcessPool(max_workers=self._workers, context=context, initializer=_begin)
        return self._pool


def _start_fork_server() -> None:
    """Start the process that forks the workers, with SIGINT blocked: a terminal sends Ctrl-C to it, too, and it
    handles signals only after its imports. Python's resource tracker unblocks SIGINT, so it starts first."""
    resource_tracker.ensure_running()
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _over(limits: Limits) -> str:
    return f"reading it took more than {limits.reading_bytes // (1024 * 1024)} MiB of memory"


def _limit(kind: str, message: str, error: type[WorkerLimitError] = WorkerLimitError) -> WorkerLimitError:
    log.warning("%s failed: %s", kind, message)
    return error(message)


class _Watch(threading.Thread):
    """Ends its process when a document makes it grow too far, or when the parent process is gone. Growth
    counts from the worker's baseline: its memory at the start, and what tasks import."""

    def __init__(self) -> None:
        super().__init__(name="newsdesk-worker-watch", daemon=True)
        self._process = psutil.Process()
        self._parent = os.getppid()
        self._busy = threading.Event()
        self._baseline = self._rested = self._memory()
        self._ceiling = 0
        self._code = _OVER_MEMORY
        self._loaded: set[type[Any]] = set()

    def load(self, task: Task[Any]) -> None:
        """Have the first task of its kind import what it needs."""
        kind = type(task)
        if kind in self._loaded:
            return
        self._loaded.add(kind)
        self._rest()
        before = self._memory()
        task.load()
        self._baseline += self._memory() - before

    def begin(self, growth: int) -> None:
        """Watch from now on. Memory of earlier documents is given back first."""
        memory = self._process.memory_info()
        if memory.rss > max(self._baseline, self._rested) + _LEFT_OVER:
            self._rest()
            memory = self._process.memory_info()
        self._ceiling = self._baseline + growth
        self._code = _OVER_MEMORY_USED if memory.rss > self._baseline + _LEFT_OVER else _OVER_MEMORY
        _limit_address_space(memory.vms + growth + _HEADROOM)
        self._busy.set()

    def end(self) -> None:
        self._busy.clear()

    def _left_over(self) -> bool:
        return self._memory() > max(self._baseline, self._rested) + _LEFT_OVER

    def _rest(self) -> None:
        """Give back memory of earlier documents, once: what stays then is in use."""
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
    """Set up a new worker: the parent handles Ctrl-C, memory is watched."""
    global _watch  # noqa: PLW0603 - one watch a process, made where pebble lets us
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_large_apart()
    gc.set_threshold(50_000, 20, 20)  # a document makes many objects and no cycles
    _watch = _Watch()
    _watch.start()


class _EmptyOnceSent(Generic[T_co]):
    """A result on its way to the parent. Pebble holds what it sent until the next task: by then this is
    empty."""

    def __init__(self, result: T_co) -> None:
        self._result = [result]

    def __reduce__(self) -> tuple[Any, ...]:
        return _identity, (self._result.pop(),)


def _identity(result: T) -> T:
    return result


def _read_limited(tasks: list[Task[T_co]], growth: int) -> _EmptyOnceSent[T_co]:
    """Run one task under its memory limits, in a worker. The list is emptied, because pebble holds it."""
    assert _watch is not None
    task = tasks.pop()
    _watch.load(task)
    _watch.begin(growth)
    try:
        return _EmptyOnceSent(task.read())
    finally:
        _watch.end()


def _limit_address_space(most: int) -> None:
    """Only Linux keeps it. Beyond it lxml raises MemoryError, and nh3 ends the process."""
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
