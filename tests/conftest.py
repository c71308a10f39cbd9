"""No test talks to the world: a connection or look-up that leaves this machine fails its test."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.web import Web

_strays: list[str] = []


def _is_here(host: object) -> bool:
    if host in (None, "", b"", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> OSError:
    _strays.append(str(host))
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
    if not _is_here(host):
        raise _refuse(host)
    return _getaddrinfo(host, *args, **kwargs)


socket.socket = _Socket  # type: ignore[misc]
socket.getaddrinfo = _look_up


@pytest.fixture(autouse=True)
def no_strays() -> Iterator[None]:
    _strays.clear()
    yield
    assert not _strays, f"the test tried to contact {', '.join(_strays)}"


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web() as served:
        yield served
