"""Connections: to the addresses of a name, each checked by the guard, directly or through a proxy, with TLS for https.

A connection that may take another request is kept for a few seconds. The target of a request through a proxy is
checked as if we connected to it; the proxy itself, which the operator set, is not. A proxy looks names up itself, so
the operator is responsible for where it then connects to; a target that we know to be private is never sent to it.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Callable
from itertools import zip_longest

from newsdesk.crawler.credentials.secrets import Proxy
from newsdesk.crawler.http.connection import Connection
from newsdesk.crawler.http.dns import Resolver
from newsdesk.crawler.http.errors import ProxyError
from newsdesk.crawler.http.guard import Guard, NotAllowedError, parse_ip
from newsdesk.crawler.http.outcomes import plain
from newsdesk.crawler.http.target import Target

KEEP_ALIVE_S = 4.0  # a few delays: the next feed of a host comes soon or not in this session
MOST_IDLE = 100  # macOS gives a process 256 descriptors
NEXT_ADDRESS_S = 0.25  # RFC 8305: then the next address of a name is tried beside the first

SocketInfo = tuple[int, int, int, str, tuple[str, int]]  # family, type, protocol, canonical name, address
MakeSocket = Callable[[SocketInfo], socket.socket]
_Key = tuple[str, str, int]
_NO_LINE = re.compile(r"[\r\n\0]")


class Connector:
    """Makes connections and keeps those that are idle. `tls` gives the context of https."""

    def __init__(
        self, *, guard: Guard, resolver: Resolver, tls: Callable[[], ssl.SSLContext], header_bytes: int
    ) -> None:
        self._guard = guard
        self._resolver = resolver
        self._tls = tls
        self._header_bytes = header_bytes
        self._idle: dict[_Key, list[tuple[Connection, asyncio.TimerHandle]]] = {}
        self._idle_count = 0

    async def connection(self, target: Target, proxy: Proxy | None) -> tuple[Connection, bool]:
        """A connection for a request to the target, and whether it had others before."""
        if proxy is not None:
            return await self._through_proxy(target, proxy), False
        while (idle := self._take_idle(_key(target))) is not None:
            if idle.is_open:
                return idle, True
        connected = await self._connect(target.name, target.port, self._guard.socket)
        return await self._connection(connected, target if target.scheme == "https" else None), False

    def release(self, connection: Connection, target: Target, proxy: Proxy | None) -> None:
        """A request is done with: keep its connection for the next one, or close it."""
        reusable = connection.end_response()
        if not reusable or proxy is not None or self._idle_count >= MOST_IDLE:
            connection.close()
            return
        key = _key(target)
        timer = asyncio.get_running_loop().call_later(KEEP_ALIVE_S, self._drop, key, connection)
        self._idle.setdefault(key, []).append((connection, timer))
        self._idle_count += 1

    def close(self) -> None:
        """Close the connections that are idle."""
        for key in list(self._idle):
            while (connection := self._take_idle(key)) is not None:
                connection.close()

    def _take_idle(self, key: _Key) -> Connection | None:
        kept = self._idle.get(key)
        if not kept:
            return None
        connection, timer = kept.pop()
        if not kept:
            del self._idle[key]
        self._idle_count -= 1
        timer.cancel()
        return connection

    def _drop(self, key: _Key, connection: Connection) -> None:
        connection.close()
        kept = [one for one in self._idle.get(key, ()) if one[0] is not connection]
        self._idle_count -= len(self._idle.pop(key, ())) - len(kept)
        if kept:
            self._idle[key] = kept

    async def _connection(self, connected: socket.socket, target: Target | None) -> Connection:
        """A connection over a connected socket, with TLS to the target if there is one."""
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                Connection,
                sock=connected,
                ssl=None if target is None else self._tls(),
                server_hostname=None if target is None else target.name.rstrip("."),
            )
        except BaseException:
            connected.close()
            raise
        return connection

    async def _through_proxy(self, target: Target, proxy: Proxy) -> Connection:
        await self._check(target)
        try:
            connected = await self._connect(proxy.host, proxy.port, _unchecked_socket)
        except OSError as error:
            raise ProxyError.from_connection(proxy, error) from None
        connection = await self._connection(connected, None)
        if target.scheme == "https":
            try:
                await self._tunnel(connection, target, proxy)
            except BaseException:
                connection.close()
                raise
        return connection

    async def _tunnel(self, connection: Connection, target: Target, proxy: Proxy) -> None:
        """Have the proxy connect to the target, then speak TLS with that."""
        name = f"[{target.name}]" if ":" in target.name else target.name
        authority = f"{name}:{target.port}"
        lines = {"Host": authority, **proxy_headers(proxy)}
        request = request_head("CONNECT", authority, lines)
        response = connection.request(request, most=self._header_bytes)
        await response.head()
        if response.status != 200:
            raise ProxyError(proxy, f"answered {response.status} {plain(response.reason, 60)}".rstrip())
        connection.end_response()
        assert connection.transport is not None
        connection.transport = await asyncio.get_running_loop().start_tls(
            connection.transport, connection, self._tls(), server_hostname=target.name.rstrip(".")
        )

    async def _check(self, target: Target) -> None:
        """Raises NotAllowedError when any address of the target may not be contacted, and socket.gaierror when it
        has none: a name that only the proxy knows cannot be checked."""
        for _, _, _, _, (host, port) in await self._addresses(target.name, target.port):
            self._guard.check(host, port)

    async def _addresses(self, name: str, port: int) -> list[SocketInfo]:
        """The addresses of a name, or the IP address that it is."""
        try:
            ip = parse_ip(name)
        except ValueError:
            found = await self._resolver.resolve(name, port)
        else:
            found = [(socket.AF_INET6 if ip.version == 6 else socket.AF_INET, name, port)]
        return [
            (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, own_port))
            for family, host, own_port in found
        ]

    async def _connect(self, name: str, port: int, make: MakeSocket) -> socket.socket:
        """A socket that is connected to the first address of a name that answers (RFC 8305). Raises OSError."""
        waiting = _interleaved(await self._addresses(name, port))
        if len(waiting) == 1:
            return await _connected(waiting[0], make)
        loop, errors = asyncio.get_running_loop(), []
        tasks: set[asyncio.Task[socket.socket]] = set()
        try:
            while waiting or tasks:
                if waiting:
                    tasks.add(loop.create_task(_connected(waiting.pop(0), make)))
                done, _ = await asyncio.wait(
                    tasks,
                    timeout=NEXT_ADDRESS_S if waiting else None,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for task in done:
                    tasks.discard(task)
                    error = task.exception()
                    if error is None:
                        return task.result()
                    errors.append(error)
        finally:
            for task in tasks:
                task.cancel()
                task.add_done_callback(_close_socket)
        # where some addresses of a name are not allowed, the others say what is wrong with the host
        raise next((error for error in errors if not isinstance(error, NotAllowedError)), errors[0])


def request_head(method: str, what: str, headers: dict[str, str]) -> bytes:
    """The first bytes of a request. Raises ValueError for a header that would be more than one."""
    lines = [f"{method} {what} HTTP/1.1", *[f"{name}: {value}" for name, value in headers.items()]]
    if _NO_LINE.search(" ".join(lines)):
        raise ValueError("a header has a line break or a NUL character")
    return "\r\n".join((*lines, "", "")).encode()


def proxy_headers(proxy: Proxy | None) -> dict[str, str]:
    """The headers for the proxy itself."""
    if proxy is None or proxy.authorization is None:
        return {}
    return {"Proxy-Authorization": proxy.authorization}


def _key(target: Target) -> _Key:
    return target.scheme, target.name.lower(), target.port


def _interleaved(found: list[SocketInfo]) -> list[SocketInfo]:
    """The addresses of the two families in turn, so that one that is not routed costs one wait."""
    first = [one for one in found if one[0] == found[0][0]]
    others = [one for one in found if one[0] != found[0][0]]
    return [one for pair in zip_longest(first, others) for one in pair if one is not None]


async def _connected(info: SocketInfo, make: MakeSocket) -> socket.socket:
    made = make(info)
    try:
        made.setblocking(False)
        await asyncio.get_running_loop().sock_connect(made, info[4])
    except BaseException:
        made.close()
        raise
    return made


def _close_socket(task: asyncio.Task[socket.socket]) -> None:
    if not task.cancelled() and task.exception() is None:
        task.result().close()


def _unchecked_socket(info: SocketInfo) -> socket.socket:
    family, kind, protocol, *_ = info
    return socket.socket(family=family, type=kind, proto=protocol)
