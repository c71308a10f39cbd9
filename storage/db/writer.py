"""The one thread of this process that writes, and its queue.

Jobs wait in a bounded queue; a group of them shares one BEGIN IMMEDIATE … COMMIT, and none is acknowledged
before the COMMIT.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlite_utils import Database

from newsdesk.storage.db.database import check_still_ours, connect, immediate
from newsdesk.storage.db.errors import StoreError, in_words, told

T = TypeVar("T")
Job = Callable[[Database], T]


@dataclass(slots=True)
class _Asked:
    """A job that waits, and what came of it: a value, or a fault. Whoever asked sleeps on `done`, or as a
    coroutine on the future of the loop that is to be woken; who has `given_up` wants it no more."""

    job: Job[Any]
    done: threading.Event | None = None
    waiting: tuple[asyncio.AbstractEventLoop, asyncio.Future[None]] | None = None
    given_up: bool = False
    value: Any = None
    fault: Exception | None = None

    def answer(self) -> Any:
        if self.fault is None:
            return self.value
        try:
            raise self.fault
        finally:
            self.fault = None  # it holds this frame, and so itself and a large document


def _wake(batch: Sequence[_Asked]) -> None:
    """Tell those who asked that they are answered: one wake-up a loop, each is a system call."""
    by_loop: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for asked in batch:
        if asked.done is not None:
            asked.done.set()
        if asked.waiting is not None:
            by_loop.setdefault(asked.waiting[0], []).append(asked.waiting[1])
    for loop, waiters in by_loop.items():
        with suppress(RuntimeError):  # a loop that was closed has nobody left to hear it
            loop.call_soon_threadsafe(_answer, waiters)


def _answer(waiters: Sequence[asyncio.Future[None]]) -> None:
    for waiter in waiters:
        if not waiter.done():
            waiter.set_result(None)


class Writer:
    """The one thread of this process that writes. Use as a context manager; `close` finishes the queue.

    A group is what waits when the last one is committed, at most `group` jobs. A job may be run twice, so
    it changes nothing but the file.
    """

    def __init__(self, path: Path, *, waiting: int = 256, group: int = 64) -> None:
        self._path = path
        self._group = group
        self._closed = False
        self._jobs: queue.Queue[_Asked | None] = queue.Queue(maxsize=waiting)
        with in_words(path):
            self._db = connect(path, readonly=False)
            self._db.conn.execute("PRAGMA synchronous = FULL")
            self._db.conn.execute("PRAGMA cache_size = -16000")  # KiB; the search index is written all over
            self._db.conn.execute("PRAGMA wal_autocheckpoint = 2000")  # pages, 16 MB
            self._db.conn.execute(
                "PRAGMA journal_size_limit = 67108864"
            )  # what a long reader made it grow to
        self._thread = threading.Thread(target=self._work, name="newsdesk-writer", daemon=True)
        self._thread.start()

    @property
    def path(self) -> Path:
        """The file that is written."""
        return self._path

    def do(self, job: Job[T]) -> T:
        """Run `job` in the writer, wait for its COMMIT, give its value or raise what it raised: StoreError
        when the file failed."""
        self._check_open()
        asked = _Asked(job, done=(done := threading.Event()))
        self._jobs.put(asked)
        done.wait()
        value: T = asked.answer()
        return value

    async def write(self, job: Job[T]) -> T:
        """`do` for a coroutine: a full queue makes it wait, never the loop."""
        self._check_open()
        loop = asyncio.get_running_loop()
        waiter = loop.create_future()
        asked = _Asked(job, waiting=(loop, waiter))
        try:
            self._jobs.put_nowait(asked)
        except queue.Full:
            await asyncio.to_thread(self._jobs.put, asked)
        try:
            await waiter
        except asyncio.CancelledError:
            asked.given_up = True
            raise
        value: T = asked.answer()
        return value

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError(f"the writer of {self._path} is closed")

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

    def _work(self) -> None:
        going = True
        while going:
            first = self._jobs.get()
            batch = [] if first is None else [first]
            going = first is not None
            while going and len(batch) < self._group:
                try:
                    more = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    going = False
                else:
                    batch.append(more)
            wanted = [asked for asked in batch if not asked.given_up]
            if wanted:
                self._commit(wanted)
            del first, batch, wanted  # a large document is not held until the next job comes
        self._db.close()

    def _commit(self, batch: Sequence[_Asked]) -> None:
        """One transaction for the batch, then the answers. A job that raises is undone alone: the group is
        undone, and done again with a savepoint a job. Not at once, because FTS5 writes a segment of its
        own at each savepoint, which costs as much as all other rows of a visit together."""
        try:
            answers = self._transact(batch)
        except Exception as error:
            answers = [(None, error)] * len(batch)
            if len(batch) > 1:
                with suppress(Exception):  # then all have the first error: the file's, not a job's
                    answers = self._transact(batch, apart=True)
        for asked, (value, fault) in zip(batch, answers, strict=True):
            asked.value = value
            asked.fault = None if fault is None else told(self._path, fault)
        _wake(batch)

    def _transact(
        self, batch: Sequence[_Asked], *, apart: bool = False
    ) -> list[tuple[Any, Exception | None]]:
        """Run the jobs and COMMIT. Raises the first error, or with `apart` gives each job its own."""
        answers: list[tuple[Any, Exception | None]] = []
        conn = self._db.conn
        with immediate(self._db):
            check_still_ours(self._db, self._path)
            for asked in batch:
                if not apart:
                    answers.append((asked.job(self._db), None))
                    continue
                conn.execute("SAVEPOINT visit")
                try:
                    answers.append((asked.job(self._db), None))
                except Exception as error:
                    if not conn.in_transaction:  # disk full and the like: SQLite undid the whole group
                        raise
                    conn.execute("ROLLBACK TO visit")
                    answers.append((None, error))
                conn.execute("RELEASE visit")
        return answers
