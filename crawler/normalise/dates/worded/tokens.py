"""Split a line into numbers, known words and the rest, with the words of one language. Pure.

Longer phrases are matched first; in scripts without spaces, runs of letters are split into known words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsdesk.crawler.normalise.dates.text_cleaning import fold
from newsdesk.crawler.normalise.dates.worded.lexicon import WORD, Kind, Lexicon, Meaning

_TOKEN = re.compile(rf"(\d+)|({WORD.pattern})|(\s+)|(.)")
_JOINING = frozenset((" ", ".", "'", "-", "’", "´", "`", "׳", "״", "′", "‘", "،"))
_MOST_WORDS = 40
_NOTHING: tuple[Meaning, ...] = ()


@dataclass(slots=True, kw_only=True)
class Token:
    """A number, a word (`meanings` may be empty) or a sign, with its position in the line."""

    text: str
    start: int
    end: int
    number: int | None = None
    meanings: tuple[Meaning, ...] = _NOTHING
    is_word: bool = False

    def of(self, kind: Kind) -> Meaning | None:
        """Its first meaning of a kind."""
        for meaning in self.meanings:
            if meaning.kind == kind:
                return meaning
        return None

    def weekday(self) -> int | None:
        """Its weekday, if it has no other meaning: `th` ends a number, `mar` may be a month."""
        weekday = self.of("weekday")
        return weekday.value if weekday and not self.of("filler") and not self.of("month") else None


def tokens_of(line: str, lexicon: Lexicon) -> list[Token] | None:
    """The tokens of a cleaned line without spaces; None when the line is too long for a date."""
    raw = [(found.lastindex or 0, found[0], found.start()) for found in _TOKEN.finditer(line)]
    if len(raw) > 3 * _MOST_WORDS:
        return None
    tokens: list[Token] = []
    at = 0
    while at < len(raw):
        kind, text, start = raw[at]
        if kind == 1:
            tokens.append(Token(text=text, start=start, end=start + len(text), number=int(text[:20])))
        elif kind == 2:
            at = _add_word(tokens, raw, at, lexicon)
        elif kind == 4:
            tokens.append(Token(text=text, start=start, end=start + 1))
        at += 1
    if lexicon.language == "fa":  # days of the month are often written out: سوم شهریور
        for token in tokens:
            if token.number is None and (written := token.of("number")):
                token.number, token.text, token.is_word = written.value, str(written.value), False
    return tokens


def _add_word(tokens: list[Token], raw: list[tuple[int, str, int]], at: int, lexicon: Lexicon) -> int:
    """Add the word, or the phrase that begins with it; return the index of the last part used."""
    _, text, start = raw[at]
    folded = fold(text)
    for more, meaning in lexicon.phrases.get(folded, ()):
        last = _phrase_end(raw, at, more)
        if last is not None:
            end = raw[last][2] + len(raw[last][1])
            tokens.append(Token(text=text, start=start, end=end, meanings=(meaning,), is_word=True))
            return last
    if (
        tokens
        and tokens[-1].is_word
        and fold(tokens[-1].text) == folded
        and _only_space(raw, tokens[-1].end, at)
    ):
        return at  # a doubled word of two joined elements: ساعت ساعت 12:30
    meanings = lexicon.words.get(folded)
    if meanings is None and lexicon.unspaced and not text.isascii():
        _split_run(tokens, text, start, lexicon)
    else:
        tokens.append(
            Token(text=text, start=start, end=start + len(text), meanings=meanings or _NOTHING, is_word=True)
        )
    return at


def _only_space(raw: list[tuple[int, str, int]], end: int, at: int) -> bool:
    return at > 0 and raw[at - 1][0] == 3 and raw[at - 1][2] == end


def _phrase_end(raw: list[tuple[int, str, int]], at: int, more: tuple[str, ...]) -> int | None:
    """Index of the last word of the phrase if its words follow, separated by a dot, dash or space."""
    for word in more:
        at += 1
        gap = 0
        while at < len(raw) and raw[at][0] in (3, 4) and raw[at][1] in _JOINING and gap < 3:
            at += 1
            gap += 1
        if at == len(raw) or raw[at][0] != 2 or fold(raw[at][1]) != word:
            return None
    return at


def _split_run(tokens: list[Token], text: str, start: int, lexicon: Lexicon) -> None:
    """Split a run of letters into known words, longest first; unknown letters between them are one token."""
    unknown = at = 0
    while at < len(text):
        for end in range(min(len(text), at + lexicon.longest), at, -1):
            meanings = lexicon.words.get(fold(text[at:end]))
            if meanings:
                break
        else:
            at += 1
            continue
        if unknown < at:
            tokens.append(Token(text=text[unknown:at], start=start + unknown, end=start + at, is_word=True))
        tokens.append(
            Token(text=text[at:end], start=start + at, end=start + end, meanings=meanings, is_word=True)
        )
        unknown = at = end
    if unknown < at:
        tokens.append(Token(text=text[unknown:], start=start + unknown, end=start + at, is_word=True))
