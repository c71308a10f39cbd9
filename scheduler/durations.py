"""A span of time as people write it.

Pure. Called wherever the scheduler or a command says how long something takes.
"""

from __future__ import annotations


def in_words(seconds: int) -> str:
    """A span of time as people write it: 45 s, 30 min, 1 h 30 min, 2 d."""
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"
