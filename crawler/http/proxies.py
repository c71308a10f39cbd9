"""Requests by way of a proxy: the target is judged as if we went there; the proxy is the operator's.

A proxy looks names up for itself, so where it then connects to is in its operator's care; a target that we
know to be none of ours is never named to it.
"""

from __future__ import annotations

import socket
from typing import Any

from newsdesk.crawler.credentials.secrets import Proxy
from newsdesk.crawler.http.dns import Resolver
from newsdesk.crawler.http.guard import Guard, parse_ip
from newsdesk.crawler.http.target import Target


async def check_target(target: Target, *, guard: Guard, resolver: Resolver) -> None:
    """Raises NotAllowedError when any address of the target is not for us, and socket.gaierror when there is
    none: what only the proxy knows cannot be judged."""
    try:
        ip = str(parse_ip(target.name))
    except ValueError:
        for row in await resolver.resolve(target.name, target.port):
            guard.check(row["host"], row["port"])
    else:
        guard.check(ip, target.port)


def socket_to_proxy(info: tuple[Any, ...]) -> socket.socket:
    """The socket factory of a connector whose every connection goes to a proxy, which the operator has named
    by host and port: nothing is left to be judged."""
    family, kind, protocol, *_ = info
    return socket.socket(family=family, type=kind, proto=protocol)


def proxy_headers(proxy: Proxy | None) -> dict[str, str]:
    """The headers that are the proxy's own."""
    if proxy is None or proxy.authorization is None:
        return {}
    return {"Proxy-Authorization": proxy.authorization}
