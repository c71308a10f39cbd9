"""An address that a sitemap lists, and what is printed beside it. Pure; imports no parser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_ISO = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAddress:
    """An address with its `lastmod` as printed."""

    address: str
    lastmod: str | None = None


def lastmod_moment(printed: str | None) -> datetime | None:
    """The instant of a `lastmod` in UTC; None without one, or for another form than that of the protocol (a month, a
    day, or an ISO 8601 time)."""
    if printed is None or not _ISO.match(printed):
        return None
    try:
        moment = datetime.fromisoformat(f"{printed}-01" if len(printed) == 7 else printed)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
