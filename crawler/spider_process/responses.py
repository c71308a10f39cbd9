"""What a spider gets for a request: a response of Scrapy, or one of Scrapy's exceptions."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from newsdesk.crawler.credentials.redaction import redact

log = logging.getLogger(__name__)

# Outcome code -> Scrapy's exception; others are DownloadFailedError.
_EXCEPTIONS: dict[str, type[Exception]] = {
    "timeout": DownloadTimeoutError,
    "dns": CannotResolveHostError,
    "no-such-host": CannotResolveHostError,
    "connection-refused": DownloadConnectionRefusedError,
    "incomplete": ResponseDataLossError,
    "too-large": DownloadCancelledError,
    "headers-too-large": DownloadCancelledError,
}
# Sent by Scrapy itself, or never; what else a spider sets is not sent either, and it is told.
_USUAL_HEADERS = {b"Accept", b"Accept-Language", b"Accept-Encoding", b"User-Agent", b"Referer"}


def unsupported(request: Request) -> str | None:
    """Why a request cannot be made at all; None where it can."""
    if request.method != "GET" or request.body:
        return f"{request.method} {redact(request.url)}: only GET without a body is supported"
    if request.meta.get("proxy"):
        return f"{redact(request.url)}: a spider cannot choose a proxy; give its source one with --proxy"
    return None


def unsent(request: Request) -> list[str]:
    """The names of headers and cookies of a request that are not sent."""
    headers = [name.decode("latin-1") for name in request.headers if name not in _USUAL_HEADERS]
    return headers + (["Cookie"] if request.cookies else [])


def scrapy_response(address: str, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Response:
    """A response of the type that its headers and its body say. An error status is a response, too."""
    # The body is decoded; the charset of Content-Type stays, so that a TextResponse uses it.
    kept = Headers(
        [(name, value) for name, value in headers if name not in ("content-encoding", "content-length")]
    )
    kind = responsetypes.from_args(headers=kept, url=address, body=body)
    return kind(url=address, status=status, headers=kept, body=body)


def scrapy_error(code: str, category: str, message: str) -> Exception:
    """IgnoreRequest where robots.txt or the address guard forbids the request, or the host answers with a challenge;
    else a failed download."""
    log.info("%s: %s", code, message)
    if category in {"forbidden", "challenge", "not-allowed"}:  # we do not request it
        return IgnoreRequest(message)
    return _EXCEPTIONS.get(code, DownloadFailedError)(message)
