"""The memory that large documents may use at once: every visit has a share of one budget.

A share grows while a body is read, again before it is parsed, and is held until its result is kept. A share that
does not fit waits, the smallest first; the oldest share is not counted and never waits, so that some visit always
ends, and a document larger than the budget gets its turn.
"""

from __future__ import annotations

import asyncio
import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

MIB = 1024 * 1024
SMALL = 128 * 1024  # bytes of a share that are not counted: most feeds never see the budget
BUDGET = 16 * MIB
LARGE = 4 * MIB  # a share of so much leaves fragmented memory behind


class MemoryBudget:
    """Shares of `limit` bytes, not counting the oldest."""

    def __init__(self, limit: int = BUDGET) -> None:
        keep_large_apart()
        self._limit = limit
        self._held = 0
        self._shares: dict[MemoryShare, None] = {}  # those that hold or wait, the oldest first
        self._waiting: dict[MemoryShare, tuple[int, asyncio.Future[None]]] = {}

    @property
    def held(self) -> int:
        """Bytes that are held now."""
        return self._held

    @contextmanager
    def share(self) -> Iterator[MemoryShare]:
        """A share, empty at first; what it holds at the end is released."""
        share = MemoryShare(self)
        try:
            yield share
        finally:
            self._end(share)

    def _try(self, share: MemoryShare, size: int) -> bool:
        """Let `share` hold `size` bytes, if there is room or it is the oldest."""
        more = max(0, size - SMALL) - share.counted
        if more > 0:
            self._shares.setdefault(share)
            oldest = next(iter(self._shares))
            if share is not oldest and self._held - oldest.counted + more > self._limit:
                return False
        share.counted += more
        share.most = max(share.most, share.counted)
        self._held += more
        if more < 0:
            self._wake()
        return True

    async def _wait(self, share: MemoryShare, size: int) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[share] = (size, future)
        try:
            await future
        finally:
            self._waiting.pop(share, None)

    def _wake(self) -> None:
        oldest = next(iter(self._shares), None)
        waiting = sorted(self._waiting.items(), key=lambda one: (one[0] is not oldest, one[1][0]))
        for share, (size, future) in waiting:
            if not future.done() and self._try(share, size):
                future.set_result(None)

    def _end(self, share: MemoryShare) -> None:
        self._held -= share.counted
        share.counted = 0
        if share in self._shares:
            del self._shares[share]
            self._wake()
        if share.most > LARGE:
            return_memory()


class MemoryShare:
    """One visit's part of the budget."""

    __slots__ = ("_budget", "_kept", "counted", "most")

    def __init__(self, budget: MemoryBudget) -> None:
        self._budget = budget
        self._kept = 0
        self.counted = 0  # bytes beyond SMALL
        self.most = 0

    def keep_held(self) -> None:
        """Keep what is held now for its result: what is held from now on is added to it."""
        if self.counted:
            self._kept = self.counted + SMALL

    def try_hold(self, size: int) -> bool:
        """Hold `size` bytes in all from now on, more or less than before, if that needs no waiting."""
        return self._budget._try(self, self._kept + size)

    async def hold(self, size: int) -> None:
        """Hold `size` bytes in all from now on; waits until there is room."""
        if not self.try_hold(size):
            await self._budget._wait(self, self._kept + size)


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_trim = getattr(_libc, "malloc_trim", None)  # glibc's; musl has neither
_mallopt = getattr(_libc, "mallopt", None)
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8


def return_memory() -> None:
    """Return freed memory to the system. The C library keeps it: a few strings still in use hold many megabytes
    around them."""
    if _trim is not None:
        _trim(0)


def keep_large_apart() -> None:
    """Have the C library return blocks of 1 MiB and more as soon as they are freed. Its default is 128 kB at
    first, and 32 MiB after it has freed such blocks. Blocks of ordinary feeds are reused, by all threads: an arena
    for each would keep its own."""
    if _mallopt is not None:
        _mallopt(_M_MMAP_THRESHOLD, MIB)
        _mallopt(_M_ARENA_MAX, 1)
