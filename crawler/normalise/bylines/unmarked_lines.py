"""Whether a line of a page is a byline, though nothing marks it: by its words alone.

Pure. Three forms name authors: a credit (`Text: Ann Hill`), a full name beside a date (`3 May 2024 | Ann Hill`), and
a full name alone. In East Asia the editor in charge signs, so that this credit counts where no author is named.
`pages.bylines.by_position` decides which of them counts at which place.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from newsdesk.crawler.normalise.bylines.disambiguation import authors_of_byline
from newsdesk.crawler.normalise.bylines.names.full_names import reads_like_full_name
from newsdesk.crawler.normalise.bylines.names.given_names import is_given_name
from newsdesk.crawler.normalise.bylines.names.scripts import is_east_asian
from newsdesk.crawler.normalise.bylines.parser import TEXT_STEPS, language_of_tables
from newsdesk.crawler.normalise.bylines.people import ParsedName, names_in_phrase
from newsdesk.crawler.normalise.bylines.phrases import Phrase, phrases_of
from newsdesk.crawler.normalise.bylines.roles import AUTHOR_ROLES, authors_by_role
from newsdesk.crawler.normalise.bylines.word_tables import CREDITS, DATE_WORDS, fold, tables_for

Form = Literal["credit", "date", "names", "editor"]
LONGEST = 160  # characters
_GENDERED = re.compile(r"(?<=[^\W\d_]{3})[:*/_](?:in|innen)\b")  # Autor:in
_COLON = re.compile(r"\s*[^\W\d_]+\s?[:：]")
# Credits that also name a kind of text, a source or other texts: a heading, and no label of an author.
_GENRES = frozenset(
    "article articles posts post posted report reports story stories interview interviews more all about meet"
    " bericht berichten berichtet protokoll reportage entrevista redacción reportaje reportagem rédaction enquête"
    " intervista servizio intervju haastattelu juttu rozhovor interjú haber röportaj söyleşi laporan theo tin"
    " έρευνα ρεπορτάζ συνέντευξη интервью интервю опубликовано ראיון כתבה تقرير حوار مصاحبه گزارش رپورٹ रिपोर्ट"
    " लेख প্রতিবেদন রিপোর্ট சிறப்பு คอลัมน์ เรื่อง สัมภาษณ์ 报道 報道 報導 综合报道 綜合報導 来源 來源 消息来源 稿件来源 記事"
    " インタビュー 解説 인터뷰 칼럼 기고 입력자".split()
)
_LONGEST_LABEL = 40  # characters
_MOST_BEFORE, _MOST_BESIDE = 3, 6  # words before a credit; words that are no names, in all
_YEAR_OR_TIME = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[:.]\d\d)(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_NOT_OURS = re.compile(r"[©®™]|\(c\)", re.IGNORECASE)
_EAST_ASIAN_NAME = range(2, 6)  # letters


@dataclass(frozen=True, slots=True, kw_only=True)
class BylineLine:
    """A line that may be a byline. `names`: the authors, separated by semicolons; of editors the whole line, which
    says that they edited."""

    form: Form
    names: str


@lru_cache(maxsize=1024)
def read_line(line: str, language: str | None) -> BylineLine | None:
    """The authors that a line names, if it holds little else. None for any other line."""
    if not 4 <= len(line) <= LONGEST or _NOT_OURS.search(line):
        return None
    text = _GENDERED.sub("", line)
    for step in TEXT_STEPS:
        text = step(text)
    code = language_of_tables(language)
    tables = tables_for(code)
    phrases = phrases_of(text, tables)
    named = [
        (phrase, names_in_phrase(phrase, tables, language=code, outlet=None, kind=None)) for phrase in phrases
    ]
    found = [name for _, names in named for name in names]
    people = [
        one for one in authors_of_byline(found, language=code, organisation=None) if one.kind == "person"
    ]
    authors = [one.name for one in people if one.role in AUTHOR_ROLES]
    if not authors:
        editors = [one.name for one in authors_by_role(people) if is_east_asian(one.name)]
        return BylineLine(form="editor", names=line) if editors and _is_credit(named, editors, text) else None
    if _is_credit(named, authors, text):
        return BylineLine(form="credit", names="; ".join(authors))
    return _names_alone(phrases, found, authors, text)


def _is_credit(
    named: Sequence[tuple[Phrase, Sequence[ParsedName]]], authors: Sequence[str], text: str
) -> bool:
    """Whether a credit introduces the authors, and few words are beside them."""
    before = 0
    for phrase, names in named:
        if phrase.directly_credited:
            people = [one for one in names if one.name in authors]
            return (
                bool(people)
                and before <= _MOST_BEFORE
                and _words_beside(text, authors) <= _MOST_BESIDE
                and all(_is_full(one) or (_has_strong_credit(text) and is_given_name(one)) for one in authors)
            )
        before += len(phrase.words)
    return False


def _has_strong_credit(text: str) -> bool:
    """Whether a line has a credit of two words (`Posted by`) or a colon after its first word."""
    words = [fold(word) for word in text.split()]
    return bool(_COLON.match(text)) or any(
        len(one.words) > 1 and tuple(words[at : at + len(one.words)]) == one.words
        for at, word in enumerate(words)
        for one in CREDITS.get(word, ())
    )


def is_credit_of_others(before: str, by: str) -> bool:
    """Whether the words before a "by" make it a credit of photographers, editors or the like: `Photos by`."""
    words = _WORD.findall(before.casefold())[-1:]
    return any(
        one.words == (*words, by.casefold()) and one.role not in AUTHOR_ROLES
        for word in words
        for one in CREDITS.get(word, ())
    )


def is_label(line: str, language: str | None) -> bool:
    """Whether a line is only a credit for an author or editor: `Autor:`, `作者`."""
    if len(line) > _LONGEST_LABEL:
        return False
    first = line.partition(" ")[0]
    if first.isalpha() and fold(first) not in CREDITS:
        return False  # nearly all lines of a page
    return _is_credit_alone(line, language)


@lru_cache(maxsize=1024)
def _is_credit_alone(line: str, language: str | None) -> bool:
    line = _GENDERED.sub("", line)
    first, *more = line.strip(" :：").split() or [""]
    words = (fold(first), *map(fold, more))
    code = language_of_tables(language)
    return any(
        one.words == words
        and not _GENRES & set(words)
        and (one.role == "writer" or (one.role == "editing" and is_east_asian(words[0])))
        and (line.rstrip()[-1:] in ":：" or one.language == code)
        and (len(words) > 1 or len(words[0]) > 3 or line.rstrip()[-1:] in ":：" or is_east_asian(words[0]))
        for one in CREDITS.get(words[0], ())
    )


def is_dated(text: str) -> bool:
    """Whether a text has a year, a date in digits or a time."""
    return bool(_YEAR_OR_TIME.search(text))


def _is_full(name: str) -> bool:
    if is_east_asian(name):
        return len(name.replace(" ", "")) in _EAST_ASIAN_NAME
    words = name.split()
    letters = [next((letter for letter in word if letter.isalpha()), "") for word in words]
    return sum(letter.isupper() or letter.lower() == letter.upper() for letter in letters if letter) > 1


def _words_beside(text: str, names: Sequence[str]) -> int:
    """How many words of a line are neither names nor part of a date or credit."""
    inside = {word.casefold() for name in names for word in _WORD.findall(name)}
    return sum(
        word.casefold() not in inside and fold(word) not in DATE_WORDS and fold(word) not in CREDITS
        for word in _WORD.findall(text)
    )


def _names_alone(
    phrases: Sequence[Phrase], found: Sequence[ParsedName], authors: Sequence[str], text: str
) -> BylineLine | None:
    """Full names with a known given name, beside a date or alone."""
    if any(phrase.separator in ("with", "of") for phrase in phrases):
        return None
    full = [name for name in authors if reads_like_full_name(name)]
    if not full:
        return None
    if is_dated(text):
        few = _words_beside(text, full) <= _MOST_BESIDE
        return BylineLine(form="date", names="; ".join(full)) if few else None
    alone = len(full) == len(found) and not _words_beside(text, full)
    return BylineLine(form="names", names="; ".join(full)) if alone else None
