"""The one thread of this process that writes, and its queue.

Jobs wait in a bounded queue. Several jobs share one transaction, and no job is reported as done before its
COMMIT.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlite_utils import Database

from newsdesk.storage.db.database import check_not_upgraded, connect, immediate
from newsdesk.storage.db.deferred import DeferringDatabase
from newsdesk.storage.db.errors import StoreError, as_store_error, store_errors

T = TypeVar("T")
Job = Callable[[Database], T]
SLOW_COMMIT_S = 5.0
log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Pending:
    """A job that waits, and its result: a value or an error. A thread waits for `done`, a coroutine for the
    future of its loop; a job that was `cancelled` is not run."""

    job: Job[Any]
    done: threading.Event | None = None
    waiting: tuple[asyncio.AbstractEventLoop, asyncio.Future[None]] | None = None
    cancelled: bool = False
    value: Any = None
    error: Exception | None = None
    context: Context = field(
        default_factory=copy_context
    )  # so that log lines of the job have the run and source

    def result(self) -> Any:
        if self.error is None:
            return self.value
        try:
            raise self.error
        finally:
            self.error = None  # it refers to this frame, which refers to a large document


def _wake(batch: Sequence[_Pending]) -> None:
    """Wake those who wait for these jobs: once for each loop, because each wake-up is a system call."""
    by_loop: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for pending in batch:
        if pending.done is not None:
            pending.done.set()
        if pending.waiting is not None:
            by_loop.setdefault(pending.waiting[0], []).append(pending.waiting[1])
    for loop, futures in by_loop.items():
        with suppress(RuntimeError):  # the loop is closed, so nobody waits in it
            loop.call_soon_threadsafe(_set_results, futures)


def _set_results(futures: Sequence[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)


class Writer:
    """The one thread of this process that writes. Use as a context manager; `close` finishes the queue.

    One transaction takes all jobs that wait, at most `group`. A job may run twice, so it must change nothing
    but the file.
    """

    def __init__(self, path: Path, *, waiting: int = 256, group: int = 64) -> None:
        self._path = path
        self._group = group
        self._closed = False
        self._ended = threading.Event()  # the thread takes no more jobs
        self._failure: BaseException | None = None  # what ended it, when it was not closed
        self._jobs: queue.Queue[_Pending | None] = queue.Queue(maxsize=waiting)
        with store_errors(path):
            self._db = DeferringDatabase(connect(path, readonly=False).conn)
            self._db.conn.execute("PRAGMA synchronous = FULL")
            self._db.conn.execute(
                "PRAGMA cache_size = -8000"
            )  # KiB; a commit writes all over the search index
            self._db.conn.execute("PRAGMA wal_autocheckpoint = 8000")  # pages, 16 MB
            self._db.conn.execute(
                "PRAGMA journal_size_limit = 67108864"
            )  # shrinks the log after a long reader
        self._thread = threading.Thread(target=self._run, name="newsdesk-writer", daemon=True)
        self._thread.start()
        log.debug("writing to %s", path)

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def do(self, job: Job[T]) -> T:
        """Run `job` in the writer and wait for its COMMIT. Returns its value or raises its error: StoreError
        if the file failed."""
        pending = _Pending(job, done=(done := threading.Event()))
        self._put(pending)
        done.wait()
        value: T = pending.result()
        return value

    async def write(self, job: Job[T]) -> T:
        """`do` for a coroutine. A full queue makes the coroutine wait, not the loop."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        pending = _Pending(job, waiting=(loop, future))
        try:
            try:
                self._put(pending, block=False)
            except queue.Full:
                await asyncio.to_thread(self._put, pending)
            await future
        except asyncio.CancelledError:
            pending.cancelled = True
            raise
        value: T = pending.result()
        return value

    def _put(self, pending: _Pending, *, block: bool = True) -> None:
        if self._closed or self._ended.is_set():
            raise self._ended_error()
        self._jobs.put(pending, block=block)
        if self._ended.is_set():  # it ended meanwhile, and may not have seen this job
            self._fail_waiting()

    def _ended_error(self) -> StoreError:
        if self._failure is None:
            return StoreError(f"the writer of {self._path} is closed")
        error = StoreError(
            f"the thread that writes to {self._path} ended by an error ({self._failure!r}), so nothing more can be"
            " stored: start newsdesk again; what was stored before is not lost"
        )
        error.__cause__ = self._failure
        return error

    def close(self) -> None:
        """Finish what is queued, then close the file."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        """Work until the queue is closed. An error outside a job ends the thread; then all jobs that wait and all
        later ones fail with it, so that nobody waits for ever."""
        batch: list[_Pending] = []
        try:
            try:
                self._work(batch)
            finally:
                self._db.close()
        except BaseException as error:
            log.exception("the writer of %s ended by an error", self._path)
            self._failure = error
        self._ended.set()
        self._fail_waiting(batch)

    def _fail_waiting(self, taken: Sequence[_Pending] = ()) -> None:
        waiting = list(taken)
        with suppress(queue.Empty):
            while True:
                pending = self._jobs.get_nowait()
                if pending is not None:
                    waiting.append(pending)
        for pending in waiting:
            pending.error = self._ended_error()
        _wake(waiting)

    def _work(self, batch: list[_Pending]) -> None:
        """`batch` holds the jobs that were taken from the queue and have no result yet."""
        closing = False
        while not closing:
            taken = self._jobs.get()
            with suppress(queue.Empty):
                while taken is not None:
                    batch.append(taken)
                    if len(batch) == self._group:
                        break
                    taken = self._jobs.get_nowait()
            closing = taken is None
            wanted = [pending for pending in batch if not pending.cancelled]
            if wanted:
                self._commit(wanted)
            batch.clear()  # hold no large document until the next job comes
            del taken, wanted

    def _commit(self, batch: Sequence[_Pending]) -> None:
        """Run the jobs in one transaction, then report. If a job raises, the transaction is rolled back and run
        again with a savepoint for each job, so that only that job is undone. There are no savepoints at first,
        because FTS5 writes a segment at each, which costs as much as all other rows of a visit together."""
        began = time.monotonic()
        try:
            results = self._transact(batch)
        except Exception as error:
            results = [(None, error)] * len(batch)
            if len(batch) > 1:
                log.info("a job failed (%s): its %d jobs run again, each with a savepoint", error, len(batch))
                with suppress(Exception):  # then the file failed, and all jobs have the first error
                    results = self._transact(batch, savepoints=True)
        for pending, (value, failure) in zip(batch, results, strict=True):
            pending.value = value
            pending.error = None if failure is None else as_store_error(self._path, failure)
        took_s = time.monotonic() - began
        level = logging.WARNING if took_s > SLOW_COMMIT_S else logging.DEBUG
        log.log(level, "committed %d jobs in %.3f s", len(batch), took_s)
        _wake(batch)

    def _transact(
        self, batch: Sequence[_Pending], *, savepoints: bool = False
    ) -> list[tuple[Any, Exception | None]]:
        """Run the jobs and COMMIT. Raises the first error; with `savepoints` returns the error of each job."""
        results: list[tuple[Any, Exception | None]] = []
        db, conn = self._db, self._db.conn
        db.drop_deferred()  # of a transaction that was rolled back
        with immediate(db):
            check_not_upgraded(db, self._path)
            for pending in batch:
                if not savepoints:
                    results.append((pending.context.run(pending.job, db), None))
                    continue
                conn.execute("SAVEPOINT job")
                try:
                    value = pending.context.run(pending.job, db)
                    db.do_deferred()
                    results.append((value, None))
                except Exception as error:
                    if not conn.in_transaction:  # disk full and the like: SQLite rolled back everything
                        raise
                    conn.execute("ROLLBACK TO job")
                    db.drop_deferred()
                    results.append((None, error))
                conn.execute("RELEASE job")
            db.do_deferred()
        return results
