"""Change names printed in capitals to mixed case. Pure. Nothing else changes the letters of a name."""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re

from newsdesk.crawler.normalise.bylines.word_tables import PARTICLES

_ROMAN = re.compile(r"(?:II|III|IV|VI{0,3})\.?")
_PARTS = re.compile(r"([-–'’`ʼ]|\ue001)")
_MAC = (
    "donald leod arthur gregor kenzie millan intyre lean kay farlane pherson dougall neil aulay kinnon"
    " lachlan phail queen rae tavish allister askill innes nab namara bride callum culloch diarmid"
    " dermott".split()
)


def case_repaired(words: tuple[str, ...], language: str | None) -> tuple[str, ...]:
    """The words of a name with those in capitals in mixed case. A single word stays, because it may be a
    signature. Particles become lower case if the whole name is in capitals; initials and III stay."""
    if len(words) < 2 or not any(_is_capitals(word) for word in words):
        return words
    all_capitals = all(not any(letter.islower() for letter in word) for word in words)
    return tuple(
        word.lower()
        if at and all_capitals and word.lower() in PARTICLES and len(word) > 1
        else _mixed_case(word, language)
        if _is_capitals(word)
        else word
        for at, word in enumerate(words)
    )


def _is_capitals(word: str) -> bool:
    """Whether a word is in capitals, three or more (two may be ED, JO, or initials)."""
    letters = [letter for letter in word if letter.isalpha()]
    if "." in word.rstrip(".") or _ROMAN.fullmatch(word):
        return False
    if word.startswith(("Mc", "Mac")) and len(letters) > 4:
        letters = letters[2:] if word.startswith("Mc") else letters[3:]
    return (
        len(letters) > 2
        and all(letter.isupper() or not letter.islower() for letter in letters)
        and any(letter.isupper() for letter in letters)
    )


def _mixed_case(word: str, language: str | None) -> str:
    parts = _PARTS.split(word)
    parts_in_mixed_case = [_part(part, language) for part in parts]
    return "".join(parts_in_mixed_case)


def _part(part: str, language: str | None) -> str:
    if len(part) < 2:
        return part
    lowered = _lowered(part[1:], language)
    if part[:2].lower() == "mc" and len(part) > 4:
        return "Mc" + part[2].upper() + lowered[2:]
    if part[:3].lower() == "mac" and lowered[2:] in _MAC:
        return "Mac" + part[3].upper() + lowered[3:]
    return part[0] + lowered


def _lowered(text: str, language: str | None) -> str:
    if language in ("tr", "az"):
        text = text.replace("I", "ı")
    return text.replace("İ", "i").lower()
