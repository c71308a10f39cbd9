"""How many more hosts may be visited at once. A host that has been silent for a while does not count.

A host that accepts a connection and never responds ends by its visit's deadline. Until then it costs nothing
but a socket, so it must not keep other hosts waiting; the number of such hosts is limited.
"""

from __future__ import annotations

MOST_SILENT = 96  # in addition to the settings' `hosts`; macOS gives a process 256 file descriptors


class Slots:
    """The hosts that are visited, and when each was last active. Times are of the caller's clock, in seconds."""

    def __init__(self, *, hosts: int, patience_s: float) -> None:
        self._hosts = hosts
        self._patience_s = patience_s
        self._since: dict[str, float] = {}

    def active(self, host: str, *, now: float) -> None:
        """The host was claimed, or a visit of it has ended."""
        self._since[host] = now

    def done(self, host: str) -> None:
        """The host is no longer visited."""
        self._since.pop(host, None)

    def free(self, *, now: float) -> int:
        """How many hosts may be claimed."""
        active = sum(now < since + self._patience_s for since in self._since.values())
        return max(0, min(self._hosts - active, self._hosts + MOST_SILENT - len(self._since)))

    def wait_s(self, *, now: float) -> float | None:
        """The seconds after which more slots are free if no host is active until then. None: none will be."""
        waits = [until - now for since in self._since.values() if (until := since + self._patience_s) > now]
        return min(waits) if waits else None
