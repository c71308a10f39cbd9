"""The first request of a visit of a source, whatever its kind, and its response: the result so far, and whether it ends
the visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.crawler.normalise.reader_version import READER_VERSION
from newsdesk.storage.records.digests import body_digest, made_by_other_version, of_incomplete
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.server_hints import NO_HINTS, Hints
from newsdesk.storage.records.visits import ClaimedVisit, VisitResult

_HINTS = {"cache-control": "cache_control", "age": "age", "expires": "expires", "date": "date"}
_LONGEST_HINT = 500


def read_anew(claimed: ClaimedVisit) -> ClaimedVisit:
    """The claimed visit without validators if another version read the last document: a 304 would keep the results of
    the old rules until the document changes."""
    if made_by_other_version(
        known=claimed.known_entries, body_digest=claimed.body_digest, reader_version=READER_VERSION
    ):
        return replace(claimed, etag=None, last_modified=None, body_digest=None)
    return claimed


def first_request(claimed: ClaimedVisit, *, accept: str) -> HttpRequest:
    """The request of the source's own document, with its validators and secrets."""
    return HttpRequest(
        address=claimed.address,
        etag=claimed.etag,
        last_modified=claimed.last_modified,
        accept=accept,
        secrets=claimed.secrets,
        bound_to=claimed.address,
    )


def first_result(claimed: ClaimedVisit, page: Page, *, started_at: datetime, now: datetime) -> VisitResult:
    """The result as the response alone shows it."""
    unchanged = page.outcome.code == "unchanged"
    return VisitResult(
        source_id=claimed.source_id,
        host=claimed.host,
        started_at=started_at,
        ended_at=now,
        outcome=page.outcome,
        # a 304 replaces the validators that it carries, each on its own
        validators=(page.etag or claimed.etag, page.last_modified or claimed.last_modified)
        if unchanged
        else None,
        identity_scheme=claimed.identity_scheme,
        host_updates=page.host_updates,
        hints=_hints(page),
        final_address=page.address,
        moved_to=page.moved_to,
        wire_bytes=page.wire_bytes,
    )


def last_result(claimed: ClaimedVisit, page: Page, result: VisitResult) -> VisitResult | None:
    """The result of a visit that ends with the response: an error, 304, or the same document. None where the document
    has to be read."""
    if page.outcome.code == "unchanged" or page.outcome.category != "ok":
        return result
    digest = body_digest(page.body, reader_version=READER_VERSION)
    if claimed.body_digest not in (digest, of_incomplete(digest)):
        return None
    whole = claimed.body_digest == digest
    message = "the same document as at the last visit"
    return replace(
        result,
        outcome=Outcome(
            code="same-document",
            category="ok",
            message=message if whole else f"{message}, incomplete",
            status=200,
        ),
        validators=(page.etag, page.last_modified) if whole else (None, None),
        complete=whole,
    )


def _hints(page: Page) -> Hints:
    """The headers about the time of the next visit, as sent."""
    values: dict[str, Any] = {}
    for name, value in page.headers:
        if name in _HINTS and value:
            values.setdefault(_HINTS[name], value[:_LONGEST_HINT])
    return Hints(**values) if values.keys() - {"date"} else NO_HINTS  # every response has a date
