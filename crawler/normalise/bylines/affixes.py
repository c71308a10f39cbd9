"""Remove titles, jobs, newspapers and degrees that are printed beside a name without a separator. Pure."""

from __future__ import annotations

import re

from newsdesk.crawler.normalise.bylines.names.given_names import is_given_name
from newsdesk.crawler.normalise.bylines.names.scripts import is_cased
from newsdesk.crawler.normalise.bylines.organisations import (
    DOMAIN,
    has_organisation_word,
    is_initials,
    is_job,
)
from newsdesk.crawler.normalise.bylines.word_tables import (
    AGENCIES,
    CITIES,
    DEGREES,
    DESKS,
    JOBS,
    OUTLETS,
    PARTICLES,
    PLACE_STARTS,
    PLACES,
    STRONG,
    SUFFIXES,
    TITLES,
    WEAK,
    WordTables,
    comparison_key,
    fold,
)

INITIAL = re.compile(r"(?:[^\W\d_]\.?){1,3}")
_JOINED = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
_TITLE_WITH_POINT = 3  # letters; shorter titles need a point: "Gen." but not "Gen"
_TWO_FAMILY_NAMES = ("es", "pt", "ca", "gl", "eu", "it", "fil")  # languages
_SURE_TITLES = frozenset(
    ("dr", "mr", "mrs", "ms", "sir", "mme", "dra", "sra", "prof", "mgr", "bc", "ts", "ths")
)
_FAMILY_JOBS = frozenset(
    ("schreiber", "lawyer", "fellow", "chef", "marshal", "head", "nurse", "pastor", "chair", "coach", "major")
)  # Anna Schreiber


def without_repetition(words: tuple[str, ...]) -> tuple[str, ...]:
    """The name without its repetition: "Ann Hill Ann Hill", "Ann Hill Ann"."""
    half = len(words) // 2
    for size in range(half, 0, -1):
        if size > 1 and words[:size] == words[size : 2 * size]:
            return words[:size] + words[2 * size :]
    if len(words) > 2 and words[-1] == words[0]:
        return words[:-1]
    return words


def without_leading_titles(words: tuple[str, ...], tables: WordTables) -> tuple[tuple[str, ...], bool]:
    """The words without titles and jobs before the name, and whether there was a job."""
    at = found_job = 0
    while at < len(words) - 1:
        width = next(
            (size for size in (3, 2, 1) if _is_title(words[at : at + size], len(words) - at - size, tables)),
            0,
        )
        if (
            not width
            and found_job
            and len(words) - at > 2
            and words[at].isupper()
            and comparison_key(words[at : at + 1]) in AGENCIES
        ):
            width = 1  # Reporter AP Ann Hill
        if width:
            at += width
            continue
        job = next(
            (
                to
                for to in range(min(at + 4, len(words) - 1), at, -1)
                if (is_job(words[to - 1], tables) or " ".join(map(fold, words[at:to])) in JOBS)
                and all(is_job(word, tables) or fold(word) in tables.modifiers for word in words[at : to - 1])
            ),
            0,
        )
        if not job:
            break
        at, found_job = job, 1
    return words[at:], bool(found_job)


def _is_title(words: tuple[str, ...], words_left: int, tables: WordTables) -> bool:
    if not words or words_left < 1:
        return False
    key = comparison_key(words)
    if key == "m" and tables.language == "fr" and words_left > 1:
        return True
    if key not in TITLES:
        return False
    return (
        len(words) > 1
        or key in _SURE_TITLES
        or words[0].endswith(".")
        or not is_cased(words)
        or (len(key) > _TITLE_WITH_POINT and words[0][:1].isupper())
    )


def without_job(
    words: tuple[str, ...], tables: WordTables
) -> tuple[tuple[str, ...], tuple[str, ...] | None, str | None]:
    """Name, organisation and job of "Ann Hill Gazette Senior Writer"."""
    at = next((at for at in range(1, len(words)) if is_job(words[at], tables)), None)
    if at == 1 == len(words) - 1 and fold(words[at]) in _FAMILY_JOBS and words[at].istitle():
        return words, None, None
    if at is None:
        return words, None, None
    job = fold(words[at])
    begin = at
    while begin > 1 and (fold(words[begin - 1]) in tables.modifiers or words[begin - 1].islower()):
        begin -= 1
    if job == "bureau" and begin > 2:
        begin -= 1  # Ann Hill Ottawa Bureau Chief
    begin = max(begin, min(2, at))
    first = next(
        (
            to
            for to in range(2, begin)
            if fold(words[to]) in tables.modifiers or fold(words[to]) in STRONG or is_brand(words[to])
        ),
        begin,
    )
    if first == begin and begin > 3 and begin == at:
        first = _shortest_name(words)
    organisation = words[first:begin] if has_organisation_word(words[first:begin], typed=False) else None
    return words[:first], organisation, job


