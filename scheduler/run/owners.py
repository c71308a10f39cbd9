"""Who holds a lease, and whether it still lives: a plain string that says machine, process and start.

A number of a process is used again, so its start belongs to its name.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import psutil

_PROC = Path("/proc")
_NEAR_S = 5.0  # a start told as a time of day is the same within this: clocks are put right in small steps


def owner_name() -> str:
    """This process as a lease's owner, `host:pid:start`.

    On Linux the start is `ticks@boot`: counted since the machine began to run, so that no step of its
    clock (NTP, a resumed laptop) makes a living owner look like another process.
    """
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{_ticks(pid) or f'{psutil.Process(pid).create_time():.2f}'}"


def owner_lives(owner: str) -> bool:
    """Whether a lease's owner may still live. Only a process of this machine can be known to be dead."""
    try:
        host, said, began = owner.rsplit(":", 2)
        pid = int(said)
        if host != socket.gethostname():
            return True
        os.kill(pid, 0)  # also tells of processes that a hardened /proc hides
        if "@" in began:
            return _ticks(pid) in (began, None)
        return abs(psutil.Process(pid).create_time() - float(began)) <= _NEAR_S
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False
    except (PermissionError, psutil.AccessDenied, ValueError, OverflowError):
        return True


def _ticks(pid: int) -> str | None:
    """When a process began, in clock ticks, and in which run of the machine; None where nobody tells.
    Field 22 of proc(5); the name in field 2 may hold anything, so the fields are counted from its end."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        stat = (_PROC / str(pid) / "stat").read_text(encoding="ascii", errors="replace")
        return f"{int(stat.rpartition(')')[2].split()[19])}@{boot}"
    except (OSError, ValueError, IndexError):
        return None
