"""An address parsed once, so that exactly what was checked is connected to and sent. Pure.

An address is sent as it is; only what HTTP cannot carry is encoded (non-ASCII hosts by IDNA, non-ASCII and spaces
in path and query by percent). Spellings that two parsers read differently are refused, not repaired
(CVE-2026 series of changedetection.io).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, urljoin, urlsplit

import idna

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST = 8000  # servers refuse longer request lines
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)\Z", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?\Z", re.IGNORECASE)


class AddressError(ValueError):
    """An address that cannot be requested. `code` is the outcome code; the text says why, with the value."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """`url` is sent as it is, `name` connected to; `host` is the key of the rate limiter."""

    url: str
    scheme: str
    name: str
    port: int
    host: str

    @property
    def origin(self) -> str:
        """The origin that credentials are bound to."""
        return f"{self.scheme}://{self.host}"


@lru_cache(maxsize=4096)  # a service requests the same addresses again and again
def parse_target(address: str) -> Target:
    """Raises AddressError with one of the codes not-http, bad-address, ambiguous-address,
    credentials-in-address.
    """
    address = address.strip(" \t\r\n\f")
    if len(address) > LONGEST:
        raise AddressError("bad-address", f"the address has {len(address)} characters, more than {LONGEST}")
    if _CONTROL.search(address):
        raise AddressError("bad-address", "the address has control characters")
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise AddressError("bad-address", f"the address cannot be read: {error}") from None
    if parts.scheme not in DEFAULT_PORTS:
        named = (
            f"the scheme of the address is {parts.scheme}" if parts.scheme else "the address has no scheme"
        )
        raise AddressError("not-http", f"{named}; only http and https can be requested")
    # Refused, not dropped and not sent: without its password the address is another document, and with it the
    # password would appear in logs, exports and every page that shows a source.
    if "@" in parts.netloc:
        raise AddressError(
            "credentials-in-address",
            "the address has a user name or password, which is never sent; remove it",
        )
    name = _name_of(parts)
    port = _port_of(parts)
    default = DEFAULT_PORTS[parts.scheme]
    shown = f"[{name}]" if ":" in name else name
    authority = shown if port is None else f"{shown}:{port}"
    key = shown.lower().rstrip(".")
    url = f"{parts.scheme}://{authority}{_quote(parts.path) or '/'}"
    if parts.query or "?" in address.partition("#")[0]:
        url += f"?{_quote(parts.query)}"
    return Target(
        url=url,
        scheme=parts.scheme,
        name=name,
        port=port or default,
        host=key if port in (None, default) else f"{key}:{port}",
    )


def canonical_spelling(address: str) -> str:
    """The address in the form that is stored: spellings that send the same request (`HTTP://A.example:80/f#x`,
    `http://a.example/f`) become one. Raises AddressError."""
    target = parse_target(address)
    return f"{target.scheme}://{target.host}/{target.url.split('/', 3)[3]}"


def join(base: str, location: str) -> str:
    """The absolute address of a Location header. Raises AddressError."""
    location = location.strip(" \t\r\n\f")
    if location[:8].lower().startswith(("http://", "https://")):
        return location  # absolute already; joining would normalise it
    try:
        return urljoin(base, location)
    except ValueError as error:
        raise AddressError("bad-address", f"the address cannot be read: {error}") from None


def _port_of(parts: SplitResult) -> int | None:
    """What is no port may be the beginning of a password (`https://me:pa/ss@host`), and is not repeated."""
    try:
        port = parts.port
    except ValueError:
        raise AddressError(
            "bad-address", "what stands behind the colon of the address's host is no port"
        ) from None
    if port == 0:
        raise AddressError("bad-address", "the address names port 0")
    return port


def _name_of(parts: SplitResult) -> str:
    """The host as it is connected to: a plain name or A-label, or an IP address in its one spelling."""
    netloc = parts.netloc
    if netloc.startswith("["):
        try:
            # A scope (`%eth0`) picks one of our own cards; that is not for an address from outside.
            return str(IPv6Address((parts.hostname or "").replace("%", "scope ")))
        except AddressValueError as error:
            raise AddressError("bad-address", f"not an IPv6 address: {error}") from None
    text = netloc.partition(":")[0]
    if not text:
        raise AddressError("bad-address", "the address has no host")
    name = text if text.isascii() else _to_ascii(text)
    _refuse_odd_number(text, name)
    if not _NAME.match(name) or len(name) > 254:
        raise AddressError("bad-address", f"not a host name: {text}")
    return name


def _to_ascii(text: str) -> str:
    try:
        return idna.encode(text, uts46=True).decode("ascii")
    except UnicodeError as error:  # idna's errors are UnicodeErrors
        raise AddressError("bad-address", f"not a host name: {text} ({error})") from None


def _refuse_odd_number(text: str, name: str) -> None:
    """`2130706433`, `0x7f.1`, `127.1`, `127.0.0.1.` and full-width digits are addresses to the system's
    resolver (WHATWG reads a host as IPv4 when its last label is a number), and names to a prefix test.
    """
    if not _NUMBER.match(name.rstrip(".").rpartition(".")[2]):
        return
    try:
        if text == str(IPv4Address(text)):
            return
    except AddressValueError:
        pass
    raise AddressError(
        "ambiguous-address",
        f"{text} is an unusual spelling of an IP address; write it as four decimal numbers",
    )


def _quote(text: str) -> str:
    """Percent-encodes only what a request line cannot carry. A lone surrogate is a byte of a header
    that was not UTF-8, and goes back as that byte.
    """
    if text.isascii() and " " not in text and '"' not in text and "<" not in text and "\\" not in text:
        return text
    octets = text.encode("utf-8", "surrogateescape" if _only_bytes(text) else "replace")
    return "".join(chr(o) if 0x20 < o < 0x7F and o not in b'"<>\\' else f"%{o:02X}" for o in octets)


def _only_bytes(text: str) -> bool:
    return all(not 0xD800 <= ord(c) <= 0xDFFF or 0xDC80 <= ord(c) <= 0xDCFF for c in text)


def host_of(address: str) -> str:
    """`https://Bücher.example:443/x` -> `xn--bcher-kva.example`; `:port` only when it is not the
    scheme's own. Raises AddressError.
    """
    return parse_target(address).host
