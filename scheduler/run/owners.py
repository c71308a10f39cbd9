"""The owner of a lease: a string of machine, process number and start of the process, and whether that process
still runs.

Process numbers are used again, so the start belongs to the name.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

_PROC = Path("/proc")
_NEAR_S = 5.0  # starts as times of day are equal within this: clocks are corrected in small steps


def owner_name() -> str:
    """This process as the owner of a lease, `host:pid:start`.

    On Linux the start is `ticks@boot`: counted since the machine booted, so that a step of its clock (NTP, a
    resumed laptop) does not make a running owner look like another process.
    """
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{_ticks(pid) or f'{_create_time(pid):.2f}'}"


def owner_is_alive(owner: str) -> bool:
    """Whether the owner of a lease may still run. Only a process of this machine can be known to have ended."""
    try:
        host, process, began = owner.rsplit(":", 2)
        pid = int(process)
        if host != socket.gethostname():
            return True
        os.kill(pid, 0)  # finds processes that a hardened /proc hides, too
        if "@" in began:
            return _ticks(pid) in (began, None)
        return abs(_create_time(pid) - float(began)) <= _NEAR_S
    except ProcessLookupError:
        return False
    except (PermissionError, ValueError, OverflowError):
        return True


def _create_time(pid: int) -> float:
    """When a process began, as time of day, where `/proc` does not tell."""
    import psutil  # only there

    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess as error:
        raise ProcessLookupError from error
    except psutil.AccessDenied as error:
        raise PermissionError from error


def _ticks(pid: int) -> str | None:
    """When a process began, in clock ticks, and the boot id; None where /proc does not tell. Field 22 of
    proc(5); the name in field 2 may hold anything, so the fields are counted from its end."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        stat = (_PROC / str(pid) / "stat").read_text(encoding="ascii", errors="replace")
        return f"{int(stat.rpartition(')')[2].split()[19])}@{boot}"
    except (OSError, ValueError, IndexError):
        return None
