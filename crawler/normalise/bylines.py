"""Bylines: from what a publisher prints as author to names of people and organisations.

Pure, never raises. Spaces and separators change, letters inside a name never do. A desk ("Staff",
"Redaktion") is nobody; an agency is an organisation; so is the outlet's own name, since "the paper signs
this itself" is said and not unknown, while a person it is not. Called by `story`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from crawler.items import Person
from crawler.normalise.names import AGENCIES, DESKS, LEAD_INS, ORGANISATION_WORDS, SUFFIXES
from crawler.normalise.text import plain
from storage.records import Author, AuthorKind

MAX_LENGTH = 1_000
MAX_AUTHORS = 50
MAX_NAME = 120

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BREAK = re.compile(r"<(?:br|/p|/li|/div)\b[^<>]*>", re.IGNORECASE)
_EMAIL_THEN_NAME = re.compile(r"^\S+@\S+\s*\(([^()]+)\)$")  # RSS 2.0: jane@example.org (Jane Doe)
_EMAIL = re.compile(r"[<(\[]?(?:mailto:)?[^\s<>()\[\],;|]+@[^\s<>()\[\],;|]+\.[^\s<>()\[\],;|]+[>)\]]?")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w.])@\w+")
_LEAD_IN = re.compile(rf"(?:{'|'.join(map(re.escape, LEAD_INS))})(?:\s*:\s*|\s+)(?=\S)", re.IGNORECASE)
_HARD = re.compile(r"\s*[;|/•·、，\n]\s*|\s+[–—]\s+")
_AND = re.compile(r",?\s+(?:&|and|und|et)\s+", re.IGNORECASE)
# Between two full names only, since these also stand inside one ("José Ortega y Gasset").
_SHORT_AND = re.compile(r"(?<=\S\s)(\S+)\s+(?:y|e|en|og|och|ja|ve|i|и|та)\s+(?=\S+\s+\S)")
_COMMA = re.compile(rf",(?!\s*(?:{'|'.join(map(re.escape, SUFFIXES))})\b)\s*", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_EDGE = " \t\r\n\u00a0,.:;|/-–—•·*()[]{}\"“”'‘’<>"
_LETTER = re.compile(r"[^\W\d_]")


def parse_byline(
    raw: str | Person | Sequence[str | Person], *, language: str | None = None, outlet: str | None = None
) -> tuple[Author, ...]:
    """The authors that `raw` names, in order, each once. Empty when it names nobody.

    `outlet` is the name of the paper. `language` is not needed by these rules.
    """
    return _parse((raw,) if isinstance(raw, str | Person) else tuple(raw[:MAX_AUTHORS]), outlet)


@lru_cache(maxsize=1024)  # a paper has few reporters, and each writes much
def _parse(said: tuple[str | Person, ...], outlet: str | None) -> tuple[Author, ...]:
    authors: dict[str, Author] = {}
    for one in said:
        for name in _names(_text(one)):
            kind = _kind(name, outlet)
            if kind is not None:
                authors.setdefault(name.casefold(), Author(name=name, kind=kind))
    return tuple(authors.values())[:MAX_AUTHORS]


def _text(one: str | Person) -> str:
    text = one if isinstance(one, str) else one.name or one.email or ""
    text = text[:MAX_LENGTH]
    in_brackets = _EMAIL_THEN_NAME.match(text.strip())
    if in_brackets:
        text = in_brackets[1]
    if "&" in text or "<" in text:
        lines = _BREAK.sub(";", text)
        text = plain(_TAG.sub("", _EMAIL.sub(" ", lines))) or ""
        text = _TAG.sub("", _BREAK.sub(";", text))
    text = (
        _ADDRESS.sub(" ", _EMAIL.sub(" ", text)) if "@" in text or "www." in text or "://" in text else text
    )
    return " ".join((plain(_HANDLE.sub(" ", text)) or "").split())


def _names(text: str) -> list[str]:
    names: list[str] = []
    for part in _HARD.split(text):
        for phrase in _AND.split(part):
            for half in _SHORT_AND.sub(r"\1;", phrase).split(";"):
                names += _by_commas(half)
    return [name for name in (_trimmed(name) for name in names) if _LETTER.search(name)]


def _by_commas(text: str) -> list[str]:
    parts = [part for part in _COMMA.split(text) if part.strip()]
    if len(parts) == 2 and all(len(part.split()) == 1 for part in parts):
        family, given = (part.strip() for part in parts)
        if given[:1].isupper() and family[:1].isupper() and not _is_desk(given) and not _is_agency(given):
            return [f"{given} {family}"]  # Doe, Jane
    return parts


def _trimmed(name: str) -> str:
    name = _IN_BRACKETS.sub("", name)
    lead_in = _LEAD_IN.match(name)
    if lead_in and (" by" in lead_in[0].lower() or " " in name[lead_in.end() :].strip()):
        name = name[lead_in.end() :]  # "Di Maio" keeps its Di: something must be left that is a full name
    dotted = name.rstrip(" ,;:").endswith((" Jr.", " Sr.")) or bool(
        re.search(r"\b\w\.$", name.rstrip(" ,;:"))
    )
    name = " ".join(name.strip(_EDGE).split())
    return f"{name}." if dotted and not name.endswith(".") else name


def _kind(name: str, outlet: str | None) -> AuthorKind | None:
    """What bears this name; None for a desk, and for what is too long to be one."""
    if _is_desk(name) or len(name) > MAX_NAME:
        return None
    folded = name.casefold()
    if _is_agency(name) or (outlet and folded == outlet.strip().casefold()):
        return "organisation"
    words = folded.split()
    if any(word in ORGANISATION_WORDS for word in words[1:]):
        return "organisation"
    return "person"


def _is_desk(name: str) -> bool:
    return name.casefold().strip(_EDGE) in DESKS


def _is_agency(name: str) -> bool:
    folded = name.casefold().strip(_EDGE)
    return folded in AGENCIES or folded.removeprefix("the ") in AGENCIES
