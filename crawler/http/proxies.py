"""Requests through a proxy: the target is checked as if we connected to it; the proxy itself is not checked.

A proxy looks names up itself, so the operator is responsible for where it then connects to; a target that we know
to be private is never sent to it.
"""

from __future__ import annotations

import socket
from typing import Any

from newsdesk.crawler.credentials.secrets import Proxy
from newsdesk.crawler.http.dns import Resolver
from newsdesk.crawler.http.guard import Guard, parse_ip
from newsdesk.crawler.http.target import Target


async def check_target(target: Target, *, guard: Guard, resolver: Resolver) -> None:
    """Raises NotAllowedError when any address of the target may not be contacted, and socket.gaierror when it
    has none: a name that only the proxy knows cannot be checked."""
    try:
        ip = str(parse_ip(target.name))
    except ValueError:
        for row in await resolver.resolve(target.name, target.port):
            guard.check(row["host"], row["port"])
    else:
        guard.check(ip, target.port)


def socket_to_proxy(info: tuple[Any, ...]) -> socket.socket:
    """The socket factory of a connector whose connections all go to a proxy, which the operator set by host and
    port: there is nothing to check."""
    family, kind, protocol, *_ = info
    return socket.socket(family=family, type=kind, proto=protocol)


def proxy_headers(proxy: Proxy | None) -> dict[str, str]:
    """The headers for the proxy itself."""
    if proxy is None or proxy.authorization is None:
        return {}
    return {"Proxy-Authorization": proxy.authorization}
