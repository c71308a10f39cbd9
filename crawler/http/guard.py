"""Which addresses may be contacted: the public internet, and those that the operator allows.

`classify` and `Allowance` are pure. `Guard.socket` makes the connector's sockets: it checks the very address that is
about to be connected, so that a name that changes between look-up and connection (DNS rebinding) has no effect.
"""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from newsdesk.crawler.session_settings import ALLOWED_ENTRY

IP = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# First match wins, so the narrow rows stand first. From the IANA special-purpose registries
# (RFC 6890 and its followers) and the metadata addresses that clouds document.
_REASONS: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), reason)
    for network, reason in (
        ("169.254.169.254/32", "cloud metadata"),
        ("169.254.170.2/32", "cloud metadata"),  # Amazon ECS
        ("169.254.170.23/32", "cloud metadata"),  # Amazon EKS
        ("100.100.100.200/32", "cloud metadata"),  # Alibaba
        ("168.63.129.16/32", "cloud metadata"),  # Azure, although it looks public
        ("192.0.0.192/32", "cloud metadata"),  # Oracle
        ("fd00:ec2::/32", "cloud metadata"),  # Amazon
        ("fd20:ce::254/128", "cloud metadata"),  # Google
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "reserved"),  # the retired 6to4 relays
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmark"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b:1::/48", "local NAT64"),
        ("100::/64", "discard"),
        ("2001::/32", "Teredo"),
        ("2001:2::/48", "benchmark"),
        ("2001:db8::/32", "documentation"),
        ("2001::/23", "reserved"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "unique local"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # all that has been given out of IPv6 so far
_NAT64 = IPv6Network("64:ff9b::/96")


def classify(ip: IP | str) -> str | None:
    """None for a global unicast address, else the reason why it is not one.

    An IPv4 address embedded in an IPv6 address (mapped, NAT64, 6to4) is classified itself; forms that no public
    site uses (IPv4-compatible, Teredo, local NAT64) are refused as such.
    """
    ip = parse_ip(ip) if isinstance(ip, str) else ip
    embedded = _embedded_in(ip)
    if embedded is not None:
        inner, form = embedded
        reason = classify(inner)
        return None if reason is None else f"{reason}, {inner} as {form}"
    for network, reason in _reasons_near(ip.version, ip.packed[0]):
        if ip in network:
            return reason
    if ip.version == 6 and ip not in _GLOBAL_UNICAST:
        return "reserved"
    return None


@lru_cache(maxsize=512)
def _reasons_near(version: int, first_byte: int) -> tuple[tuple[Network, str], ...]:
    """The rows with addresses that begin with this byte: none of most public ones."""
    length, block = (32, IPv4Network) if version == 4 else (128, IPv6Network)
    near = block((first_byte << (length - 8), 8))
    return tuple(row for row in _REASONS if row[0].version == version and row[0].overlaps(near))


def _embedded_in(ip: IP) -> tuple[IPv4Address, str] | None:
    if isinstance(ip, IPv4Address):
        return None
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped, "IPv4-mapped"
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF), "NAT64"
    if ip.sixtofour is not None:
        return ip.sixtofour, "6to4"
    return None


@lru_cache(maxsize=4096)
def parse_ip(text: str) -> IP:
    """The address of a socket, without the scope (`fe80::1%eth0`), which names the interface only."""
    return ip_address(text.partition("%")[0])


@dataclass(frozen=True, slots=True)
class Allowance:
    """Allowed addresses beyond the public internet: (network, port or None for every port)."""

    rows: tuple[tuple[Network, int | None], ...] = ()

    @classmethod
    def parse(cls, entries: tuple[str, ...]) -> Allowance:
        """From `[network] allow`: "127.0.0.1:8001", "10.0.0.0/8", "[::1]:9000", "192.168.1.0/24:80"."""
        return cls(tuple(_parse_entry(entry) for entry in entries))

    def permits(self, ip: IP, port: int) -> bool:
        mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
        ip = mapped or ip
        return any(
            ip.version == network.version and ip in network and allowed_port in (None, port)
            for network, allowed_port in self.rows
        )


