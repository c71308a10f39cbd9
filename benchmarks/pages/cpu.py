"""CPU of this process and of all that it started."""

from __future__ import annotations

import time

import psutil


def cpu_seconds() -> float:
    """CPU seconds of this process and of all that it started, running or ended."""
    me = psutil.Process()
    reaped = me.cpu_times()
    total = time.process_time() + reaped.children_user + reaped.children_system
    for child in me.children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total
