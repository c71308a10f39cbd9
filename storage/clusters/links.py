"""Whether two stories are copies of each other, and why. Pure.

In doubt they are not: a wrong link is worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import log
from typing import Final, Literal

from newsdesk.storage.records.copies.compare import may_share, overlap_of, slots_of
from newsdesk.storage.records.copies.keys import SHORT
from newsdesk.storage.records.copies.names import names_of
from newsdesk.storage.records.copies.tokens import Tokens, shingles_of, tokens_of

LinkKind = Literal["url", "exact", "copy", "excerpt", "headline"]
WINDOW: Final = timedelta(days=10)
_NEAR = timedelta(days=3)
_LEAST_NEAR, _LEAST_FAR = 0.35, 0.75  # share of the shorter text, within 3 days and within 10
_LEAST_OWN = 0.6  # within one outlet, whose stories share more than their subject
_HALF = 0.5
_OF_SLICES = 0.6  # of the least share: the estimate by slices is rarely lower
_MOST_SLOTS, _MOST_SLOTS_BELOW_HALF = 0.025, 0.015  # for each shared word, where less than half is shared
LONGEST_SHORT: Final = 1_000  # characters of a teaser
_MOST_SPACES = 80  # in a text of no more than `SHORT` shingles
_SHORTEST = 9  # shingles; shorter texts are compared by names and numbers only
_LEAST_SHARED = 6  # shingles
_COPY = 0.6  # share of the longer text; below, the shorter one is an excerpt
_HEADLINE_NEAR = timedelta(days=1)
_LEAST_NAMES, _LEAST_OF_NAMES = 3, 0.5  # names and numbers that two teasers share; of the one that has fewer
_MOST_OTHER_NAMES = 0.25  # of a short text, that the other text has not
_SEVERAL = 2
_LONG_NUMBER = 3  # digits; a shorter one is easily the same by chance
_COMMON = 13  # stories that have a name: then it says nothing
_LEAST_RARITY = 0.5  # of all shared names and numbers
_LEAST_RARITY_OF_FEW = 4.0
_LISTED = 4

_tokens = lru_cache(maxsize=64)(tokens_of)  # the first story of a cluster is compared with each of its copies
_shingles = lru_cache(maxsize=256)(shingles_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What is compared of a story. `text` is without the outlet's boilerplate; `at` when it was published, or first
    seen; `site` names the outlet."""

    story_id: int
    title: str | None
    text: str | None
    at: datetime
    site: str
    language: str | None = None

    @property
    def shingles(self) -> list[int]:
        """The shingles of the text."""
        return _shingles(self.text or "")

    @property
    def tokens(self) -> Tokens:
        """The tokens of the text."""
        return _tokens(self.text or "")

    @property
    def is_short(self) -> bool:
        """Whether the text is no longer than a teaser."""
        text = self.text or ""
        return (
            len(text) <= LONGEST_SHORT
            and text.count(" ") < _MOST_SPACES  # saves the shingles of most texts
            and len(self.shingles) <= SHORT
        )

    @property
    def names(self) -> frozenset[str]:
        """The names and numbers of title and text."""
        return names_of(self.title, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two stories that are copies: the later arrival and an earlier one, with the kind, a score from 0 to 1, and the
    reason in words."""

    story_id: int
    other_id: int
    kind: LinkKind
    score: float
    reason: str


def link_of(newer: Side, older: Side, *, counts: Mapping[str, int]) -> Link | None:
    """The link between two stories; None if they are not copies. `counts`: how many stories of the window have each
    name or number of a short text."""
    apart = abs(newer.at - older.at)
    if apart > WINDOW:
        return None
    least = _LEAST_NEAR if apart <= _NEAR else _LEAST_FAR
    if newer.site == older.site:
        least = max(least, _LEAST_OWN)
    if may_share(newer.text or "", older.text or "", _OF_SLICES * least):
        one, other = newer.shingles, older.shingles
        if min(len(one), len(other)) >= _SHORTEST:
            if one == other:
                return _link(newer, older, "exact", 1.0, "the same text")
            if (link := _by_text(newer, older, least)) is not None:
                return link
    if apart <= _HEADLINE_NEAR and newer.is_short and older.is_short:
        return _by_names(newer, older, counts)
    return None


def _by_text(newer: Side, older: Side, least: float) -> Link | None:
    overlap = overlap_of(newer.shingles, older.shingles)
    most_slots = _MOST_SLOTS if overlap.contained >= _HALF else _MOST_SLOTS_BELOW_HALF
    if overlap.contained < least or overlap.shared < _LEAST_SHARED:
        return None
    if slots_of(newer.tokens, older.tokens) > most_slots:
        return None
    if newer.is_short and older.is_short and _tells_another_event(newer, older):
        return None
    share = f"{overlap.contained:.0%}"
    if overlap.of_longer >= _COPY:
        return _link(
            newer, older, "copy", overlap.contained, f"{share} of the shorter text is in the longer one"
        )
    side = "the earlier" if len(older.shingles) < len(newer.shingles) else "the later"
    return _link(
        newer, older, "excerpt", overlap.contained, f"{share} of {side}, shorter text is in the other one"
    )


def _tells_another_event(one: Side, other: Side) -> bool:
    """Whether each of two short texts has numbers or several names that the other has not, or the shorter many."""
    facts, others = (
        {token.lower() for token in side.tokens.tokens if token[0].isupper() or token[0].isdigit()}
        for side in (one, other)
    )
    if _numbers(facts - others) and _numbers(others - facts):
        return True
    if min(len(facts - others), len(others - facts)) >= _SEVERAL:
        return True
    shorter, longer = sorted((one, other), key=lambda side: len(side.shingles))
    names = names_of(None, shorter.text)
    has = {token.lower() for token in longer.tokens.tokens}
    return len(names - has) > _MOST_OTHER_NAMES * len(names)


def _by_names(newer: Side, older: Side, counts: Mapping[str, int]) -> Link | None:
    """Two teasers of one event, in other words: they share rare names and numbers, and have few that differ."""
    one, other = newer.names, older.names
    shared = one & other
    fewer = min(len(one), len(other))
    if len(shared) < _LEAST_NAMES or len(shared) < _LEAST_OF_NAMES * fewer:
        return None
    numbers = [number for number in _numbers(shared) if len(number) > 1]
    differing = min(len(_numbers(one - other)), len(_numbers(other - one)))
    if len(numbers) <= differing:
        return None
    rarity = sum(log(_COMMON / max(1, counts.get(name, 1))) for name in shared)
    few = len(shared) == _LEAST_NAMES and max(map(len, numbers)) < _LONG_NUMBER
    if rarity < (_LEAST_RARITY_OF_FEW if few else _LEAST_RARITY):
        return None
    listed = ", ".join(sorted(shared, key=lambda name: (counts.get(name, 1), name))[:_LISTED])
    return _link(newer, older, "headline", len(shared) / fewer, f"two short texts share {listed}")


def _numbers(names: Set[str]) -> list[str]:
    return [name for name in names if name[0].isdigit()]


def _link(newer: Side, older: Side, kind: LinkKind, score: float, reason: str) -> Link:
    return Link(
        story_id=newer.story_id, other_id=older.story_id, kind=kind, score=round(score, 3), reason=reason
    )
