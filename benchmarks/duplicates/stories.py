"""The records of a generated stream."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

HALVES = ("dev", "held-out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A story before any outlet printed it: a title, other titles, and its paragraphs."""

    title: str
    paragraphs: tuple[str, ...]
    language: str | None
    origin: str  # corpus, template or invented
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What one outlet published. `cluster` is the truth; `kinds` tells how it differs from its base."""

    cluster: int
    title: str | None
    text: str | None
    published: datetime
    source: str
    language: str | None
    origin: str
    kinds: tuple[str, ...]
