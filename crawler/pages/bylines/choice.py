"""The authors of a page: the choice among the bylines of JSON-LD, feed, metadata and layout.

Pure. The parser of bylines is an argument (`normalise.bylines.parser`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from newsdesk.crawler.documents.folding import folded
from newsdesk.crawler.models import FieldCandidate
from newsdesk.crawler.normalise.bylines.names.full_names import reads_like_full_name
from newsdesk.crawler.normalise.bylines.names.given_names import is_given_name
from newsdesk.crawler.normalise.bylines.names.scripts import is_east_asian
from newsdesk.crawler.normalise.bylines.roles import AUTHOR_ROLES, authors_by_role
from newsdesk.crawler.normalise.bylines.word_tables import OUTLETS, comparison_key
from newsdesk.crawler.normalise.outlets import is_outlet, is_publisher, reads_like_a_person
from newsdesk.storage.records.stories import Author

_WithAuthors = tuple[FieldCandidate, tuple[Author, ...]]
NamesOf = Callable[[str], tuple[Author, ...]]  # a printed byline → its authors, by `normalise.bylines.parser`
VISIBLE = ("byline", "line", "signature")  # origins
_META = ("meta", "other meta")
_PREPOSITIONS = frozenset(("in", "on", "at", "am", "im", "auf", "en", "dans", "em", "under", "unter"))
MOST_ADDED = 4  # authors that a visible byline may name beyond those of the structured data


def choose_authors(
    candidates: Sequence[FieldCandidate], sites: Sequence[str], names_of: NamesOf
) -> tuple[FieldCandidate, ...]:
    """The candidates that give the authors; empty when none names an author, which is a valid result.

    `candidates` come in the order of trust. The first origin that names people is chosen, else the first that
    names an organisation. The outlet itself is no author, though it is the most common name in JSON-LD. A
    visible byline with all the people of the chosen origin and further ones replaces it.
    """
    printed = [(one, names_of(one.value)) for one in candidates if not one.machine_only]
    others = _other_roles(printed)
    wrote = [(one, tuple(name for name in names if name.role in AUTHOR_ROLES)) for one, names in printed]
    named = [(one, _accepted(one, names, sites)) for one, names in wrote]
    named = [one for one in named if not _are_others(one[1], others)]
    named = _confirmed(named)
    for kinds in (("person",), ("person", "organisation")):
        usable = [(one, authors) for one, authors in named if any(author.kind in kinds for author in authors)]
        if usable:
            return tuple(one for one, _ in _fuller(_more_complete(_first_origin(usable), named), named))
    return tuple(one for one, _ in _first_origin(edited)) if (edited := _edited(printed)) else ()


def _other_roles(printed: Sequence[_WithAuthors]) -> set[str]:
    """The people whom a visible byline names as photographers or the like, and none as authors."""
    visible = [name for one, names in printed if one.origin in VISIBLE for name in names]
    return {folded(one.name) for one in visible if one.role not in AUTHOR_ROLES} - {
        folded(one.name) for one in visible if one.role in AUTHOR_ROLES
    }


def _confirmed(named: Sequence[_WithAuthors]) -> list[_WithAuthors]:
    """The candidates without the names in meta elements that are no full name of a person and no known agency,
    unless a visible byline has them too: a meta element often has the publisher or a login."""
    visible = {folded(name.name) for one, authors in named if one.origin in VISIBLE for name in authors}

    def is_confirmed(name: Author) -> bool:
        if name.kind == "organisation":
            return comparison_key(name.name.split()) in OUTLETS or folded(name.name) in visible
        return " " in name.name or is_east_asian(name.name) or folded(name.name) in visible

    return [
        (one, tuple(filter(is_confirmed, authors)) if one.origin in _META else authors)
        for one, authors in named
    ]


def _are_others(authors: Sequence[Author], others: Set[str]) -> bool:
    return bool(authors) and all(folded(one.name) in others for one in authors)


def _edited(printed: Sequence[_WithAuthors]) -> list[_WithAuthors]:
    """The candidates that name only people who edited."""
    by_role = [(one, authors_by_role(names)) for one, names in printed]
    return [
        (one, authors)
        for one, authors in by_role
        if authors and all(name.role not in AUTHOR_ROLES for name in authors)
    ]


def _accepted(
    candidate: FieldCandidate, authors: tuple[Author, ...], sites: Sequence[str]
) -> tuple[Author, ...]:
    """The authors without the outlet itself, unless it is typed as a person and reads like a person's name."""
    return tuple(
        one
        for one in _full_names(candidate, authors)
        if not _is_own(one, sites) or (candidate.typed and reads_like_a_person(one.name))
    )


def _is_own(author: Author, sites: Sequence[str]) -> bool:
    """Whether it is the outlet itself or the organisation that publishes it."""
    return is_outlet(author.name, sites) or (
        (author.kind == "organisation" or not reads_like_full_name(author.name))
        and is_publisher(author.name, sites)
    )


def _full_names(candidate: FieldCandidate, authors: tuple[Author, ...]) -> tuple[Author, ...]:
    """In an unmarked line only full names count: "by Keyword" and "Von Risiken" begin sentences."""
    if candidate.origin != "line":
        return authors
    return authors if all(one.kind == "organisation" or _is_full(one.name) for one in authors) else ()


def _is_full(name: str) -> bool:
    words = name.split()
    if any(word.casefold() in _PREPOSITIONS for word in words[1:-1]):
        return False  # Von Henry In Aktuell
    if len(words) == 1 and is_given_name(name):
        return True  # Posted by Nora
    return is_east_asian(name) or sum(not word[:1].islower() for word in words) > 1


def _first_origin(usable: Sequence[_WithAuthors]) -> Sequence[_WithAuthors]:
    """All candidates of the first origin, but only the first visible byline: those of other stories follow it.
    An origin that is not typed gives way to two later origins that agree with each other and not with it."""
    by_origin: dict[str, list[_WithAuthors]] = {}
    for one in usable:
        by_origin.setdefault(one[0].origin, []).append(one)
    if "byline" in by_origin:
        by_origin["byline"] = by_origin["byline"][:1]
        if _has_full_name(by_origin.get("line", ())) and not _has_full_name(by_origin["byline"]):
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


def _has_full_name(named: Sequence[_WithAuthors]) -> bool:
    return any(" " in name for name in _people(named))


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


def _fuller(chosen: Sequence[_WithAuthors], named: Sequence[_WithAuthors]) -> Sequence[_WithAuthors]:
    """The first later candidate that has the full name where the chosen one is a single word of it: `Nils` in a
    login, `Nils Pickert` beside the headline."""
    people = [one.name for _, authors in chosen for one in authors]
    if len(people) != 1 or len(folded(people[0]).split()) != 1:
        return chosen
    word = folded(people[0])
    for one, authors in named:
        names = [folded(author.name).split() for author in authors if author.kind == "person"]
        if len(names) == 1 and len(names[0]) > 1 and word in (names[0][0], names[0][-1]):
            return [(one, authors)]
    return chosen


def _people(named: Sequence[_WithAuthors]) -> set[str]:
    return {folded(one.name) for _, authors in named for one in authors if one.kind == "person"}
