"""The news agency that a story names: in its byline, its dateline, or its last line. Pure.

Only agencies whose text other outlets carry. A name in a sentence ("told Reuters") counts for nothing.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re
from collections.abc import Iterable

from newsdesk.storage.records.copies.agencies import AGENCIES, AGENCY_SITES

_NAME_OF = {
    spelling: name for name, _, others in AGENCIES for spelling in (name, *others.split("|")) if spelling
}
# Words, places and abbreviations of other things: these count in a byline only.
_AMBIGUOUS = frozenset("PA EP AA ATS TT MTI AGI STT APA ANP ANI AAP sda SDA PAP NTB Ansa".split())
_BEGINNING, _END = 200, 160  # characters
_ONE = "|".join(sorted(map(re.escape, _NAME_OF.keys() - _AMBIGUOUS), key=len, reverse=True))
_LIST = rf"(?P<name>{_ONE})(?:\s*[/,&]\s*(?:{_ONE}))*"
_DATELINE = re.compile(
    rf"\({_LIST}\)|(?:^|[\n,.]\s*|\s[-–—]\s)(?P<after>{_ONE})(?:\.|\s*[-–—]\s|\s*\n)|^\s*(?P<line>{_ONE})\s*$",
    re.MULTILINE,
)
_SIGNED = re.compile(
    rf"\({_LIST}\)\s*$|(?:^|[.\n]\s*)[©-–—]?\s*(?P<line>{_ONE})(?:\s*[/,&]\s*(?:{_ONE}))*\.?\s*$"
)
# Agencies that are not in the table, by their own names in a byline.
_BY_NAME = re.compile(
    r"(?:Agencia|Agência|Agenzia|Agence|Nachrichtenagentur) \S.*"
    r"|(?!The )\S.* (?:News Agency|Press Agency|Newswire|Wire|Nachrichtenagentur)"
)


def find_agency(site: str, authors: Iterable[str], text: str | None) -> str | None:
    """The agency whose text a story is: by its site, else its byline, its dateline, its last line."""
    authors = list(authors)
    if site in AGENCY_SITES:
        return AGENCY_SITES[site]
    for author in authors:
        if (named := _NAME_OF.get(author.strip())) is not None:
            return named
    for author in authors:
        if _BY_NAME.fullmatch(author.strip()):
            return author.strip()
    if not text:
        return None
    for found in (_DATELINE.search(text[:_BEGINNING]), _SIGNED.search(text[-_END:].rstrip())):
        if found is not None:
            return next(_NAME_OF[name] for name in found.groupdict().values() if name)
    return None
