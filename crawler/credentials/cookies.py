"""The cookies of one visit: some sites set one and redirect to the same address. Pure.

Cookies are kept by origin, whatever Domain and Path they name, and dropped with the visit: no host can set one for
another, and none is carried from source to source.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from newsdesk.crawler.credentials.secrets import cookie_in

MOST = 50  # of an origin, as browsers keep at least (RFC 6265, 6.1)
LONGEST = 4096  # of one, name and value
MOST_BYTES = 8192  # in one request: servers refuse longer headers


@dataclass(slots=True)
class CookieJar:
    """Cookies by origin (`https://host:port`), then by name."""

    _kept: dict[str, dict[str, str]] = field(default_factory=dict)

    def store(self, origin: str, headers: Iterable[tuple[str, str]], *, now: datetime) -> None:
        """Store the cookies of a response; header names are in lower case."""
        for name, value in headers:
            pair = cookie_in(value) if name == "set-cookie" else None
            if pair is None or sum(map(len, pair)) > LONGEST:
                continue
            kept = self._kept.setdefault(origin, {})
            if _has_expired(value, now):
                kept.pop(pair[0], None)
            elif pair[0] in kept or len(kept) < MOST:
                kept[pair[0]] = pair[1]

    def header(self, origin: str, own: Collection[tuple[str, str]] = ()) -> str | None:
        """The Cookie header for an origin: the operator's `own` cookies first; a cookie of the site replaces one of the
        same name. None without cookies."""
        if not own and not self._kept:
            return None
        pairs = {**dict(own), **self._kept.get(origin, {})}
        text, left = [], MOST_BYTES
        for name, value in pairs.items():
            left -= len(name) + len(value) + 3
            if left < 0:
                break
            text.append(f"{name}={value}")
        return "; ".join(text) or None


def _has_expired(header: str, now: datetime) -> bool:
    """Whether a cookie is sent to be deleted. Max-Age goes before Expires (RFC 6265, 5.3)."""
    attributes: dict[str, str] = {}
    for part in header.split(";")[1:50]:
        name, _, value = part.partition("=")
        attributes[name.strip().lower()] = value.strip()[:64]
    age = attributes.get("max-age", "")
    if age.removeprefix("-").isdecimal():
        return age.startswith("-") or not age.strip("0")
    try:
        expires = parsedate_to_datetime(attributes.get("expires", ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    return expires.replace(tzinfo=expires.tzinfo or UTC) <= now
