"""A story with its addresses and authors: parsed values, ready to be stored. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from newsdesk.storage.records.pickling import pickled_as_tuple
from newsdesk.storage.records.rights.stated import Rights

FROM_VISIT = "counted from the visit"  # the doubt of a date that is printed as "5 minutes ago"


Verdict = Literal["new", "changed", "same", "duplicate", "refused"]


Precision = Literal["year", "month", "day", "hour", "minute", "second"]


AuthorKind = Literal["person", "organisation"]


Found = Literal["entry", "guid", "original", "redirect", "canonical", "amp", "none"]


Kind = Literal["article", "liveblog", "gallery", "video", "audio", "review", "opinion"]


Access = Literal["free", "paywalled"]


@pickled_as_tuple
@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """One name of a byline. `role` is writer, reporting, editing, photo or translation."""

    name: str
    kind: AuthorKind = "person"
    role: str = "writer"
    organisation: str | None = None


@pickled_as_tuple
@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A key under which a story is known. `key` (`a5:…`) is compared, `url` is fetched or shown.
    `disambiguation`: digest of what else is in the key, where several stories share the address; None if the
    address alone identifies the story."""

    key: str
    url: str
    found_in: Found
    disambiguation: str | None = None


@pickled_as_tuple
@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a publisher says that it corrected, as printed. `origin`: a note in the text, or the JSON-LD of the
    page."""

    text: str
    origin: Literal["note", "json-ld"]


@pickled_as_tuple
@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story, normalised: typed, cleaned, UTC.

    `addresses` begins with the one that identifies the story, and is never empty. `published_offset_min` is
    the published offset from UTC in minutes, None if none was published; `published_day` the calendar day
    (YYYY-MM-DD) where the publisher is. `published_values` are the raw values per field; `evidence` says per
    field which rule read it and what is doubtful. `digest` (`s1:…`) covers the compared fields. `text` has no
    boilerplate at its edges: that is in `cut_start` and `cut_end`; digests and comparisons use `uncut_text`,
    and `edges` are the digests of the sentences at its edges. `copy_keys`: the keys by which copies of it are found;
    empty where title and text were put together from two origins. `agency`: the news agency that it names as
    its own source. `access`: free or paywalled, None if not known.
    `text_digest` (`t2:…`) is of the text without noise, None if it is not computed. `corrections` are the publisher's.
    `other_canonical`: the address of another site that the page names as its canonical one. `rights`: what its origin
    states about its use, None for nothing. `text_reserved`: the term for which its text is not stored.
    """

    addresses: tuple[Address, ...]
    site: str
    title: str | None
    summary: str | None = None
    text: str | None = None
    cut_start: str = ""
    cut_end: str = ""
    edges: tuple[int, ...] = ()
    copy_keys: tuple[int, ...] = ()
    html: str | None = None
    language: str | None = None
    authors: tuple[Author, ...] = ()
    agency: str | None = None
    published: datetime | None = None
    published_offset_min: int | None = None
    published_day: str | None = None
    precision: Precision | None = None
    updated: datetime | None = None
    image: str | None = None
    categories: tuple[str, ...] = ()
    kind: Kind = "article"
    access: Access | None = None
    published_values: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""
    text_digest: str | None = None
    corrections: tuple[Correction, ...] = ()
    other_canonical: Address | None = None
    rights: Rights | None = None
    text_reserved: str | None = None
    reader_version: int = 1

    @property
    def uncut_text(self) -> str | None:
        """The text with the boilerplate that was cut off."""
        return None if self.text is None else f"{self.cut_start}{self.text}{self.cut_end}"
