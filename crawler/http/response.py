"""The headers of a response, and the Page made from it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urljoin

from newsdesk.crawler.http.outcomes import plain
from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome

Headers = tuple[tuple[str, str], ...]
_UNSENDABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\ud800-\udfff]")
LONGEST_VALIDATOR = 4096  # sent back with each visit; servers refuse headers that are much longer


def readable(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Names in lower case. A value that is not UTF-8 keeps its bytes as lone surrogates, so that a
    Location can be sent back as the same bytes; `to_page` removes them all.
    """
    return tuple(
        (name.decode("latin-1").lower(), value.decode("utf-8", "surrogateescape")) for name, value in raw
    )


def header(headers: Headers, name: str) -> str | None:
    """The first value of a header that is not empty, or None."""
    return next((value for known, value in headers if known == name and value), None)


def validators(request: HttpRequest) -> dict[str, str]:
    """The conditional headers of a request, each exactly as stored or not at all."""
    found = {}
    if _can_be_sent(request.etag):
        found["If-None-Match"] = request.etag
    if _can_be_sent(request.last_modified):
        found["If-Modified-Since"] = request.last_modified
    return {name: value for name, value in found.items() if value is not None}


def _can_be_sent(value: str | None) -> bool:
    """A validator that is not text could only be sent back altered, so it is neither kept nor sent."""
    return bool(value) and len(value or "") <= LONGEST_VALIDATOR and not _UNSENDABLE.search(value or "")


def media_type(value: str | None) -> tuple[str | None, str | None]:
    """The bare type in lower case and the charset parameter of a Content-Type."""
    if not value:
        return None, None
    bare, *parameters = value[:1000].split(";")
    charset = None
    for parameter in parameters:
        name, _, text = parameter.partition("=")
        if name.strip().lower() == "charset" and charset is None:
            charset = plain(text.strip().strip("\"'"), 60) or None
    return plain(bare.lower(), 100) or None, charset


def to_page(
    request: HttpRequest,
    *,
    outcome: Outcome,
    headers: Headers,
    body: bytes,
    address: str,
    redirects: tuple[str, ...],
    moved_to: str | None,
    host_updates: tuple[HostUpdate, ...],
    wire_bytes: int,
    fetched_at: datetime,
) -> Page:
    """Validators are passed on with a complete body or a 304 only: after less, the server would answer 304 to
    the next visit and never send the rest.
    """
    ok = outcome.category == "ok"
    first = {name: value for name, value in reversed(headers) if value}  # as `header` finds them
    etag, last_modified = first.get("etag"), first.get("last-modified")
    content_type, charset = media_type(first.get("content-type"))
    return Page(
        requested=request.address,
        address=address,
        outcome=outcome,
        fetched_at=fetched_at,
        body=body if ok else b"",
        content_type=content_type,
        charset=charset,
        content_location=_location(address, first.get("content-location")),
        etag=etag if ok and _can_be_sent(etag) else None,
        last_modified=last_modified if ok and _can_be_sent(last_modified) else None,
        moved_to=moved_to,
        redirects=redirects,
        headers=tuple((name, _storable(value)) for name, value in headers),
        host_updates=host_updates,
        wire_bytes=wire_bytes,
    )


def _location(base: str, value: str | None) -> str | None:
    """Content-Location as an absolute http or https address, else None."""
    if not value:
        return None
    try:
        found = urljoin(base, _storable(value).strip())
    except ValueError:
        return None
    return found if found.lower().startswith(("http://", "https://")) else None


def _storable(value: str) -> str:
    """Without lone surrogates, which neither JSON nor SQLite accepts: bytes that are not UTF-8 are decoded as
    Latin-1, the old default of HTTP.
    """
    if value.isascii():
        return value
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape").decode("latin-1")
    return value
