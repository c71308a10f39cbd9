"""Names in Chinese, Japanese, Korean and Thai: scripts without capitals, and mostly without spaces. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsdesk.crawler.normalise.bylines.word_tables import (
    DESKS,
    GLUED_AFTER,
    GLUED_BEFORE,
    GLUED_ORGANISATIONS,
    JOBS,
    OUTLETS,
    WordTables,
    comparison_key,
    fold,
)

_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]")
_THAI = re.compile(r"[\u0e00-\u0e7f]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_THAI_DESKS = ("ทีมข่าว", "กองบรรณาธิการ", "ศูนย์ข่าว", "โต๊ะข่าว")
_WIRED = re.compile(r"^([\u4e00-\u9fff]{1,6}社)[\u4e00-\u9fff]{2,6}[电電讯訊]$")  # 新华社北京电
_DATELINED = re.compile(r"^([\u4e00-\u9fff]{2,6}[社网網])[\u4e00-\u9fff]{2,4}$")  # 中新社北京
LONGEST_HAN = 6
_REPORTED = ("報導", "报道", "報道", "綜合報導", "综合报道")  # after a place: 台北報導


def is_east_asian(word: str) -> bool:
    """Whether the word has Chinese, Japanese, Korean or Thai letters."""
    return bool(_EAST_ASIAN.search(word))


def is_cased(words: Sequence[str]) -> bool:
    """Whether the script of the first letter has upper and lower case."""
    letter = next((letter for word in words for letter in word if letter.isalpha()), "")
    return letter.lower() != letter.upper()


def east_asian_names(
    words: tuple[str, ...], tables: WordTables, language: str | None
) -> list[tuple[tuple[str, ...], bool]]:
    """The names in a phrase, each with whether it is an organisation."""
    words = tuple(_without_place(_WIRED.sub(r"\1", word)) for word in words)
    left = [cleaned for word in words if (cleaned := _without_reporter(word)) and not _is_desk(cleaned)]
    if not left:
        return []
    if comparison_key(left) in OUTLETS or comparison_key(["".join(left)]) in OUTLETS:
        return [(tuple(left), True)]
    found: list[tuple[tuple[str, ...], bool]] = []
    people: list[str] = []
    for word in left:
        if _is_organisation(word):
            found.append(((word,), True))
        else:
            people.append(word)
    return [*((name, False) for name in _group_names(people, language)), *(found if not people else ())]


def _without_place(word: str) -> str:
    """The name of a news agency without a place joined to it."""
    found = _DATELINED.match(word)
    return found[1] if found and comparison_key([found[1]]) in OUTLETS else word


def _without_reporter(word: str) -> str:
    """The name without "reporter" joined to it: 記者王小明, 홍길동기자."""
    if comparison_key([word]) in OUTLETS or fold(word) in DESKS:
        return word
    if word in GLUED_AFTER:
        return word
    for reporter in ("记者", "記者"):  # 新京报记者王小明
        if reporter in word[1:-1] and not word.startswith(reporter):
            word = word[word.index(reporter, 1) :]
    prefix = next((one for one in GLUED_BEFORE if word.startswith(one) and len(word) - len(one) > 1), "")
    word = word[len(prefix) :]
    for after in GLUED_AFTER:
        if word.endswith(after) and len(word) - len(after) > 1:
            rest = word[: -len(after)]
            if after in _REPORTED and not prefix:
                return ""
            return rest if len(rest) > 1 else word
    return word


def _is_desk(word: str) -> bool:
    folded = fold(word)
    if word.startswith(_THAI_DESKS):
        return True
    return folded in DESKS or folded in JOBS or folded in GLUED_AFTER or folded in GLUED_BEFORE


def _is_organisation(word: str) -> bool:
    if comparison_key([word]) in OUTLETS:
        return True
    if word.startswith(("日刊", "週刊", "月刊", "周刊")):
        return True
    ends = any(
        word.endswith(end) and len(word) > len(end) + (1 if len(end) > 1 else 2)
        for end in GLUED_ORGANISATIONS
    )
    return ends and len(word) > 3


def _group_names(words: list[str], language: str | None) -> list[tuple[str, ...]]:
    """Join family and given names that are separated by a space; keep Chinese and Korean full names separate."""
    if len(words) < 2:
        return [tuple(words)] if words else []
    if _THAI.search(words[0]) or any(word.isascii() for word in words):
        return [tuple(words)]
    if _KANA.search("".join(words)) or language == "ja":
        pairs = len(words) % 2 == 0 and all(len(word) < 5 for word in words)
        return [tuple(words[at : at + 2]) for at in range(0, len(words), 2)] if pairs else [tuple(words)]
    if (
        len(words) == 2
        and len(words[0]) + len(words[1]) <= 4
        and min(map(len, words)) < (3 if language is None else 2)
    ):
        return [tuple(words)]
    if _HANGUL.search(words[0]):
        if len(words) == 2 and len(words[0]) < 3:
            return [tuple(words)]
        full = [word for word in words if len(word) > 2]  # shorter words are places: 뉴욕 특파원
        return [(word,) for word in full or words]
    return [(word,) for word in words if len(word) <= LONGEST_HAN]
