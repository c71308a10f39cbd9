"""Which title of a page is believed: the headline that readers see, where its own metadata confirm it.

Pure. Site names are taken off, kickers and section names before a headline too.
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
)  # letter by letter without spaces
_SIGNS = ":/|–—-"
CONFIRMS = 0.5  # of the words of one title that the other has too
SAME = 0.99  # one begins with all of the other
_A_NAME = 3  # characters of a site's name, at least
_LABEL = 2  # words of a headline that may be a section's name
_KICKER = 6  # words before a headline, in the same element
_FEW = 3  # words of a site's name behind a title, at most


def believed_title(candidates: Sequence[FieldCandidate], sites: Sequence[str]) -> FieldCandidate | None:
    """The headline that the metadata confirm best, the first of equals. The metadata instead, where there is
    no headline, where JSON-LD and meta name one title that no headline is, and where what looks like a
    headline is confirmed by none while there are several, or it is a word or two."""
    machine = _without_sites([one for one in candidates if one.origin != "headline"], sites)
    headlines = [one for one in candidates if one.origin == "headline" and not _is_site(one.value, sites)]
    scored = [
        (max((_shared(one.value, other.value) for other in machine), default=0.0), one) for one in headlines
    ]
    score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    agreed = _agreed(machine)
    if best is None:
        return machine[0] if machine else None
    if (
        machine
        and score < CONFIRMS
        and (len(headlines) > 1 or (agreed and len(best.value.split()) <= _LABEL))
    ):
        return machine[0]
    if (
        agreed is not None
        and agreed.origin == "json-ld"
        and all(_shared(one.value, agreed.value) < SAME for one in headlines)
    ):
        return agreed
    return _better_spelled(best, machine)


def _agreed(machine: Sequence[FieldCandidate]) -> FieldCandidate | None:
    """The first title that two origins name, word for word."""
    for place, one in enumerate(machine):
        for other in machine[place + 1 :]:
            if other.origin != one.origin and _folded(other.value) == _folded(one.value):
                return one
    return None


def _better_spelled(headline: FieldCandidate, machine: Sequence[FieldCandidate]) -> FieldCandidate:
    """The title that says the headline's words with the signs between them that a layout leaves out, or
    without what stands in the same element before it; else the headline."""
    ours = _letters(headline.value)
    for one in machine:
        if _letters(one.value) == ours and _has_more_signs(one.value, headline.value):
            return one
    for one in machine:
        kicker = len(headline.value.split()) - len(one.value.split())
        if len(one.value.split()) > _FEW and 0 < kicker <= _KICKER and ours.endswith(_letters(one.value)):
            return one
    return headline


def _has_more_signs(title: str, headline: str) -> bool:
    told, shown = (sum(one.count(sign) for sign in _SIGNS) for one in (unescape(title), headline.strip(" :")))
    return told > shown


def _without_sites(titles: Sequence[FieldCandidate], sites: Sequence[str]) -> list[FieldCandidate]:
    """Titles without the names of sites behind them; what is left when another is exactly that, too."""
    said = {_folded(one.value) for one in titles}
    return [FieldCandidate(origin=one.origin, value=_without_site(one.value, sites, said)) for one in titles]


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


def _shared(headline: str, title: str) -> float:
    """How much of the headline's and the title's words are the same, by the longer of the two; one that
    begins with all of the other is the same with a site's name or a few words more."""
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
