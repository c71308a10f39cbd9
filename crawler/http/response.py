"""Headers of an answer, and the Page that is made of it.

Pure.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urljoin

from newsdesk.crawler.http.outcomes import plain
from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome

Headers = tuple[tuple[str, str], ...]
_UNSENDABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\ud800-\udfff]")
LONGEST_VALIDATOR = 4096  # sent back with each visit; servers refuse headers that are much longer


def readable(raw: tuple[tuple[bytes, bytes], ...]) -> Headers:
    """Names in lower case. A value that is not UTF-8 keeps its bytes as lone surrogates, so that a
    Location can go back as the bytes that came; `to_page` lets none of them out.
    """
    return tuple(
        (name.decode("latin-1").lower(), value.decode("utf-8", "surrogateescape")) for name, value in raw
    )


def header(headers: Headers, name: str) -> str | None:
    """The first of that name, None when there is none or it is empty."""
    return next((value for known, value in headers if known == name and value), None)


def validators(ask: HttpRequest) -> dict[str, str]:
    """The conditions of a request, each on its own, exactly as stored or not at all."""
    found = {}
    if _can_be_sent(ask.etag):
        found["If-None-Match"] = ask.etag
    if _can_be_sent(ask.last_modified):
        found["If-Modified-Since"] = ask.last_modified
    return {name: value for name, value in found.items() if value is not None}


def _can_be_sent(value: str | None) -> bool:
    """A validator that is not text can only be echoed altered, so it is not kept and not sent."""
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
    ask: HttpRequest,
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
    """Validators are only passed on with a whole body or a 304: with less, the next visit would be told
    that nothing changed and never get the rest.
    """
    fine = outcome.category == "ok"
    first = {name: value for name, value in reversed(headers) if value}  # as `header` finds them
    etag, last_modified = first.get("etag"), first.get("last-modified")
    kind, charset = media_type(first.get("content-type"))
    return Page(
        requested=ask.address,
        address=address,
        outcome=outcome,
        fetched_at=fetched_at,
        body=body if fine else b"",
        content_type=kind,
        charset=charset,
        content_location=_location(address, first.get("content-location")),
        etag=etag if fine and _can_be_sent(etag) else None,
        last_modified=last_modified if fine and _can_be_sent(last_modified) else None,
        moved_to=moved_to,
        redirects=redirects,
        headers=tuple((name, _storable(value)) for name, value in headers),
        host_updates=host_updates,
        wire_bytes=wire_bytes,
    )


def _location(base: str, value: str | None) -> str | None:
    """Content-Location as an absolute address, None unless it is one for http or https."""
    if not value:
        return None
    try:
        found = urljoin(base, _storable(value).strip())
    except ValueError:
        return None
    return found if found.lower().startswith(("http://", "https://")) else None


def _storable(value: str) -> str:
    """Without lone surrogates, which neither JSON nor SQLite takes: bytes that are not UTF-8 are read
    as Latin-1, HTTP's own.
    """
    if value.isascii():
        return value
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape").decode("latin-1")
    return value
