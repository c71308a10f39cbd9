"""What both sides share: the count of CPU and the addresses to request."""

from __future__ import annotations

import time
import urllib.request

import psutil

HOSTS = 40
UNCHANGED_ROUNDS = 5  # one round of 304 is too short to measure
PHASES = (("first", "validators"), *(("unchanged", "validators"),) * UNCHANGED_ROUNDS, ("bodies", "bodies"))


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


def feed_addresses(port: int, count: int) -> list[str]:
    """Feeds spread over 40 addresses of this machine."""
    return [f"http://127.0.0.{2 + number % HOSTS}:{port}/feed/{number}" for number in range(count)]


def set_mode(port: int, mode: str) -> None:
    """Set what the server does next."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/mode/{mode}"):
        pass
