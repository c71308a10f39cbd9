"""Notifications to systemd, by the protocol of sd_notify(3). Does nothing without a supervisor."""

from __future__ import annotations

import os
import socket


def notify(state: str) -> bool:
    """Send `READY=1`, `WATCHDOG=1` or `STOPPING=1`; True when a supervisor received it."""
    where = os.environ.get("NOTIFY_SOCKET", "")
    if not where.startswith(("/", "@")):
        return False
    address = "\0" + where[1:] if where.startswith("@") else where
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifying:
            notifying.sendto(state.encode(), address)
    except OSError:
        return False  # the service goes on without its supervisor
    return True
