"""How many more hosts may be asked: one that has been silent for a while takes no place from the others.

A host that accepts and never answers, drips, or whose name is looked up for ever, ends by its visit's
deadline; until then nothing of ours is busy with it but a socket. Its claim stays, and so does the bound on
such hosts.
"""

from __future__ import annotations

MOST_SILENT = 96  # besides the settings' `hosts`; macOS gives a process 256 descriptors


class Slots:
    """Who is asked, and since when nothing came of it. Times are of the caller's clock, in seconds."""

    def __init__(self, *, hosts: int, patience_s: float) -> None:
        self._hosts = hosts
        self._patience_s = patience_s
        self._since: dict[str, float] = {}

    def heard(self, host: str, *, now: float) -> None:
        """The host was claimed, or a visit of it has ended."""
        self._since[host] = now

    def free(self, host: str) -> None:
        """The host is done."""
        self._since.pop(host, None)

    def room(self, *, now: float) -> int:
        """How many hosts may be claimed."""
        speaking = sum(now < since + self._patience_s for since in self._since.values())
        return max(0, min(self._hosts - speaking, self._hosts + MOST_SILENT - len(self._since)))

    def wait_s(self, *, now: float) -> float | None:
        """After what time there is more room, if nothing is heard until then. None: there will not be."""
        ahead = [until - now for since in self._since.values() if (until := since + self._patience_s) > now]
        return min(ahead) if ahead else None
