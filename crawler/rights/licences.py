"""The licence that a text or an address names, as a term: `licence:CC-BY-SA`, `licence:other`. Pure.

Versions and countries of Creative Commons licences are left out of the term; the statement has them.
"""

from __future__ import annotations

import re

from newsdesk.storage.records.rights.stated import LICENCE

_ADDRESS = re.compile(r"creativecommons\.org/licen[sc]es/([a-z]+(?:-[a-z]+)*)", re.IGNORECASE)
_PUBLIC = re.compile(
    r"creativecommons\.org/(?:publicdomain/(zero|mark)|licenses/(publicdomain))", re.IGNORECASE
)
_SHORT = re.compile(r"\bcc[ -]?(by(?:[ -](?:nc|nd|sa))*)\b", re.IGNORECASE)
_ZERO = re.compile(r"\bcc[ -]?(?:0|zero)\b", re.IGNORECASE)
_NAMED = re.compile(r"creative\s+commons", re.IGNORECASE)
_PARTS = (
    ("BY", re.compile(r"attribution|namensnennung|reconocimiento|atribución|atribuição|attribuzione|paternité",
                      re.IGNORECASE)),
    ("NC", re.compile(r"non-?\s?commercial|nicht[- ]?kommerziell|no\s?comercial|não\s?comercial|"
                      r"pas d.utilisation commerciale|non commerciale", re.IGNORECASE)),
    ("ND", re.compile(r"no\s?-?deriv|keine bearbeitung|sin\s?(?:obra)?\s?deriv|pas de modification|sem deriva",
                      re.IGNORECASE)),
    ("SA", re.compile(r"share\s?-?alike|weitergabe unter gleichen|compartir\s?igual|compartilha\s?igual|"
                      r"partage dans les m[êe]mes|condividi allo stesso modo", re.IGNORECASE)),
)  # fmt: skip
_OPEN_GOVERNMENT = re.compile(r"open[- ]government[- ]licen[sc]e", re.IGNORECASE)


def known_licence(value: str) -> str | None:
    """The term of a well-known licence that a text or address names; None for any other text."""
    if found := _PUBLIC.search(value):
        return f"{LICENCE}{'CC0' if (found[1] or '').lower() == 'zero' else 'public-domain'}"
    if found := _ADDRESS.search(value) or _SHORT.search(value):
        return f"{LICENCE}CC-{re.sub('[ -]+', '-', found[1]).upper()}"
    if _ZERO.search(value):
        return f"{LICENCE}CC0"
    if _NAMED.search(value) and (parts := [name for name, words in _PARTS if words.search(value)]):
        return f"{LICENCE}CC-{'-'.join(parts)}"
    return f"{LICENCE}OGL" if _OPEN_GOVERNMENT.search(value) else None


def licence_term(value: str) -> str:
    """The term of what is stated to be a licence."""
    return known_licence(value) or f"{LICENCE}other"
