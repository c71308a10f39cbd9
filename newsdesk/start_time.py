"""The start time of this process, as the kernel knows it.

Of two crawls that are started together, one may import for a second longer. With the start time of the
process neither visits what the other has visited.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from newsdesk import STARTED


def asked_at() -> datetime:
    """The start of this process in UTC, to 10 ms on Linux; elsewhere the moment it began to import."""
    return datetime.fromtimestamp(min(STARTED, time.time() - _age_s()), UTC)


def _age_s() -> float:
    """Seconds since this process was started; 0.0 where the kernel does not tell."""
    try:
        fields = (
            Path("/proc/self/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        )
        started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started)
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0
