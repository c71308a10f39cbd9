"""Tests stay on this machine: connections and look-ups that leave it are refused and recorded.

Importing this module installs the guard for the process. `strays` has the refused hosts. `names` replaces the
name server: a function for each name, called for each look-up.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

strays: list[str] = []
names: dict[str, Callable[[], list[str]]] = {}


def _is_here(host: object) -> bool:
    if host in (None, "", b"", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> OSError:
    strays.append(str(host))
    return OSError(f"a test may not contact {host}")


class _Socket(socket.socket):
    """Asyncio and the standard library connect through these two methods."""

    def connect(self, address: Any) -> None:
        if self.family != socket.AF_UNIX and not _is_here(address[0]):
            raise _refuse(address[0])
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        if self.family != socket.AF_UNIX and not _is_here(address[0]):
            raise _refuse(address[0])
        return super().connect_ex(address)


_getaddrinfo = socket.getaddrinfo


def _look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
    if host in names:
        found = [(address, 6 if ":" in address else 4) for address in names[host]()]
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, 0, 0, 0))
            if version == 6
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))
            for address, version in found
        ]
    if not _is_here(host):
        raise _refuse(host)
    return _getaddrinfo(host, *args, **kwargs)


socket.socket = _Socket  # type: ignore[misc]
socket.getaddrinfo = _look_up
