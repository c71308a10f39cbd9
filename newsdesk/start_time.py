"""When this command was asked for: the start of its process, as the kernel knows it.

Of two crawls that are started together, one may need a second longer to import what it needs; both still
asked before either visited anything, so neither visits again what the other did.
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
    """Seconds that this process has lived; 0.0 where the kernel does not tell."""
    try:
        fields = (
            Path("/proc/self/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        )
        started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started)
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0
