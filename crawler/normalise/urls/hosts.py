"""Hosts of addresses as A-labels in lower case. Pure, never raises."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

from newsdesk.crawler.normalise.urls.repairs import repair_address

PARTS = re.compile(
    r"(?:(https?):[/\\]*|//)([^/?#]+)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE | re.DOTALL
)
_PLAIN_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?")
_IP6 = re.compile(r"[0-9A-Fa-f:.]{2,45}")


def bare_host(url: str) -> str | None:
    """Host of an http address as A-label in lower case, `host:port` for IP literals with a port."""
    parts = PARTS.match(repair_address(url))
    if parts is None:
        return None
    host, port = host_and_port(parts[2].partition("\\")[0].rpartition("@")[2])
    if port and _is_ip(host):
        host = f"{host}:{port}"
    return host or None


def host_and_port(text: str) -> tuple[str, str]:
    """Host as A-labels in lower case ("" if it is not valid), and the port as printed."""
    if text.startswith("["):
        inside, closed, rest = text[1:].partition("]")
        host = f"[{inside.lower()}]" if closed and _IP6.fullmatch(inside) else ""
        return host, rest.removeprefix(":").strip()
    host, _, port = text.partition(":")
    host = host.lower().strip(". ")
    if not _PLAIN_HOST.fullmatch(host):
        host = ascii_host(host)
    return host, port.strip()


@lru_cache(maxsize=4096)
def ascii_host(host: str) -> str:
    """Host in A-labels (`bücher.de` → `xn--bcher-kva.de`), "" for what no host may be called."""
    host = unicodedata.normalize("NFC", unquote(host)).strip(". ").lower()
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii").strip(".")
        except (idna.IDNAError, UnicodeError):  # emoji hosts live outside the standard
            host = ".".join(map(_as_punycode, unicodedata.normalize("NFKC", host).split(".")))
    return host if _PLAIN_HOST.fullmatch(host) else ""


def _as_punycode(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def _is_ip(host: str) -> bool:
    return host.startswith("[") or (host[-1:].isdigit() and host.replace(".", "").isdigit())
