"""Errors of a request as outcomes: host names, connections, TLS, broken HTTP."""

from __future__ import annotations

import errno
import socket
import ssl

from newsdesk.crawler.credentials.secrets import Proxy
from newsdesk.crawler.http.guard import NotAllowedError
from newsdesk.crawler.http.outcomes import outcome, plain
from newsdesk.storage.records.outcomes import Outcome


class HttpError(Exception):
    """What a server does that is no HTTP, or no whole response; the text says what."""


class BadResponseError(HttpError):
    """The bytes are no HTTP response."""


class HeadersTooLargeError(HttpError):
    """The headers are more than the limit."""


class IncompleteError(HttpError):
    """The body ended early."""


class DisconnectedError(HttpError):
    """The connection ended before a response began."""


class ProxyError(OSError):
    """A proxy failed. The message does not have its address, which may be secret."""

    def __init__(self, proxy: Proxy, what: str) -> None:
        super().__init__(what)
        self.message = f"the proxy of the secret {proxy.name!r} {what}"

    @classmethod
    def from_connection(cls, proxy: Proxy, error: OSError) -> ProxyError:
        """The proxy cannot be reached, or its name cannot be looked up."""
        return cls(proxy, _CONNECTIONS.get(error.errno or 0, ("unreachable", "cannot be reached"))[1])


# All that is raised for what a server, a host name or an address does. ValueError: malformed parts that surface
# late (an address, a header, a number).
NETWORK_ERRORS = (HttpError, OSError, ValueError, EOFError)

# A connection that ended before a response began.
BROKEN_CONNECTIONS = (DisconnectedError, ConnectionResetError, BrokenPipeError)

_NO_SUCH_HOST = {
    code
    for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY")
    if (code := getattr(socket, name, None)) is not None
}

# errno -> outcome code, what happened. All are temporary.
_CONNECTIONS: dict[int, tuple[str, str]] = {
    errno.ECONNREFUSED: ("connection-refused", "refused the connection"),
    errno.ECONNRESET: ("connection-reset", "broke the connection off"),
    errno.ECONNABORTED: ("connection-reset", "broke the connection off"),
    errno.EPIPE: ("connection-reset", "broke the connection off"),
    errno.EHOSTUNREACH: ("unreachable", "cannot be reached from here"),
    errno.ENETUNREACH: ("unreachable", "cannot be reached from here"),
    errno.EHOSTDOWN: ("unreachable", "is down"),
    errno.ENETDOWN: ("unreachable", "cannot be reached: our network is down"),
    errno.EADDRNOTAVAIL: ("unreachable", "cannot be reached from here"),
    errno.ETIMEDOUT: ("timeout", "did not answer the connection"),
    errno.EMFILE: (
        "too-many-open-files",
        "was not requested: this process has too many open files; raise `ulimit -n`",
    ),
    errno.ENFILE: ("too-many-open-files", "was not requested: this machine has too many open files"),
}

# OpenSSL's X509_V_ERR_* -> outcome code, what is wrong with the certificate.
_CERTIFICATES: dict[int, tuple[str, str]] = {
    9: ("certificate-not-yet-valid", "is not valid yet"),
    10: ("certificate-expired", "has expired"),
    18: ("certificate-self-signed", "is self-signed"),
    19: ("certificate-unknown-issuer", "is from an issuer that is not trusted here"),
    20: (
        "certificate-unknown-issuer",
        "is from an unknown issuer, or a part of its chain is missing",
    ),
    21: ("certificate-unknown-issuer", "came without the chain to its issuer"),
    23: ("certificate-revoked", "was revoked"),
    62: ("certificate-wrong-host", "is for another name"),
    64: ("certificate-wrong-host", "is for another address"),
}


def from_error(error: BaseException, name: str) -> Outcome:
    """The outcome of a failed request to the host `name`."""
    if isinstance(error, ProxyError):
        return outcome("proxy-failed", "temporary", f"{name} was not requested: {error.message}")
    if isinstance(error, NotAllowedError):
        return not_allowed(error, name)
    if isinstance(error, ssl.SSLError):
        return _from_tls(error, name)
    if isinstance(error, socket.gaierror):
        return _from_look_up(error, name)
    if isinstance(error, IncompleteError):
        return outcome("incomplete", "temporary", f"the response of {name} ended too early")
    if isinstance(error, DisconnectedError):
        return outcome("connection-reset", "temporary", f"{name} closed the connection without a response")
    if isinstance(error, HeadersTooLargeError):
        message = _message(error)
        return outcome("headers-too-large", "unreadable", f"the headers of {name} are too large: {message}")
    if isinstance(error, UnicodeError):
        return outcome(
            "bad-address", "not-allowed", f"the address at {name} cannot be requested: {_message(error)}"
        )
    if isinstance(error, TimeoutError):
        return outcome("timeout", "temporary", f"{name} did not answer in time")
    if isinstance(error, OSError):
        return _from_connection(error, name)
    return outcome("bad-http", "temporary", f"the response of {name} is not HTTP: {_message(error)}")


def not_allowed(error: NotAllowedError, name: str) -> Outcome:
    named = "" if str(error.ip) in name else f" ({error.ip})"
    return outcome(
        "not-allowed",
        "not-allowed",
        f"{name}{named} is not on the public internet: {error.reason}; to allow it, {error.remedy}",
    )


def _from_look_up(error: socket.gaierror, name: str) -> Outcome:
    # macOS reports NONAME also while it is offline; the next visits succeed.
    if error.errno in _NO_SUCH_HOST:
        return outcome("no-such-host", "not-found", f"the host name {name} does not exist")
    return outcome("dns", "temporary", f"the host name {name} could not be looked up: {_message(error)}")


def _from_tls(error: ssl.SSLError, name: str) -> Outcome:
    if isinstance(error, ssl.SSLCertVerificationError):
        code, what = _CERTIFICATES.get(
            error.verify_code,
            ("certificate-invalid", f"cannot be verified ({plain(error.verify_message or '', 80)})"),
        )
        return outcome(code, "tls", f"the certificate of {name} {what}")
    reason = plain((error.reason or error.strerror or "").replace("_", " ").lower(), 80)
    return outcome("tls-handshake", "tls", f"no TLS connection to {name}: {reason or 'the handshake failed'}")


def _from_connection(error: OSError, name: str) -> Outcome:
    # asyncio raises a bare ConnectionResetError when TLS is answered by a closed connection
    number = errno.ECONNRESET if isinstance(error, ConnectionResetError) else error.errno or 0
    code, what = _CONNECTIONS.get(number, ("unreachable", f"cannot be reached: {_message(error)}"))
    return outcome(code, "temporary", f"{name} {what}")


def _message(error: BaseException) -> str:
    text = getattr(error, "message", "") or getattr(error, "strerror", "") or str(error)
    return plain(str(text), 120)
