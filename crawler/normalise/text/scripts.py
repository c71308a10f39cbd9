"""Whether the script of a text contradicts its language label. Pure.

Publishing systems send a default language for every page; the letters show that a Russian text is not English.
Languages with several scripts are never contradicted; two languages of one script are not distinguished.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from functools import lru_cache
from operator import itemgetter

# Script: its blocks of Unicode, and the languages written in it.
_SCRIPTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    name: (tuple(blocks.split()), tuple(languages.split()))
    for name, blocks, languages in (
        ("Greek", "\u0370-\u03ff \u1f00-\u1fff", "el"),
        ("Cyrillic", "\u0400-\u052f", "ru uk bg be mk ky tg ba tt cv os ce kv av ab"),
        ("Armenian", "\u0530-\u058f", "hy"),
        ("Hebrew", "\u0590-\u05ff", "he yi"),
        ("Arabic", "\u0600-\u06ff \u0750-\u077f", "ar fa ur ps ckb ug arz pnb dv"),
        ("Devanagari", "\u0900-\u097f", "hi mr ne bho mai sa"),
        ("Bengali", "\u0980-\u09ff", "bn as"),
        ("Gujarati", "\u0a80-\u0aff", "gu"),
        ("Oriya", "\u0b00-\u0b7f", "or"),
        ("Tamil", "\u0b80-\u0bff", "ta"),
        ("Telugu", "\u0c00-\u0c7f", "te"),
        ("Kannada", "\u0c80-\u0cff", "kn"),
        ("Malayalam", "\u0d00-\u0d7f", "ml"),
        ("Sinhala", "\u0d80-\u0dff", "si"),
        ("Thai", "\u0e00-\u0e7f", "th"),
        ("Lao", "\u0e80-\u0eff", "lo"),
        ("Burmese", "\u1000-\u109f", "my"),
        ("Georgian", "\u10a0-\u10ff", "ka"),
        ("Ethiopic", "\u1200-\u137f", "am ti"),
        ("Khmer", "\u1780-\u17ff", "km"),
        ("Korean", "\uac00-\ud7af \u1100-\u11ff", "ko"),
        ("Kana", "\u3040-\u30ff", "ja"),
        ("Han", "\u3400-\u9fff \uf900-\ufaff", "zh ja yue wuu nan"),
    )
}
_SCRIPT_OF = {language: name for name, (_, spoken) in _SCRIPTS.items() for language in spoken}
_SEVERAL = frozenset("az bs ha kk kmr ks ku mn ms pa sd sr tk tzm uz zgh ro ia".split())
# Letters of other scripts than Latin, without signs and digits.
_OTHER = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2c00-\ud7ff\uf900-\ufaff\U00010000-\U0010ffff]")
_BLOCKS = sorted(
    (block[0], block[-1], name)
    for name, blocks in (
        *((name, blocks) for name, (blocks, _) in _SCRIPTS.items()),
        ("Latin", ("A-Z", "a-z", "\u00aa-\u024f", "\u1e00-\u1eff")),
    )
    for block in blocks
)
_TAG = re.compile(r"<[^<>]*>")
SAMPLE_LENGTH = 600  # characters of a text that are examined
_MIN_LETTERS = 40  # letters; a shorter sample has no result
_MIN_SHARE = 0.8  # share of all letters


def contradicts(text: str, language: str) -> bool:
    """Whether a text or markup is certainly not in a language (BCP 47)."""
    primary = language.partition("-")[0]
    if primary in _SEVERAL or "-Latn" in language:
        return False
    if primary not in _SCRIPT_OF and (text.isascii() or not _OTHER.search(text, 0, 4 * SAMPLE_LENGTH)):
        return False  # the fast path of most texts: a twentieth of the cost
    script = script_of(text)
    if script is None or script == "Latin":
        return script == "Latin" and primary in _SCRIPT_OF
    return primary not in _SCRIPTS[script][1]


def language_by_script(text: str) -> str | None:
    """The language, if only one uses the script; Han without kana is Chinese."""
    script = script_of(text)
    if script is None or script == "Latin":
        return None
    spoken = _SCRIPTS[script][1]
    return spoken[0] if len(spoken) == 1 or script == "Han" else None


def script_of(text: str) -> str | None:
    """The script of nearly all letters of a text; None if no script has that share."""
    sample = _TAG.sub(" ", text[: 4 * SAMPLE_LENGTH])[:SAMPLE_LENGTH]
    letters = 0
    counts = dict.fromkeys(("Latin", *_SCRIPTS), 0)
    for character, count in Counter(sample).items():  # each character of the alphabet is looked up once
        if character.isalnum() and not character.isdecimal():
            letters += count
        if script := _script_of_character(character):
            counts[script] += count
    if letters < _MIN_LETTERS:
        return None
    if counts.pop("Latin") >= _MIN_SHARE * letters:
        return "Latin"
    if counts["Kana"] > 0.1 * letters:
        counts["Kana"] += counts.pop("Han")
    name = max(counts, key=lambda one: counts[one])
    return name if counts[name] >= _MIN_SHARE * letters else None


@lru_cache(maxsize=2048)
def _script_of_character(character: str) -> str | None:
    """The script whose blocks have a character."""
    at = bisect(_BLOCKS, character, key=itemgetter(0)) - 1
    return _BLOCKS[at][2] if at >= 0 and character <= _BLOCKS[at][1] else None