def _shortest_name(words: tuple[str, ...]) -> int:
    """The position after the second full word; initials and particles do not count as full words."""
    full = at = 0
    while at < len(words):
        if not INITIAL.fullmatch(words[at]) and words[at] not in PARTICLES:
            full += 1
        at += 1
        if full == 2:
            break
    while at < len(words) and comparison_key([words[at]]) in SUFFIXES:
        at += 1
    return at


def is_brand(word: str) -> bool:
    """Whether a word is a domain or joins a word for an organisation to another: BuzzFeed, but not TenBrink."""
    if DOMAIN.fullmatch(word) and not is_initials(word):
        return True
    return any(fold(part) in STRONG or fold(part) in WEAK for part in _JOINED.split(word)[1:])


def without_outlet(
    words: tuple[str, ...], outlet: str | None, *, has_job: bool
) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """Name and organisation of "Ann Hill Battle Creek Enquirer", without a separator between them."""
    if not words or fold(words[0]) in STRONG or fold(words[0]) in DESKS:
        return words, None
    all_capitals = all(word.isupper() for word in words)  # JANE STERN
    for at in range(2 if len(words) > 2 else 1, len(words)):
        tail = words[at:]
        if all_capitals and not has_job and (at == 1 or comparison_key(tail) not in AGENCIES):
            continue
        if _is_outlet_name(tail, outlet, has_job=has_job) and (at > 1 or len(tail[0]) < 5):
            return words[:at], tail
        if at > 1 and (is_brand(words[at]) or words[at] == "The"):
            return words[:at], tail
    if (
        len(words) > 3
        and fold(words[-1]) in STRONG | WEAK
        and fold(words[0]) not in PLACE_STARTS
        and comparison_key(words[:2]) not in PLACES
    ):
        at = _shortest_name(words)
        if at < len(words) - 1 and not any(fold(word) in STRONG for word in words[:at]):
            return words[:at], words[at:]
    return words, None


def _is_outlet_name(tail: tuple[str, ...], outlet: str | None, *, has_job: bool) -> bool:
    """Whether the words are a known outlet or the source itself. A single word must not look like a family name,
    unless a job follows it."""
    key = comparison_key(tail)
    if outlet is not None and key == comparison_key(outlet.split()):
        return True
    return key in OUTLETS and (
        len(tail) > 1 or len(key) > 6 or has_job or (tail[0].isupper() and len(key) > 1)
    )


def without_place(words: tuple[str, ...], language: str | None) -> tuple[str, ...]:
    """The words without a place after a full name: "Bob Condotta Seattle"."""
    if language in _TWO_FAMILY_NAMES or len(words) < 3:
        return words
    for size in (2, 1):
        name = words[:-size]
        place = comparison_key(words[-size:])
        if (
            len(name) > 1
            and not INITIAL.fullmatch(name[-1])
            and not any(word in PARTICLES for word in name)
            and (place in PLACES or (place in CITIES and not is_given_name(name[-1])))
        ):
            return name
    return words


def without_degrees(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without academic degrees at the end."""
    all_capitals = all(word.isupper() for word in words)
    while (
        len(words) > 2 - (words[-1].count(".") > 1) and len(words) > 1 and _is_degree(words[-1], all_capitals)
    ):
        words = words[:-1]
    return words


def _is_degree(word: str, all_capitals: bool) -> bool:
    key = comparison_key([word]).replace(" ", "")
    if key not in DEGREES and comparison_key([word]) not in DEGREES:
        return False
    return "." in word[:-1] or (not all_capitals and sum(letter.isupper() for letter in word) > 1)


def are_degrees(words: tuple[str, ...]) -> bool:
    """Whether all words are academic degrees."""
    return all(_is_degree(word, all_capitals=False) for word in words)
