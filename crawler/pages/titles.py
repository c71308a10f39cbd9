"""The title of a page: the visible headline, if the page's metadata confirm it, else the title of the metadata.

Pure. Names of sites behind a title are cut off, kickers and section names before it too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import unescape

from newsdesk.crawler.documents.folding import words
from newsdesk.crawler.models import FieldCandidate

_SUFFIX = re.compile(r"\s+(?:[|•·»–—:]|-{1,2}|::)\s+|\s*[|»]\s*")
_TOKEN = re.compile(
    "[\u2e80-\u9fff\uf900-\ufaff]|[^\\s\u2e80-\u9fff\uf900-\ufaff]+"
)  # scripts without spaces are compared letter by letter
_SIGNS = ":/|–—-"
CONFIRMS = 0.5  # share of the words of one title that the other has too
SAME = 0.99  # one title begins with the whole other
_A_NAME = 3  # characters of a site's name, at least
_LABEL = 2  # words of a headline that may be a section's name
_KICKER = 6  # words before a headline in the same element, at most
_FEW = 3  # words of a site's name behind a title, at most


def choose_title(candidates: Sequence[FieldCandidate], sites: Sequence[str]) -> FieldCandidate | None:
    """The headline that the metadata confirm best; of equal ones the first. The title of the metadata is chosen
    instead if there is no headline, if JSON-LD and meta agree on a title that no headline has, or if no
    metadata confirm the headline and there are several, or it has only a word or two."""
    from_metadata = _without_sites([one for one in candidates if one.origin != "headline"], sites)
    headlines = [one for one in candidates if one.origin == "headline" and not _is_site(one.value, sites)]
    scored = [
        (max((_similarity(one.value, other.value) for other in from_metadata), default=0.0), one)
        for one in headlines
    ]
    score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    agreed = _agreed(from_metadata)
    if best is None:
        return from_metadata[0] if from_metadata else None
    if (
        from_metadata
        and score < CONFIRMS
        and (len(headlines) > 1 or (agreed and len(best.value.split()) <= _LABEL))
    ):
        return from_metadata[0]
    if (
        agreed is not None
        and agreed.origin == "json-ld"
        and all(_similarity(one.value, agreed.value) < SAME for one in headlines)
    ):
        return agreed
    return _better_spelled(best, from_metadata)


def _agreed(from_metadata: Sequence[FieldCandidate]) -> FieldCandidate | None:
    """The first title that two origins have, word for word."""
    for place, one in enumerate(from_metadata):
        for other in from_metadata[place + 1 :]:
            if other.origin != one.origin and _folded(other.value) == _folded(one.value):
                return one
    return None


def _better_spelled(headline: FieldCandidate, from_metadata: Sequence[FieldCandidate]) -> FieldCandidate:
    """The title with the headline's words and the punctuation that a layout leaves out, or without a kicker in
    the same element; else the headline."""
    ours = _letters(headline.value)
    for one in from_metadata:
        if _letters(one.value) == ours and _has_more_signs(one.value, headline.value):
            return one
    for one in from_metadata:
        kicker = len(headline.value.split()) - len(one.value.split())
        if len(one.value.split()) > _FEW and 0 < kicker <= _KICKER and ours.endswith(_letters(one.value)):
            return one
    return headline


def _has_more_signs(title: str, headline: str) -> bool:
    in_title, in_headline = (
        sum(one.count(sign) for sign in _SIGNS) for one in (unescape(title), headline.strip(" :"))
    )
    return in_title > in_headline


def _without_sites(titles: Sequence[FieldCandidate], sites: Sequence[str]) -> list[FieldCandidate]:
    """The titles without names of sites behind them. A part is also cut off if the rest equals another title."""
    folded = {_folded(one.value) for one in titles}
    return [
        FieldCandidate(origin=one.origin, value=_without_site(one.value, sites, folded)) for one in titles
    ]


def _without_site(title: str, sites: Sequence[str], others: set[str]) -> str:
    for site in sites:
        rest = title.removesuffix(site).rstrip()
        if len(site) >= _A_NAME and rest != title and len(rest) > len(site) and rest[-1:] in f"{_SIGNS}·»":
            title = rest.rstrip(f"{_SIGNS}·» ")
    cuts = [match.start() for match in _SUFFIX.finditer(title)]
    parts = _SUFFIX.split(title)
    while len(parts) > 1:
        rest = title[: cuts[len(parts) - 2]].rstrip()
        is_name = _is_site(parts[-1], sites) or len(parts[-1].split()) <= _FEW < len(parts[0].split())
        if not rest or not (is_name or _folded(rest) in others):
            break
        parts.pop()
        title = rest
    return title


def _is_site(title: str, sites: Sequence[str]) -> bool:
    return any(_folded(title) == _folded(site) for site in sites)


def _similarity(headline: str, title: str) -> float:
    """The share of the words that both have, of the longer of the two. A title that begins with the whole other
    has a site's name or a few words more, and counts as the same."""
    ours, theirs = _folded(headline), _folded(title)
    if not ours or not theirs:
        return 0.0
    if theirs == ours:
        return 1.0
    shorter, longer = sorted((ours, theirs), key=len)
    if longer.startswith(f"{shorter} ") and len(shorter.split()) > _LABEL:
        return SAME
    left, right = set(_TOKEN.findall(ours)), set(_TOKEN.findall(theirs))
    return len(left & right) / max(len(left), len(right))


def _folded(text: str) -> str:
    return " ".join(_words(text))


def _letters(text: str) -> str:
    return "".join(_words(text))


@lru_cache(maxsize=256)  # each candidate is compared with all others
def _words(text: str) -> tuple[str, ...]:
    return tuple(words(unescape(text)))
