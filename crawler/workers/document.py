"""A document as it was fetched, for the tasks that parse it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsdesk.crawler.models import Page

# The headers that `crawler.rights.response` reads
RIGHTS_HEADERS = frozenset(
    ("x-robots-tag", "tdm-reservation", "tdm-policy", "content-signal", "content-usage")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The decoded `body` of a response, with what is needed to parse it. `address` is where it came from after
    redirects; `content_type` and `charset` are those of the header Content-Type; relative links may be based
    on `content_location`; `last_modified` is the header as printed, `rights_headers` are those that state
    something about use, with their names."""

    body: bytes
    address: str
    fetched_at: datetime
    content_type: str | None = None
    charset: str | None = None
    content_location: str | None = None
    last_modified: str | None = None
    rights_headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, page: Page) -> Document:
        return cls(
            body=page.body,
            address=page.address,
            fetched_at=page.fetched_at,
            content_type=page.content_type,
            charset=page.charset,
            content_location=page.content_location,
            last_modified=page.last_modified,
            rights_headers=tuple(one for one in page.headers if one[0] in RIGHTS_HEADERS),
        )
