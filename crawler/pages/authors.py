"""Whom a page is believed to be by: the choice among the bylines of JSON-LD, feed, meta and layout.

Pure. What a candidate names is an argument (`normalise.bylines.parser` understands it).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from newsdesk.crawler.documents.folding import folded
from newsdesk.crawler.models import FieldCandidate
from newsdesk.crawler.normalise.outlets import is_outlet, reads_like_a_person
from newsdesk.storage.records.stories import Author

_Named = tuple[FieldCandidate, tuple[Author, ...]]
Whom = Callable[[str], tuple[Author, ...]]  # a printed byline to those who wrote or reported
MOST_ADDED = 4  # authors that a visible byline may name beyond the marked ones


def believed(
    candidates: Sequence[FieldCandidate], sites: Sequence[str], whom: Whom
) -> tuple[FieldCandidate, ...]:
    """The candidates that give the authors; empty when nobody is named, which is an answer.

    `candidates` come in the order of trust. The first origin that names people is believed, then the first
    that names an organisation; the outlet itself is no author, though its name is the commonest one in
    JSON-LD. A visible byline that names all those people and some more is the fuller print of the same.
    """
    named = [(one, _meant(one, whom(one.value), sites)) for one in candidates]
    for kinds in (("person",), ("person", "organisation")):
        able = [(one, authors) for one, authors in named if any(author.kind in kinds for author in authors)]
        if able:
            return tuple(one for one, _ in _fuller(_first(able), named))
    return ()


def _meant(said: FieldCandidate, authors: tuple[Author, ...], sites: Sequence[str]) -> tuple[Author, ...]:
    """Without the outlet itself, unless it is typed as a person and reads like one."""
    if said.hidden:
        return ()
    return tuple(
        one
        for one in _sure(said, authors)
        if not is_outlet(one.name, sites) or (said.typed and reads_like_a_person(one.name))
    )


def _sure(said: FieldCandidate, authors: tuple[Author, ...]) -> tuple[Author, ...]:
    """Of a line that nothing marks only full names: "by Keyword", "Von Risiken" begin sentences."""
    if said.origin != "line":
        return authors
    full = all(
        one.kind == "organisation" or sum(word[:1].isupper() for word in one.name.split()) > 1
        for one in authors
    )
    return authors if full else ()


def _first(able: Sequence[_Named]) -> Sequence[_Named]:
    """All of the first origin; of visible bylines the first, since those of other stories follow. Two lesser
    origins that agree with one another and not with it are believed before one that is not typed."""
    by_origin: dict[str, list[_Named]] = {}
    for one in able:
        by_origin.setdefault(one[0].origin, []).append(one)
    if "byline" in by_origin:
        by_origin["byline"] = by_origin["byline"][:1]
        if "line" in by_origin and not any(" " in name for name in _people(by_origin["byline"])):
            del by_origin["byline"]  # a login, a section: who signs with a full name is the author
    first, *others = by_origin.values()
    if not any(one.typed for one, _ in first):
        people = _people(first)
        for at, other in enumerate(others):
            agreed = _people(other) - people
            if not people & _people(other) and any(agreed & _people(later) for later in others[at + 1 :]):
                return other
            if people & _people(other):
                break
    return first


def _fuller(chosen: Sequence[_Named], named: Sequence[_Named]) -> Sequence[_Named]:
    """The first visible byline with one of the same people instead, where it has all of them and further
    ones; later ones are of boxes and of other stories."""
    people = _people(chosen)
    for shown in ([one] for one in named if one[0].origin == "byline"):
        seen = _people(shown)
        if people & seen:
            return shown if people < seen and len(seen) <= len(people) + MOST_ADDED else chosen
    return chosen


def _people(named: Sequence[_Named]) -> set[str]:
    return {folded(one.name) for _, authors in named for one in authors if one.kind == "person"}
