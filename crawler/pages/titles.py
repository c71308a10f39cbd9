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
_SIGNS = ":/–—-"  # of a title's own; a bar comes after a section or before a site
_DANGLING = re.compile(r"^\s*[|•·»–—-]+\s+|\s+[|•·»–—-]+\s*$")  # left where a site's name is empty
_HEADLINES = ("headline", "headline part")
CONFIRMS = 0.5  # share of the words of one title that the other has too
SAME = 0.99  # one title begins with the whole other
_A_NAME = 3  # characters of a site's name, at least
_LABEL = 2  # words of a headline that may be a section's name
_KICKER = 6  # words before a headline in the same element, at most
_FEW = 3  # words of a site's name behind a title, at most


def choose_title(
    candidates: Sequence[FieldCandidate], sites: Sequence[str], sections: Sequence[str] = ()
) -> FieldCandidate | None:
    """The headline that the metadata confirm best; of equal ones the first. The title of the metadata is chosen
    instead if there is no headline, if JSON-LD and document agree on a title and no metadata confirm a headline,
    or if no metadata confirm the headline and there are several, or it has only a word or two. `sites` and
    `sections`: names of the site and its host, and of the section; a headline that is one of them is none."""
    names = frozenset(_letters(site) for site in sites) - {""}
    from_metadata = _without_sites([one for one in candidates if one.origin not in _HEADLINES], sites, names)
    not_headlines = names | {_letters(section) for section in sections}
    headlines = [
        one for one in candidates if one.origin == "headline" and _letters(one.value) not in not_headlines
    ]
    if not headlines:
        return next(iter(from_metadata), None)
    part = _confirmed_part(candidates, headlines, from_metadata)
    if part is not None:
        return part
    scored = [
        (max((_similarity(one.value, other.value) for other in from_metadata), default=0.0), one)
        for one in headlines
    ]
    score, best = max(scored, key=lambda pair: pair[0])
    agreed = _agreed(from_metadata)
    if from_metadata and score < CONFIRMS:
        first = from_metadata[0]
        stated = agreed is not None or (first.origin != "document" and len(first.value.split()) > _FEW)
        if len(headlines) > 1 or (stated and len(best.value.split()) <= _LABEL):
            return first
    if agreed is not None and agreed.origin == "json-ld":
        confirming = [agreed, *(one for one in from_metadata if one.origin == "meta")]
        if not any(_confirms(one.value, other.value) for one in headlines for other in confirming):
            return agreed
    return _better_spelled(best, from_metadata)


def _confirmed_part(
    candidates: Sequence[FieldCandidate],
    headlines: Sequence[FieldCandidate],
    from_metadata: Sequence[FieldCandidate],
) -> FieldCandidate | None:
    """The part of a headline that is a title of the metadata word for word: the rest is a kicker, a section or a
    date in an element of its own. None if a whole headline is such a title."""
    titles = {_folded(one.value) for one in from_metadata if len(one.value.split()) > _LABEL}
    if any(_folded(one.value) in titles for one in headlines):
        return None
    parts = (one for one in candidates if one.origin == "headline part" and _folded(one.value) in titles)
    return max(parts, key=lambda one: len(one.value), default=None)


def _confirms(headline: str, title: str) -> bool:
    """Whether a title is the headline, begins with it or is its beginning, or is what follows its kicker."""
    return _similarity(headline, title) >= SAME or _is_after_kicker(headline, title)


def _is_after_kicker(headline: str, title: str) -> bool:
    """Whether a headline is a title with a few words before it. A colon makes these words a part of the title."""
    count = len(title.split())
    kicker = headline.split()[: len(headline.split()) - count]
    return (
        count > _FEW
        and 0 < len(kicker) <= _KICKER
        and not kicker[-1].endswith(":")
        and _letters(headline).endswith(_letters(title))
    )


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
        if one.origin != "document" and _is_after_kicker(headline.value, one.value):
            return one
    return headline


def _has_more_signs(title: str, headline: str) -> bool:
    in_title, in_headline = (
        sum(one.count(sign) for sign in _SIGNS) for one in (unescape(title), headline.strip(" :"))
    )
    return in_title > in_headline


def _without_sites(
    titles: Sequence[FieldCandidate], sites: Sequence[str], names: frozenset[str]
) -> list[FieldCandidate]:
    """The titles without names of sites around them. A part is also cut off if the rest equals another title."""
    folded = {_folded(one.value) for one in titles}
    return [
        FieldCandidate(origin=one.origin, value=_without_site(one.value, sites, names, folded))
        for one in titles
    ]


def _without_site(title: str, sites: Sequence[str], names: frozenset[str], others: set[str]) -> str:
    for site in sites:
        rest = title.removesuffix(site).rstrip()
        if len(site) >= _A_NAME and rest != title and len(rest) > len(site) and rest[-1:] in f"{_SIGNS}|·»":
            title = rest.rstrip(f"{_SIGNS}|·» ")
    title = _DANGLING.sub("", title)
    cuts = [(match.start(), match.end()) for match in _SUFFIX.finditer(title)]
    parts = _SUFFIX.split(title)
    first = next((place for place, part in enumerate(parts[1:], 1) if _letters(part) in names), None)
    if first is not None and _letters(parts[0]) not in names:
        parts = parts[:first]
        title = title[: cuts[first - 1][0]].rstrip()
    while len(parts) > 1:
        rest = title[: cuts[len(parts) - 2][0]].rstrip()
        is_name = len(parts[-1].split()) <= _FEW < len(parts[0].split())
        if not rest or not (is_name or _folded(rest) in others):
            break
        parts.pop()
        title = rest
    if len(parts) > 1 and _letters(parts[0]) in names:
        title = title[cuts[0][1] :].lstrip()
    return title


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
