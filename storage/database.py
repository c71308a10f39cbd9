"""The file: opened, checked, upgraded; one writer thread; readers of their own.

Every write of the program goes through a `Writer`: jobs wait in a bounded queue, a group of them shares
one BEGIN IMMEDIATE … COMMIT, each stands in a savepoint of its own, and none is acknowledged before the
COMMIT. Called by the scheduler and by the commands.
"""

from __future__ import annotations

import asyncio
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlite_utils import Database

from storage.migrations import migrations

APPLICATION_ID = 0x4E445348  # "NDSH" in the file's header
BUSY_S = 30
T = TypeVar("T")
Job = Callable[[Database], T]


class StoreError(Exception):
    """The file cannot be used, in words with a remedy."""


def _connect(path: Path, *, readonly: bool) -> Database:
    """A connection in driver autocommit: no transaction opens but those we open."""
    uri = f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc'}"
    conn = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA temp_store = MEMORY")
    return Database(conn)


@contextmanager
def immediate(db: Database) -> Iterator[Database]:
    """BEGIN IMMEDIATE … COMMIT. A deferred transaction fails at its first write when another process
    wrote since its first read, whatever the busy time-out (sqlite-utils' `atomic()` is one)."""
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """SQLite's complaints about the file, with the file and a remedy."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "unable to open" in str(error):
            raise StoreError(
                f"cannot open {path}: does its folder exist, and may you write there?"
            ) from error
        if "locked" in str(error):
            raise StoreError(f"{path} is locked by another program for more than {BUSY_S} s") from error
        if "readonly" in str(error):
            raise StoreError(
                f"{path} may not be written: check the rights of the file and its folder"
            ) from error
        raise StoreError(f"cannot use {path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path} is damaged or no SQLite file ({error}); it was left as it is") from error


def _wal(db: Database) -> None:
    """Write-ahead log on. Turning it on wants the file alone and does not wait by itself."""
    for attempt in range(100):
        try:
            if db.conn.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal":
                return
        except sqlite3.OperationalError:
            if attempt == 99:
                raise
        time.sleep(0.05)


def _check_ours(db: Database, path: Path) -> None:
    """Refuse another program's file, and one that a newer version of us wrote."""
    tables = {row[0] for row in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and db.conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(f"{path} is a SQLite file of another program; name another file for newsdesk")
    ours = {step.name for step in migrations._migrations}
    newer = sorted(step.name for step in migrations.applied(db) if step.name not in ours)
    if newer:
        raise StoreError(
            f"{path} was written by a newer newsdesk (step {newer[0]} is unknown here): "
            "upgrade newsdesk, or name another file"
        )


def _copy_before(db: Database, path: Path, step: str) -> None:
    """A whole copy of the file beside it, before `step` changes it; an earlier copy is kept. It gets its
    name when it is whole, so that a kill while copying leaves none that only looks like one."""
    target = path.with_name(f"{path.name}.before-{step}")
    if target.exists():
        return
    unfinished = path.with_name(f"{target.name}.{os.getpid()}")
    try:
        with closing(sqlite3.connect(unfinished)) as copy:
            db.conn.backup(copy)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def prepare(path: Path, *, create: bool = True) -> None:
    """Make the file ready for this version: created, or checked, copied and migrated.

    Raises StoreError when it is missing (and `create` is False), another program's, newer, or broken.
    """
    if not create and not path.exists():
        raise StoreError(f"there is no file {path} yet: `newsdesk add ADDRESS` makes it")
    with _in_words(path):
        db = _connect(path, readonly=False)
        try:
            _check_ours(db, path)
            pending = migrations.pending(db)
            if not pending:
                return
            fresh = not db.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if fresh:
                db.conn.execute("PRAGMA page_size = 8192")  # a story with its text fits in one page
                _wal(db)
            else:
                _copy_before(db, path, pending[0].name)
            with immediate(db):
                db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                migrations.apply(db)
        finally:
            db.close()


@contextmanager
def reading(path: Path) -> Iterator[Database]:
    """A read-only connection of one's own, open for the block."""
    with _in_words(path):
        db = _connect(path, readonly=True)
        db.conn.execute("PRAGMA query_only = ON")
    try:
        yield db
    finally:
        db.close()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A job that waits, its answer, and for a coroutine the loop to wake with the future it sleeps on."""

    job: Job[Any]
    answer: Future[Any]
    waiting: tuple[asyncio.AbstractEventLoop, asyncio.Future[None]] | None = None


def _wake(batch: Sequence[_Asked]) -> None:
    """Tell the coroutines of a group that they are answered: one wake-up a loop, each is a system call."""
    by_loop: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for asked in batch:
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
        with _in_words(path):
            self._db = _connect(path, readonly=False)
            self._db.conn.execute("PRAGMA synchronous = FULL")
            self._db.conn.execute("PRAGMA cache_size = -16000")  # KiB; the search index is written all over
            self._db.conn.execute("PRAGMA wal_autocheckpoint = 2000")  # pages, 16 MB
        self._thread = threading.Thread(target=self._work, name="newsdesk-writer", daemon=True)
        self._thread.start()

    def do(self, job: Job[T]) -> T:
        """Run `job` in the writer, wait for its COMMIT, give its value or raise what it raised."""
        answer: Future[T] = Future()
        self._check_open()
        self._jobs.put(_Asked(job, answer))
        return answer.result()

    async def write(self, job: Job[T]) -> T:
        """`do` for a coroutine: a full queue makes it wait, never the loop."""
        self._check_open()
        loop = asyncio.get_running_loop()
        waiter = loop.create_future()
        asked = _Asked(job, Future(), (loop, waiter))
        try:
            self._jobs.put_nowait(asked)
        except queue.Full:
            await asyncio.to_thread(self._jobs.put, asked)
        try:
            await waiter
        except asyncio.CancelledError:
            asked.answer.cancel()
            raise
        value: T = asked.answer.result()
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
            self._commit([asked for asked in batch if asked.answer.set_running_or_notify_cancel()])
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
            if fault is None:
                asked.answer.set_result(value)
            else:
                asked.answer.set_exception(fault)
        _wake(batch)

    def _transact(
        self, batch: Sequence[_Asked], *, apart: bool = False
    ) -> list[tuple[Any, Exception | None]]:
        """Run the jobs and COMMIT. Raises the first error, or with `apart` gives each job its own."""
        answers: list[tuple[Any, Exception | None]] = []
        conn = self._db.conn
        with immediate(self._db):
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
