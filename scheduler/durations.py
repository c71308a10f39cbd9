"""A span of time as people write it. Pure."""

from __future__ import annotations

from datetime import timedelta


def format_duration(seconds: int) -> str:
    """A span of time as people write it: 45 s, 30 min, 1 h 30 min, 2 d."""
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def format_span(span: timedelta) -> str:
    """The same for a difference of two moments, at least a second."""
    return format_duration(max(1, round(span.total_seconds())))
