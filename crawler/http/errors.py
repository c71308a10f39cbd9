"""What went wrong on the way to an answer, as an outcome: names, connections, TLS, broken HTTP.

Pure but for knowing the client's exceptions.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from newsdesk.crawler.credentials.secrets import Proxy
from newsdesk.crawler.http.guard import NotAllowedError
from newsdesk.crawler.http.outcomes import outcome, plain
from newsdesk.storage.records.outcomes import Outcome

# What the door catches: all that the client is known to raise for what a server, a name or an address
# does. ValueError stands for malformed pieces that surface late (an address, a header, a number).
NETWORK_ERRORS = (aiohttp.ClientError, HttpProcessingError, OSError, ValueError, EOFError)


class ProxyError(OSError):
    """The way to the target failed, whatever the target is like. Says nothing of where the proxy is."""

    def __init__(self, proxy: Proxy, what: str) -> None:
        super().__init__(what)
        self.message = f"the proxy of the secret {proxy.name!r} {what}"


@contextmanager
def through_proxy(proxy: Proxy) -> Iterator[None]:
    """Turns the client's errors about the proxy into ProxyError. Inside, a look-up that fails is that of the
    proxy's name: the target was looked up before."""
    try:
        yield
    except aiohttp.ClientHttpProxyError as error:
        raise ProxyError(proxy, f"answered {error.status} {plain(error.message, 60)}".rstrip()) from None
    except (aiohttp.ClientProxyConnectionError, aiohttp.ClientConnectorDNSError) as error:
        _, what = _CONNECTIONS.get(error.os_error.errno or 0, ("unreachable", "cannot be reached"))
        raise ProxyError(proxy, what) from None


# A connection that ended before an answer began.
BROKEN_CONNECTIONS = (aiohttp.ServerDisconnectedError, ConnectionResetError, BrokenPipeError)

_NO_SUCH_HOST = {
    code
    for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY")
    if (code := getattr(socket, name, None)) is not None
}

# errno -> word, what happened. All of these pass.
_CONNECTIONS: dict[int, tuple[str, str]] = {
    errno.ECONNREFUSED: ("refused", "refused the connection"),
    errno.ECONNRESET: ("reset", "broke the connection off"),
    errno.ECONNABORTED: ("reset", "broke the connection off"),
    errno.EPIPE: ("reset", "broke the connection off"),
    errno.EHOSTUNREACH: ("unreachable", "cannot be reached from here"),
    errno.ENETUNREACH: ("unreachable", "cannot be reached from here"),
    errno.EHOSTDOWN: ("unreachable", "is down"),
    errno.ENETDOWN: ("unreachable", "cannot be reached: our network is down"),
    errno.EADDRNOTAVAIL: ("unreachable", "cannot be reached from here"),
    errno.ETIMEDOUT: ("timeout", "did not answer the connection"),
    errno.EMFILE: ("no-descriptors", "was not asked: too many open files here; raise `ulimit -n`"),
    errno.ENFILE: ("no-descriptors", "was not asked: too many open files on this machine"),
}

# OpenSSL's X509_V_ERR_* -> word, what is wrong with the certificate.
_CERTIFICATES: dict[int, tuple[str, str]] = {
    9: ("certificate-not-yet-valid", "is not valid yet"),
    10: ("certificate-expired", "has expired"),
    18: ("certificate-self-signed", "is signed by itself"),
    19: ("certificate-unknown-issuer", "leads to an issuer that we do not trust"),
    20: (
        "certificate-unknown-issuer",
        "is from an issuer that we do not know, or a part of its chain is missing",
    ),
    21: ("certificate-unknown-issuer", "came without the chain to its issuer"),
    23: ("certificate-revoked", "was revoked"),
    62: ("certificate-wrong-host", "is for another name"),
    64: ("certificate-wrong-host", "is for another address"),
}


def from_error(error: BaseException, name: str) -> Outcome:
    """`name` is the host, as people know it."""
    inner = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(error, ProxyError):
        return outcome("proxy-failed", "temporary", f"{name} was not asked: {error.message}")
    if isinstance(inner, NotAllowedError):
        return not_allowed(inner, name)
    if isinstance(inner, ssl.SSLError):
        return _from_tls(inner, name)
    if isinstance(inner, socket.gaierror):
        return _from_look_up(inner, name)
    if isinstance(error, aiohttp.ClientPayloadError):
        return outcome("cut-short", "temporary", f"the answer of {name} broke off before its end")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return outcome("reset", "temporary", f"{name} closed the connection without an answer")
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError) or isinstance(
        inner, UnicodeError
    ):
        return outcome("bad-address", "not-allowed", f"the address at {name} cannot be asked: {_said(error)}")
    if isinstance(error, aiohttp.ClientResponseError | HttpProcessingError):
        return _from_broken_http(error, name)
    if isinstance(inner, TimeoutError):
        return outcome("timeout", "temporary", f"{name} did not answer in time")
    if isinstance(inner, OSError):
        return _from_connection(inner, name)
    return outcome("bad-http", "temporary", f"the answer of {name} is not HTTP: {_said(error)}")


def not_allowed(error: NotAllowedError, name: str) -> Outcome:
    named = "" if str(error.ip) in name else f" ({error.ip})"
    return outcome(
        "not-allowed",
        "not-allowed",
        f"{name}{named} is not on the public internet: {error.reason}; to allow it, write "
        f'[network] allow = ["{error.remedy}"]',
    )


def _from_look_up(error: socket.gaierror, name: str) -> Outcome:
    # macOS says NONAME also while it is offline; such a failure heals itself within a poll or two.
    if error.errno in _NO_SUCH_HOST:
        return outcome("no-such-host", "not-found", f"there is no host {name}")
    return outcome("dns", "temporary", f"the name {name} could not be looked up: {_said(error)}")


def _from_tls(error: ssl.SSLError, name: str) -> Outcome:
    if isinstance(error, ssl.SSLCertVerificationError):
        word, what = _CERTIFICATES.get(
            error.verify_code,
            ("certificate", f"cannot be verified ({plain(error.verify_message or '', 80)})"),
        )
        return outcome(word, "tls", f"the certificate of {name} {what}")
    reason = plain((error.reason or error.strerror or "").replace("_", " ").lower(), 80)
    return outcome("handshake", "tls", f"no secure connection to {name}: {reason or 'the handshake failed'}")


def _from_connection(error: OSError, name: str) -> Outcome:
    # asyncio raises a bare ConnectionResetError when TLS is answered by a closed connection
    number = errno.ECONNRESET if isinstance(error, ConnectionResetError) else error.errno or 0
    word, what = _CONNECTIONS.get(number, ("unreachable", f"cannot be reached: {_said(error)}"))
    return outcome(word, "temporary", f"{name} {what}")


def _from_broken_http(error: aiohttp.ClientResponseError | HttpProcessingError, name: str) -> Outcome:
    # The parser tells these apart only in its text; "Too many headers received", "Got more than … bytes".
    said = _said(error)
    if said.startswith(("Got more than", "Too many headers")):
        return outcome("headers-too-large", "unreadable", f"the headers of {name} are too large: {said}")
    if "chunk" in said:  # a broken chunk that came along with the headers
        return outcome("cut-short", "temporary", f"the answer of {name} broke off before its end: {said}")
    return outcome("bad-http", "temporary", f"the answer of {name} is not HTTP: {said}")


def _said(error: BaseException) -> str:
    text = getattr(error, "message", "") or getattr(error, "strerror", "") or str(error)
    return plain(str(text), 120)
