"""Words for systemd, by the protocol of sd_notify(3). Without a supervisor that listens, nothing happens."""

from __future__ import annotations

import os
import socket


def notify(words: str) -> bool:
    """Send `READY=1`, `WATCHDOG=1` or `STOPPING=1`; whether somebody listens."""
    where = os.environ.get("NOTIFY_SOCKET", "")
    if not where.startswith(("/", "@")):
        return False
    address = "\0" + where[1:] if where.startswith("@") else where
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaking:
            speaking.sendto(words.encode(), address)
    except OSError:
        return False  # a supervisor that has gone is no reason to end
    return True
