"""Look up host names in threads of our own: the system's resolver blocks, and can hang for minutes.

Asyncio's default pool has a handful of threads, which five name servers that hang fill. Ours has up to 128, and
they are daemons: a look-up that hangs delays neither other hosts nor the end of the process. One look-up a host
at a time; results are cached for a short while.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

from newsdesk.crawler.http.guard import Addresses, HostOverrides

log = logging.getLogger(__name__)

THREADS = 128  # more than the hosts that may hang at a time
KEEP_S = (
    30.0  # the redirects of a visit and the next visits of its host; a site that moves is found again soon
)
KEEP_FAILURE_S = 5.0  # so that ten feeds of a host that does not exist cost one look-up
SWEEP_AT = 1024
MOST_CACHED = 16_384
# All addresses of a name are tried one after the other: to refuse a thousand private ones took 20 s.
MOST_ADDRESSES = 16


class Resolver:
    """The connector's resolver. Raises socket.gaierror, as getaddrinfo does."""

    def __init__(self, overrides: HostOverrides, look_up: Callable[[str], Addresses] | None = None) -> None:
        self._overrides = overrides
        self._threads = _Threads(look_up or _look_up)
        self._cache: dict[str, tuple[float, asyncio.Future[Addresses]]] = {}
        self._sweep_at = SWEEP_AT

    async def resolve(self, host: str, port: int) -> list[tuple[int, str, int]]:
        """The addresses of a name: family, address, port."""
        name = host.lower().rstrip(".")
        found = self._overrides.find(name)
        if found is None:
            # Shielded: the look-up is shared, and continues when one of its waiters is cancelled.
            found = await asyncio.shield(self._shared(name))
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "the name has no address")
        return [(family, address, own_port or port) for family, address, own_port in found]

    def _shared(self, name: str) -> asyncio.Future[Addresses]:
        loop = asyncio.get_running_loop()
        known = self._cache.get(name)
        if known is not None and (not known[1].done() or known[0] > loop.time()):
            return known[1]
        if len(self._cache) >= self._sweep_at:
            self._sweep(loop.time())
        future: asyncio.Future[Addresses] = loop.create_future()

        def keep(done: asyncio.Future[Addresses]) -> None:
            error = None if done.cancelled() else done.exception()
            failed = done.cancelled() or error is not None
            log.debug("looked up %s: %s", name, error or ("cancelled" if failed else "found"))
            self._cache[name] = (loop.time() + (KEEP_FAILURE_S if failed else KEEP_S), done)

        future.add_done_callback(keep)
        self._cache[name] = (0.0, future)
        self._threads.start(name, future)
        return future

    def _sweep(self, clock: float) -> None:
        """Drop what has expired; of the rest the oldest, if it is still too much."""
        kept = [(n, k) for n, k in self._cache.items() if not k[1].done() or k[0] > clock]
        self._cache = dict(kept[-MOST_CACHED // 2 :])
        self._sweep_at = max(SWEEP_AT, 2 * len(self._cache))

    async def close(self) -> None:
        self._threads.close()
        for _, future in self._cache.values():
            future.cancel()
        self._cache.clear()


class _Threads:
    """A minimal thread pool. concurrent.futures joins its threads when Python ends, even those that hang."""

    def __init__(self, look_up: Callable[[str], Addresses]) -> None:
        self._look_up = look_up
        self._work: SimpleQueue[tuple[str, asyncio.Future[Addresses]] | None] = SimpleQueue()
        self._idle: set[threading.Thread] = set()
        self._count = 0
        self._waiting = 0
        self._lock = threading.Lock()

    def start(self, name: str, future: asyncio.Future[Addresses]) -> None:
        with self._lock:
            self._waiting += 1
            grow = self._waiting > len(self._idle) and self._count < THREADS
            self._count += grow
        if grow:
            threading.Thread(target=self._run, name="newsdesk-resolver", daemon=True).start()
        self._work.put((name, future))

    def close(self) -> None:
        """End the idle threads; one that hangs in a look-up ends after it, or with the process."""
        with self._lock:
            idle = list(self._idle)
            count, self._count = self._count, THREADS
        for _ in range(count):
            self._work.put(None)
        for thread in idle:
            thread.join(timeout=1.0)

    def _run(self) -> None:
        this = threading.current_thread()
        while True:
            with self._lock:
                self._idle.add(this)
            work = self._work.get()
            with self._lock:
                self._idle.discard(this)
                self._waiting -= work is not None
            if work is None:
                return
            name, future = work
            result: Any
            try:
                result = self._look_up(name)
            except (OSError, UnicodeError) as error:  # UnicodeError: a label that IDNA refuses
                result = error
            # The loop may have been closed meanwhile.
            with suppress(RuntimeError):
                future.get_loop().call_soon_threadsafe(_settle, future, result)


def _settle(future: asyncio.Future[Addresses], result: Any) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
        future.exception()  # marked as retrieved, even if all waiters were cancelled
    else:
        future.set_result(result)


def _look_up(name: str) -> Addresses:
    rows = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [(family, str(address[0]), None) for family, _, _, _, address in rows[:MOST_ADDRESSES]]