def _parse_entry(entry: str) -> tuple[Network, int | None]:
    address, port = entry.strip(), ""
    if address.startswith("[") and "]" in address:
        address, _, port = address[1:].partition("]")
        if port.startswith("/"):  # [fd00::]/8 or [fd00::]/8:443
            length, _, port = port.partition(":")
            address += length
        port = port.removeprefix(":")
    elif address.count(":") == 1:
        address, _, port = address.partition(":")
    try:
        network = ip_network(address)
        number = int(port) if port else None
        if number is not None and not 0 < number < 65536:
            raise ValueError(f"{number} is not a port")
    except ValueError as error:
        raise ValueError(
            f"[network] allow: cannot read {entry!r} ({error}); write an address or a network, with or "
            'without a port, like "127.0.0.1:8001", "10.0.0.0/8" or "[::1]:9000"'
        ) from None
    return network, number


class NotAllowedError(OSError):
    """An address that we do not contact.

    Its text is the same for every address: when all addresses of a name fail with equal errors, asyncio raises
    the first of them; unequal ones it merges into a plain OSError.
    """

    def __init__(self, ip: IP, port: int, reason: str, *, remedy: str = ALLOWED_ENTRY) -> None:
        super().__init__(errno.EACCES, "address not allowed")
        self._remedy = remedy
        self.ip = ip
        self.port = port
        self.reason = reason

    @property
    def remedy(self) -> str:
        """What to write where to allow this address."""
        ip = (self.ip.ipv4_mapped if isinstance(self.ip, IPv6Address) else None) or self.ip
        entry = f"[{ip}]:{self.port}" if ip.version == 6 else f"{ip}:{self.port}"
        return self._remedy.replace(ALLOWED_ENTRY, entry)


class Guard:
    """Makes the sockets of the HTTP client, for allowed addresses only."""

    def __init__(self, allowance: Allowance, *, remedy: str = ALLOWED_ENTRY) -> None:
        self._allowance = allowance
        self._remedy = remedy

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket to an address; `info` is (family, type, protocol, canonical name, address)."""
        family, kind, protocol, _, address = info
        self.check(address[0], address[1])
        return socket.socket(family=family, type=kind, proto=protocol)

    def check(self, host: str, port: int) -> None:
        ip = parse_ip(host)
        reason = classify(ip)
        if reason is not None and not self._allowance.permits(ip, port):
            raise NotAllowedError(ip, port, reason, remedy=self._remedy)


Addresses = list[tuple[int, str, int | None]]  # family, address, port or None for the requested one


class HostOverrides:
    """The operator's own host names, from `[network] resolve`: "*.test=127.0.0.1", "a.example=[::1]:8001".

    An exact name goes before a pattern, the longest pattern before a shorter one. With a port, every connection
    to the name goes to that port. The guard checks these addresses like all others.
    """

    def __init__(self, entries: tuple[str, ...]) -> None:
        self._exact: dict[str, Addresses] = {}
        self._suffix: list[tuple[str, Addresses]] = []
        for entry in entries:
            name, found = _parse_override(entry)
            if name.startswith("*."):
                self._suffix.append((name[1:], [found]))
            else:
                self._exact.setdefault(name, []).append(found)
        self._suffix.sort(key=lambda row: -len(row[0]))

    def find(self, host: str) -> Addresses | None:
        if host in self._exact:
            return self._exact[host]
        return next((found for suffix, found in self._suffix if host.endswith(suffix)), None)


def _parse_override(entry: str) -> tuple[str, tuple[int, str, int | None]]:
    name, _, address = (part.strip() for part in entry.partition("="))
    port = ""
    if address.startswith("["):
        address, _, port = address[1:].partition("]")
        port = port.removeprefix(":")
    elif address.count(":") == 1:
        address, _, port = address.partition(":")
    try:
        if not name.removeprefix("*."):
            raise ValueError("no name")
        ip = parse_ip(address)
        number = int(port) if port else None
    except ValueError as error:
        raise ValueError(
            f'[network] resolve: cannot read {entry!r} ({error}); write "name=address", like '
            '"feeds.example.com=10.0.0.5" or "*.test=127.0.0.1:8001"'
        ) from None
    family = socket.AF_INET6 if ip.version == 6 else socket.AF_INET
    return name.lower().rstrip("."), (family, str(ip), number)
