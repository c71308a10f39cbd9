"""The authors of a page: the choice among the bylines of JSON-LD, feed, metadata and layout.

Pure. The parser of bylines is an argument (`normalise.bylines.parser`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from newsdesk.crawler.documents.folding import folded
from newsdesk.crawler.models import FieldCandidate
from newsdesk.crawler.normalise.outlets import is_outlet, reads_like_a_person
from newsdesk.storage.records.stories import Author

_WithAuthors = tuple[FieldCandidate, tuple[Author, ...]]
NamesOf = Callable[[str], tuple[Author, ...]]  # a printed byline → its authors, by `normalise.bylines.parser`
MOST_ADDED = 4  # authors that a visible byline may name beyond those of the structured data


def choose_authors(
    candidates: Sequence[FieldCandidate], sites: Sequence[str], names_of: NamesOf
) -> tuple[FieldCandidate, ...]:
    """The candidates that give the authors; empty when none names an author, which is a valid result.

    `candidates` come in the order of trust. The first origin that names people is chosen, else the first that
    names an organisation. The outlet itself is no author, though it is the most common name in JSON-LD. A
    visible byline with all the people of the chosen origin and further ones replaces it.
    """
    named = [(one, _accepted(one, names_of(one.value), sites)) for one in candidates]
    for kinds in (("person",), ("person", "organisation")):
        usable = [(one, authors) for one, authors in named if any(author.kind in kinds for author in authors)]
        if usable:
            return tuple(one for one, _ in _more_complete(_first_origin(usable), named))
    return ()


def _accepted(
    candidate: FieldCandidate, authors: tuple[Author, ...], sites: Sequence[str]
) -> tuple[Author, ...]:
    """The authors without the outlet itself, unless it is typed as a person and reads like a person's name."""
    if candidate.machine_only:
        return ()
    return tuple(
        one
        for one in _full_names(candidate, authors)
        if not is_outlet(one.name, sites) or (candidate.typed and reads_like_a_person(one.name))
    )


def _full_names(candidate: FieldCandidate, authors: tuple[Author, ...]) -> tuple[Author, ...]:
    """In an unmarked line only full names count: "by Keyword" and "Von Risiken" begin sentences."""
    if candidate.origin != "line":
        return authors
    full = all(
        one.kind == "organisation" or sum(word[:1].isupper() for word in one.name.split()) > 1
        for one in authors
    )
    return authors if full else ()


def _first_origin(usable: Sequence[_WithAuthors]) -> Sequence[_WithAuthors]:
    """All candidates of the first origin, but only the first visible byline: those of other stories follow it.
    An origin that is not typed gives way to two later origins that agree with each other and not with it."""
    by_origin: dict[str, list[_WithAuthors]] = {}
    for one in usable:
        by_origin.setdefault(one[0].origin, []).append(one)
    if "byline" in by_origin:
        by_origin["byline"] = by_origin["byline"][:1]
        if "line" in by_origin and not any(" " in name for name in _people(by_origin["byline"])):
            del by_origin["byline"]  # a login or a section; the full name in the unmarked line is the author
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


def _more_complete(chosen: Sequence[_WithAuthors], named: Sequence[_WithAuthors]) -> Sequence[_WithAuthors]:
    """The first visible byline with one of the chosen people, if it has all of them and further ones. Later
    bylines belong to boxes and other stories."""
    people = _people(chosen)
    for visible in ([one] for one in named if one[0].origin == "byline"):
        visible_people = _people(visible)
        if people & visible_people:
            few_added = len(visible_people) <= len(people) + MOST_ADDED
            return visible if people < visible_people and few_added else chosen
    return chosen


def _people(named: Sequence[_WithAuthors]) -> set[str]:
    return {folded(one.name) for _, authors in named for one in authors if one.kind == "person"}
