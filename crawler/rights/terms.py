"""From the statements about a story to its rights: the terms by which it is found. Pure.

The order of precedence, where several state the same: a page's element, the header of its response, the file of its
host (TDMRep, "Processing priority"). Rules for robots add up, as do licences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from newsdesk.crawler.rights.licences import known_licence, licence_term
from newsdesk.storage.records.rights.stated import Rights, Stated

_PRECEDENCE = ("meta", "header", "tdmrep.json", "robots.txt")
_TDM = {"1": "tdm-reserved", "0": "tdm-allowed"}
_NOTICE = re.compile(r"©|\(c\)|copyright|all rights reserved", re.IGNORECASE)


@lru_cache(maxsize=1024)  # the stories of a document mostly have the same
def rights_of(statements: tuple[Stated, ...]) -> Rights | None:
    """The rights that the statements of one origin mean; None for those that mean nothing."""
    terms = {
        *_first(statements, "tdm-reservation", _TDM),
        *_signals(statements),
        *(rule for one in statements if one.what == "robots" for rule in one.value.split(", ")),
        *(one.value for one in statements if one.what == "access"),
        *(licence_term(one.value) for one in statements if one.what == "licence"),
        *(term for one in statements if one.what == "copyright" for term in _notice(one.value)),
    }
    return Rights(terms=tuple(sorted(terms)), stated=tuple(dict.fromkeys(statements))) if terms else None


def _rank(one: Stated) -> int:
    return _PRECEDENCE.index(one.where) if one.where in _PRECEDENCE else len(_PRECEDENCE)


def _first(statements: tuple[Stated, ...], what: str, terms: dict[str, str]) -> Iterator[str]:
    """The term of the valid statement that goes first: another value than these is an error, and states nothing."""
    valid = [one for one in statements if one.what == what and one.value in terms]
    if valid:
        yield terms[min(valid, key=_rank).value]


def _signals(statements: tuple[Stated, ...]) -> Iterator[str]:
    """The signal of each use that goes first."""
    signals = sorted((one for one in statements if one.what == "content-signal"), key=_rank)
    by_use = {one.value.partition("=")[0]: one.value for one in reversed(signals)}
    yield from by_use.values()


def _notice(value: str) -> Iterator[str]:
    """The terms of a copyright notice; many feeds name their licence there."""
    licence = known_licence(value)
    if licence is not None:
        yield licence
    if licence is None or _NOTICE.search(value):
        yield "copyright"
