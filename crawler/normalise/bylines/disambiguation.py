"""What the phrases of one byline name, told apart by where they stand among one another: places, names turned
round, papers beside people. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsdesk.crawler.normalise.bylines.letter_case import case_repaired
from newsdesk.crawler.normalise.bylines.people import Named
from newsdesk.crawler.normalise.bylines.scripts import is_cased, is_eastern
from newsdesk.crawler.normalise.bylines.word_tables import PLACES, bare
from newsdesk.storage.records.stories import Author


def authors_among(
    found: Sequence[Named], *, language: str | None, organisation: str | None
) -> tuple[Author, ...]:
    """The authors of one byline. `organisation`: what its markup says they belong to."""
    return _authors(_turned(_told_apart(found), language), organisation)


def _told_apart(found: Sequence[Named]) -> list[Named]:
    """Without places and what else stands beside authors: by where it stands among the others."""
    kept: list[Named] = []
    aside = any(not one.phrase.bracket for one in found)
    for at, one in enumerate(found):
        people = [known for known in kept if known.kind == "person"]
        phrase = one.phrase
        if one.guessed and _is_turned(found, at):
            kept.append(replace(one, kind="person"))
            continue
        if one.kind == "organisation":
            if not (one.guessed and _is_before_agency(found, at)):
                kept.append(one)
            continue
        if phrase.bracket and aside and not phrase.credited:
            continue
        if phrase.late and people and not phrase.credited:
            continue
        if phrase.joint == "of" or (phrase.joint == "with" and one.words < 2):
            continue
        if one.led and phrase.joint == "comma" and people and not any(known.led for known in people):
            continue  # Anna Hügel, Leiterin Ressort Politik
        single = one.words == 1 and not is_eastern(one.name)
        if single and not phrase.direct and not _is_turned(found, at):
            if any(known.words > 1 for known in people) and phrase.joint != "and":
                continue  # Ann Hill, Nairobi
            before = kept[-1] if kept else None
            if phrase.joint == "comma" and before and before.kind == "organisation" and not before.guessed:
                continue  # AFP, Paris
            if not kept and (_is_before_agency(found, at) or _is_before_dash(found, at)):
                continue
        kept.append(one)
    return kept


def _is_before_agency(found: Sequence[Named], at: int) -> bool:
    """Whether it is the place of `PARIS (AFP)`."""
    after = found[at + 1] if at + 1 < len(found) else None
    return (
        after is not None
        and after.kind == "organisation"
        and not after.guessed
        and found[at].words == 1
        and after.phrase.joint in ("hard", "dash", "bracket", "comma")
    )


def _is_before_dash(found: Sequence[Named], at: int) -> bool:
    """Whether it is the place of `Cairo - Ann Hill`."""
    after = found[at + 1] if at + 1 < len(found) else None
    return after is not None and after.phrase.joint == "dash" and after.kind == "person" and after.words > 1


def _is_turned(found: Sequence[Named], at: int) -> bool:
    """Whether it is half of `Doe, Jane`."""
    one = found[at]
    if (
        at + 1 < len(found)
        and found[at + 1].phrase.joint == "comma"
        and _one_word(found[at + 1])
        and _one_word(one)
    ):
        return at == 0 or found[at].phrase.joint != "comma"
    return at > 0 and one.phrase.joint == "comma" and _one_word(one) and _one_word(found[at - 1])


def _one_word(one: Named) -> bool:
    bare_name = [word for word in one.name.split() if len(word.strip(".")) > 1 and not word.islower()]
    return (one.kind == "person" or one.guessed) and len(bare_name) == 1 and is_cased([one.name])


def _turned(found: list[Named], language: str | None) -> list[Named]:
    """`Doe, Jane` as Jane Doe, where one word stands on each side of the comma."""
    turned: list[Named] = []
    for one in found:
        before = turned[-1] if turned else None
        if (
            before is not None
            and one.phrase.joint == "comma"
            and _one_word(one)
            and _one_word(before)
            and " " not in before.name.replace(before.name.split()[-1], "").strip()
            and before.words == 1
        ):
            name = " ".join(case_repaired((*one.name.split(), *before.name.split()), language))
            turned[-1] = replace(before, name=name, words=2)
        else:
            turned.append(one)
    return turned


def _authors(found: list[Named], organisation: str | None) -> tuple[Author, ...]:
    """People with the organisation printed beside them; organisations alone, or joined to people by
    "and"."""
    people = [one for one in found if one.kind == "person"]
    papers = [one for one in found if one.kind == "organisation"]
    if people:
        beside = next((one.name for one in papers if one.phrase.joint != "and"), None)
        papers = [one for one in papers if one.phrase.joint == "and" and one.phrase.role == "writer"]
    else:
        beside = None
    kept = [one for one in found if one.kind == "person" or one in papers]
    return tuple(
        Author(
            name=one.name,
            kind=one.kind,
            role=one.role,
            organisation=(one.beside or organisation or beside) if one.kind == "person" else None,
        )
        for one in kept
        if not (bare(one.name.split()) in PLACES and people and one.kind == "person")
        and (one.kind == "person" or bool(one.name))
    )
