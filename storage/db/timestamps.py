"""Instants as stored: ISO 8601 in UTC with milliseconds and a Z, so that they sort as text. Pure."""

from __future__ import annotations

from datetime import UTC, datetime


def to_iso(moment: datetime) -> str:
    """`2026-11-24T05:35:43.120Z`. Raises ValueError for a naive datetime: a missing zone is a bug."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no zone")
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds")[:-6] + "Z"  # in place of +00:00


def to_iso_or_none(moment: datetime | None) -> str | None:
    """`to_iso`, with None for not known."""
    return None if moment is None else to_iso(moment)


def from_iso(text: str) -> datetime:
    """The aware UTC datetime that `to_iso` wrote."""
    return datetime.fromisoformat(text)


def from_iso_or_none(text: str | None) -> datetime | None:
    """`from_iso`, with None for not known."""
    return None if text is None else datetime.fromisoformat(text)
