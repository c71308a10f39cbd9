"""What a publisher states about the use of a story: as printed, and as terms by which stories are found. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from newsdesk.storage.records.pickling import pickled_as_tuple

# Every term with its meaning. Beside them there is `licence:NAME`.
TERMS: dict[str, str] = {
    "tdm-reserved": "text and data mining is reserved (TDMRep: tdm-reservation 1)",
    "tdm-allowed": "text and data mining is not reserved (tdm-reservation 0)",
    "search=no": "the content signal of this use is no",
    "search=yes": "the content signal of this use is yes",
    "ai-input=no": "the content signal of this use is no",
    "ai-input=yes": "the content signal of this use is yes",
    "ai-train=no": "the content signal of this use is no",
    "ai-train=yes": "the content signal of this use is yes",
    "noindex": "robots are asked not to index the page",
    "noarchive": "robots are asked not to show a copy of the page",
    "nosnippet": "robots are asked not to show a part of its text",
    "noai": "robots are asked not to use the page for AI",
    "noimageai": "robots are asked not to use its pictures for AI",
    "robots-disallowed": "robots.txt does not let us request the page",
    "paid": "the page states that it is not free",
    "free": "the page states that it is free",
    "copyright": "a copyright notice is published",
}  # fmt: skip
LICENCE = "licence:"
DISALLOWED = "robots-disallowed"  # of a page whose last outcome is `robots`: no row has it
RESERVED = ("tdm-reserved", "search=no")  # the terms by which text is reserved from a store like this one


class Stated(NamedTuple):
    """One statement as printed: `what` it is about, `where` it was found, its value."""

    what: str
    where: str
    value: str


@pickled_as_tuple
@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What one origin, a feed or a page, states about a story. `terms` are sorted, each once; `stated` are the
    statements that they were read from."""

    terms: tuple[str, ...]
    stated: tuple[Stated, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsChange:
    """The rights that an origin stated before, and those that it states now; None for none."""

    old: Rights | None
    new: Rights | None


def rights_change(before: Rights | None, now: Rights | None) -> RightsChange | None:
    """The change from `before` to `now`; None where the terms are the same: a new year in a copyright notice is no
    change."""
    if (before.terms if before else ()) == (now.terms if now else ()):
        return None
    return RightsChange(old=before, new=now)


def reserved_by(rights: Rights | None) -> str | None:
    """The term that reserves the text of a story, None if there is none."""
    return None if rights is None else next((term for term in RESERVED if term in rights.terms), None)
