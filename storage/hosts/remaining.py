"""The sources that a one-off crawl has not visited yet, by host, in the order in which hosts are claimed.

They are found once, not at each claim. What another process does meanwhile is checked when a host is claimed.
"""

from __future__ import annotations

import heapq
from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

# Of a host: whether all its sources timed out last, when the first of them was due ('' for never planned), the
# lowest number of its sources, and its name. Hosts are claimed in this order.
Place: TypeAlias = tuple[int, str, int, str]
WaitingSource: TypeAlias = tuple[str, int, int]  # due at, its number, whether it timed out last


class Remaining:
    """Waiting sources of a one-off crawl: (host, due at, number, timed out) for each."""

    def __init__(self, sources: Iterable[tuple[str, str, int, int]]) -> None:
        self._sources: dict[str, list[WaitingSource]] = {}
        for host, due_at, source_id, timed_out in sorted(sources):
            self._sources.setdefault(host, []).append((due_at, source_id, timed_out))
        self._places = sorted(self._place(host) for host in self._sources)
        self._next = 0  # the places before it are done with
        self._returned: list[Place] = []  # not among the others yet: a claim may be reading them
        self._held: list[tuple[datetime, Place]] = []  # a heap: leased by others, or blocked

    def _place(self, host: str) -> Place:
        sources = self._sources[host]
        return (
            min(timed_out for _, _, timed_out in sources),
            sources[0][0],
            min(source_id for _, source_id, _ in sources),
            host,
        )

    def begin(self, *, now: datetime) -> None:
        """A claim begins: hosts that were released, or whose leases and blocks have ended, are candidates again."""
        while self._held and self._held[0][0] <= now:
            self._returned.append(heapq.heappop(self._held)[1])
        if 2 * self._next > len(self._places):
            del self._places[: self._next]
            self._next = 0
        for place in self._returned:
            insort(self._places, place, lo=self._next)
        self._returned.clear()

    def candidates(self) -> Iterator[tuple[str, Sequence[WaitingSource]]]:
        """The hosts that may be claimed, in order, each with its waiting sources, most overdue first."""
        for at in range(self._next, len(self._places)):
            host = self._places[at][-1]
            yield host, self._sources[host]

    def first(self, number: int) -> list[str]:
        """The first so many candidates."""
        return [host for *_, host in self._places[self._next : self._next + number]]

    def end(self, looked_at: int, *, held: Mapping[str, datetime]) -> None:
        """A claim has looked at the first `looked_at` candidates. Those in `held` cannot be claimed before that
        time; the others were claimed, or have nothing left to visit."""
        for place in self._places[self._next : self._next + looked_at]:
            if (until := held.get(place[-1])) is not None:
                heapq.heappush(self._held, (until, place))
        self._next += looked_at

    def visited(self, host: str, source_id: int) -> None:
        """A source of a claimed host was visited."""
        sources = self._sources.get(host, [])
        for place, (_, one, _) in enumerate(sources):
            if one == source_id:
                del sources[place]
                return

    def released(self, host: str) -> None:
        """A claimed host is free again; if it has more sources, it gets the place of the first of them."""
        if self._sources.get(host):
            self._returned.append(self._place(host))
        else:
            self._sources.pop(host, None)
