"""Resolve the names of one byline by their order: places, inverted names, newspapers beside people. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsdesk.crawler.normalise.bylines.names.letter_case import case_repaired
from newsdesk.crawler.normalise.bylines.names.scripts import is_cased, is_east_asian
from newsdesk.crawler.normalise.bylines.people import ParsedName
from newsdesk.crawler.normalise.bylines.word_tables import PLACES, comparison_key
from newsdesk.storage.records.stories import Author


def authors_of_byline(
    found: Sequence[ParsedName], *, language: str | None, organisation: str | None
) -> tuple[Author, ...]:
    """The authors of one byline. `organisation`: their organisation by the markup."""
    return _authors(_reordered(_without_places(found), language), organisation)


def _without_places(found: Sequence[ParsedName]) -> list[ParsedName]:
    """The names without places and other phrases that are not authors, by their position."""
    kept: list[ParsedName] = []
    has_unbracketed = any(not one.phrase.in_brackets for one in found)
    for at, one in enumerate(found):
        people = [known for known in kept if known.kind == "person"]
        phrase = one.phrase
        if one.uncertain and _is_inverted_half(found, at):
            kept.append(replace(one, kind="person"))
            continue
        if one.kind == "organisation":
            if not (one.uncertain and _is_before_agency(found, at)):
                kept.append(one)
            continue
        if phrase.in_brackets and has_unbracketed and not phrase.credited:
            continue
        if phrase.after_date and people and not phrase.credited:
            continue
        if phrase.separator == "of" or (phrase.separator == "with" and one.word_count < 2):
            continue
        if (
            one.has_leading_job
            and phrase.separator == "comma"
            and people
            and not any(known.has_leading_job for known in people)
        ):
            continue  # Anna Hügel, Leiterin Ressort Politik
        single = one.word_count == 1 and not is_east_asian(one.name)
        if single and not phrase.directly_credited and not _is_inverted_half(found, at):
            if any(known.word_count > 1 for known in people) and phrase.separator != "and":
                continue  # Ann Hill, Nairobi
            before = kept[-1] if kept else None
            if (
                phrase.separator == "comma"
                and before
                and before.kind == "organisation"
                and not before.uncertain
            ):
                continue  # AFP, Paris
            if not kept and (_is_before_agency(found, at) or _is_before_dash(found, at)):
                continue
        kept.append(one)
    return kept


def _is_before_agency(found: Sequence[ParsedName], at: int) -> bool:
    """Whether the name is the place of `PARIS (AFP)`."""
    after = found[at + 1] if at + 1 < len(found) else None
    return (
        after is not None
        and after.kind == "organisation"
        and not after.uncertain
        and found[at].word_count == 1
        and after.phrase.separator in ("hard", "dash", "bracket", "comma")
    )


def _is_before_dash(found: Sequence[ParsedName], at: int) -> bool:
    """Whether the name is the place of `Cairo - Ann Hill`."""
    after = found[at + 1] if at + 1 < len(found) else None
    return (
        after is not None
        and after.phrase.separator == "dash"
        and after.kind == "person"
        and after.word_count > 1
    )


def _is_inverted_half(found: Sequence[ParsedName], at: int) -> bool:
    """Whether the name is one half of `Doe, Jane`."""
    one = found[at]
    if (
        at + 1 < len(found)
        and found[at + 1].phrase.separator == "comma"
        and _one_word(found[at + 1])
        and _one_word(one)
    ):
        return at == 0 or found[at].phrase.separator != "comma"
    return at > 0 and one.phrase.separator == "comma" and _one_word(one) and _one_word(found[at - 1])


def _one_word(one: ParsedName) -> bool:
    bare_name = [word for word in one.name.split() if len(word.strip(".")) > 1 and not word.islower()]
    return (one.kind == "person" or one.uncertain) and len(bare_name) == 1 and is_cased([one.name])


def _reordered(found: list[ParsedName], language: str | None) -> list[ParsedName]:
    """`Doe, Jane` as Jane Doe, if one word is on each side of the comma."""
    reordered: list[ParsedName] = []
    for one in found:
        before = reordered[-1] if reordered else None
        if (
            before is not None
            and one.phrase.separator == "comma"
            and _one_word(one)
            and _one_word(before)
            and " " not in before.name.replace(before.name.split()[-1], "").strip()
            and before.word_count == 1
        ):
            name = " ".join(case_repaired((*one.name.split(), *before.name.split()), language))
            reordered[-1] = replace(before, name=name, word_count=2)
        else:
            reordered.append(one)
    return reordered


def _authors(found: list[ParsedName], organisation: str | None) -> tuple[Author, ...]:
    """People with the organisation printed beside them; organisations only without people, or joined to them
    by "and"."""
    people = [one for one in found if one.kind == "person"]
    organisations = [one for one in found if one.kind == "organisation"]
    if people:
        printed_organisation = next(
            (one.name for one in organisations if one.phrase.separator != "and"), None
        )
        organisations = [
            one for one in organisations if one.phrase.separator == "and" and one.phrase.role == "writer"
        ]
    else:
        printed_organisation = None
    kept = [one for one in found if one.kind == "person" or one in organisations]
    return tuple(
        Author(
            name=one.name,
            kind=one.kind,
            role=one.role,
            organisation=(one.organisation or organisation or printed_organisation)
            if one.kind == "person"
            else None,
        )
        for one in kept
        if not (comparison_key(one.name.split()) in PLACES and people and one.kind == "person")
        and (one.kind == "person" or bool(one.name))
    )
