"""An author's string to name and email: `mail (Name)`, `Name <mail>`, `Name (mail)`, or only a name.

Pure. Nothing is cleaned: a string of any other shape is the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsdesk.crawler.models import Person

_LONGEST = 1_000  # characters; feedparser spends 40 s on seven long author fields
_MAIL = r"(?:mailto:)?([^\s@()<>\"]{1,200}@[^\s@()<>\"]{1,200})"
_SHAPES = (
    re.compile(rf"(?P<mail>{_MAIL})\s{{0,9}}\((?P<name>.*)\)", re.DOTALL),
    re.compile(rf"\"?(?P<name>[^<>\"]*)\"?\s{{0,9}}<(?P<mail>{_MAIL})>"),
    re.compile(rf"(?P<name>[^()@]+)\((?P<mail>{_MAIL})\)"),
    re.compile(rf"(?P<mail>{_MAIL})(?P<name>)"),
)


def read_person(text: str | None) -> Person | None:
    """One printed author, None for an empty string."""
    printed = (text or "")[:_LONGEST].strip()
    if not printed:
        return None
    for shape in _SHAPES:
        found = shape.fullmatch(printed)
        if found:
            mail = found["mail"].removeprefix("mailto:")
            return Person(name=found["name"].strip() or None, email=mail)
    return Person(name=printed)


def distinct(people: Iterable[Person | None]) -> tuple[Person, ...]:
    """Each person once, in order; a later mention with the same name adds missing parts."""
    kept: dict[str, Person] = {}
    for person in people:
        if person is None or not (person.name or person.email or person.uri):
            continue
        key = (person.name or person.email or person.uri or "").casefold()
        known = kept.get(key)
        if known is None:
            kept[key] = person
        elif known != person:
            kept[key] = Person(
                name=known.name or person.name,
                email=known.email or person.email,
                uri=known.uri or person.uri,
            )
    return tuple(kept.values())
