"""A worker process of the pool: it parses documents, and ends itself when one takes too much memory."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from newsdesk.crawler.http.memory_budget import keep_large_apart, return_memory
from newsdesk.crawler.large_libraries import LibraryNeededError, leave_imports_to_the_pool
from newsdesk.crawler.workers.task import Task

OVER_MEMORY = 71  # exit code of a worker whose memory grew too far
OVER_MEMORY_USED = 72  # the same, of one that began with memory of earlier documents
_LEFT_OVER = 8 * 1024 * 1024  # more than this beyond its baseline is memory of earlier documents
_HEADROOM = 256 * 1024 * 1024  # address space above the resident limit: arenas, thread stacks, mapped files
_WATCH_S = 0.02
_ORPHAN_S = 1.0
_REST_S = 0.1

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class _Memory(NamedTuple):
    """Bytes of this process."""

    resident: int
    address_space: int


if sys.platform == "linux":
    _PAGE = os.sysconf("SC_PAGE_SIZE")
    _STATM = Path("/proc/self/statm")

    def _memory() -> _Memory:
        """As psutil finds it, at a tenth of the cost: it is read fifty times a second."""
        address_space, resident, *_ = _STATM.read_bytes().split()
        return _Memory(int(resident) * _PAGE, int(address_space) * _PAGE)

else:
    import psutil

    def _memory() -> _Memory:
        found = psutil.Process().memory_info()
        return _Memory(found.rss, found.vms)


class _Watch(threading.Thread):
    """Ends its process when a document makes it grow too far, or when the parent process is gone. Growth
    counts from the worker's baseline: its memory at the start, and what tasks import."""

    def __init__(self) -> None:
        super().__init__(name="newsdesk-worker-watch", daemon=True)
        self._parent = os.getppid()
        self._busy = threading.Event()
        self._baseline = self._rested = _memory().resident
        self._ceiling = 0
        self._code = OVER_MEMORY
        self._loaded: set[type[Any]] = set()

    def load(self, task: Task[Any]) -> None:
        """Have the first task of its kind import what it needs."""
        kind = type(task)
        if kind not in self._loaded:
            self._loaded.add(kind)
            self.load_apart(task.load)

    def load_apart(self, load: Callable[[], object]) -> None:
        """Import something; its memory does not count as a document's."""
        self._rest()
        before = _memory().resident
        load()
        self._baseline += _memory().resident - before

    def begin(self, growth: int) -> None:
        """Watch from now on. Memory of earlier documents is given back first."""
        memory = _memory()
        if memory.resident > max(self._baseline, self._rested) + _LEFT_OVER:
            self._rest()
            memory = _memory()
        self._ceiling = self._baseline + growth
        self._code = OVER_MEMORY_USED if memory.resident > self._baseline + _LEFT_OVER else OVER_MEMORY
        _limit_address_space(memory.address_space + growth + _HEADROOM)
        self._busy.set()

    def end(self) -> None:
        self._busy.clear()

    def _left_over(self) -> bool:
        return _memory().resident > max(self._baseline, self._rested) + _LEFT_OVER

    def _rest(self) -> None:
        """Give back memory of earlier documents, once: what stays then is in use."""
        if self._left_over():
            gc.collect()
            return_memory()
            self._rested = _memory().resident

    def run(self) -> None:
        while os.getppid() == self._parent:
            if self._busy.wait(_REST_S if self._left_over() else _ORPHAN_S):
                time.sleep(_WATCH_S)
                if self._busy.is_set() and _memory().resident > self._ceiling:
                    os._exit(self._code)
            else:
                self._rest()
        os._exit(0)


_watch: _Watch | None = None


def begin() -> None:
    """Set up a new worker: the parent handles Ctrl-C, memory is watched."""
    global _watch  # noqa: PLW0603 - one watch a process, made where pebble lets us
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_imports_to_the_pool()
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


def read_limited(tasks: list[Task[T_co]], growth: int) -> _EmptyOnceSent[T_co]:
    """Run one task under its memory limits, in a worker. The list is emptied, because pebble holds it."""
    assert _watch is not None
    task = tasks.pop()
    _watch.load(task)
    while True:
        _watch.begin(growth)
        try:
            return _EmptyOnceSent(task.read())
        except LibraryNeededError as needed:
            library = needed.library
        finally:
            _watch.end()
        _watch.load_apart(partial(import_module, library))


def _limit_address_space(most: int) -> None:
    """Only Linux keeps it. Beyond it lxml raises MemoryError, and nh3 ends the process."""
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
