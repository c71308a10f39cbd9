"""Numbers with their nouns, for messages. Pure."""

from __future__ import annotations


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 source`, `2,000 sources`, `3 stories` (its plural given)."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def stories_a_day(number: float) -> str:
    """`1 story a day`, `0.25 stories a day`, with three digits."""
    text = f"{number:.3g}"
    return f"{text} {'story' if text == '1' else 'stories'} a day"
