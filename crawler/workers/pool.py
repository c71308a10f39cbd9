"""The worker pool: untrusted documents are parsed in processes that may be killed.

Limits of one document: wall time (pebble kills the worker), growth of the worker's resident memory (a thread
in the worker watches it), address space (the kernel limits it). The pool replaces a worker that was killed, and
its document gets an error. It starts with the first document, so that a crawl of unchanged feeds does without.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from concurrent.futures import TimeoutError as ReadingTimeoutError
from typing import TYPE_CHECKING, TypeVar

from newsdesk.crawler.http.memory_budget import MemoryShare
from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.visits import Limits

if TYPE_CHECKING:  # imported with the first document
    from pebble import ProcessPool

log = logging.getLogger(__name__)

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
        from pebble import ProcessExpired

        from newsdesk.crawler.workers.worker import OVER_MEMORY, OVER_MEMORY_USED, read_limited

        limits, kind, tasks = task.limits, type(task).__name__, [task]
        future = self._started().schedule(
            read_limited, args=(tasks, limits.reading_bytes), timeout=limits.reading_s
        )
        try:
            result: T_co = await asyncio.wrap_future(future)  # type: ignore[arg-type] # it comes unpacked
            return result
        except ReadingTimeoutError:
            raise _limit(kind, f"reading it took longer than {limits.reading_s:g} s") from None
        except MemoryError:
            raise _limit(kind, _over(limits)) from None
        except ProcessExpired as error:
            if error.exitcode == OVER_MEMORY_USED:
                raise _limit(kind, _over(limits), _UsedWorkerError) from None
            if error.exitcode == OVER_MEMORY:
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
            import multiprocessing

            from pebble import ProcessPool

            from newsdesk.crawler.workers.worker import begin

            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload([begin.__module__, "pebble", "newsdesk.crawler.workers.preload"])
            log.info("worker pool starts: processes at most %d", self._workers)
            _start_fork_server()
            self._pool = ProcessPool(max_workers=self._workers, context=context, initializer=begin)
        return self._pool


def _start_fork_server() -> None:
    """Start the process that forks the workers, with SIGINT blocked: a terminal sends Ctrl-C to it, too, and it
    handles signals only after its imports. Python's resource tracker unblocks SIGINT, so it starts first."""
    from multiprocessing import forkserver, resource_tracker

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
