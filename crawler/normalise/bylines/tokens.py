"""The words and signs of a byline, and tests for what is at a position: a date, a label, a credit, an "and".

Pure. `phrases` decides with these tests.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsdesk.crawler.normalise.bylines.word_tables import (
    AGENCIES,
    CREDITS,
    DATE_WORDS,
    DEGREES,
    DESKS,
    JOBS,
    LABELS,
    OUTLETS,
    PARTICLES,
    SIGNATURE_DESKS,
    TITLES,
    Credit,
    WordTables,
    comparison_key,
    fold,
    starts_with,
)

_TOKEN = re.compile(
    r"[^\s,;|/•·()\[\]{}<>:：，；、。・…„=＝+–—―（）【】「」『』〔〕《》〈〉／｜‧،؛▪●■◆★☆→»«›‹~^*#!?！？]+|\S|\n"
)
# Not the hyphen of "Sozial- und Kulturpolitik".
_DASHES = re.compile(r"(?<![\w.-])-+|(?<!\w)-+(?![\w-])|-+(?![\w-]|\s(?:und|oder|u\.|bzw\.|en|of|och|og)\s)")
BRACKETS = dict.fromkeys("([{（【〔", "(") | dict.fromkeys(")]}）】〕", ")")
COLONS = frozenset(":：=＝՝")
_EAST_ASIAN_MARKS = frozenset("/／・|｜-–—")
_NUMBER = re.compile(r"\d")
_WORD_NUMBER = re.compile(r"[^\W\d_]{1,12}\d{1,3}|\d{1,2}[^\W\d_]{4,12}")  # BR24, 24heures
_NUMBERED_HOST = re.compile(r"[a-zA-Z-]{2,30}\d{1,4}[a-zA-Z-]{0,30}\.[a-z]{2,6}")  # mix1.de
_COLLECTIVE = DESKS | JOBS
_BY_WORDS = frozenset(
    ("by", "von", "par", "por", "di", "da", "de", "door", "av", "af", "przez", "oleh", "från")
)
_SURE_BY_WORDS = frozenset(("par", "por", "przez", "oleh", "door"))  # never a part of a name
# Labels that are also family names: Glenn Close.
_FAMILY_LABELS = frozenset(
    ("close", "share", "home", "watch", "save", "gallery", "stand", "live", "print", "read", "comment")
)
_GIVEN_LABELS = frozenset(("edit",))  # labels that are also given names: Edit Nagy, Nagy Edit
_GIVEN_ANDS = frozenset(("dan", "agus", "eta"))  # given names that mean "and" in Indonesian, Irish, Basque
# Hebrew and Arabic write "and" as a letter before the name; these names begin with the same letter.
_NAMES_WITH_AND = frozenset(
    """ורד ורדה ויקטור ויקטוריה וילי וייס וולף ולדימיר ויטלי וינר וולך וינטר ויצמן
    وليد وائل وفاء وسام وداد وجدي ولاء وهبة وحيد وسيم وردة وجيه وديع وهبي وصفي وضاح واصف وعد ورد وافي وكيل
    والي وجدان وسيلة وئام وفيق وهيب وحدة وطفة وليم ويليام وزير""".split()
)


_THAI_AND = "และ"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenisedByline:
    """A byline as tokens: words, and signs of one character. `folded` has them in the form for comparison."""

    tokens: tuple[str, ...]
    folded: tuple[str, ...]
    tables: WordTables

    def token_at(self, at: int) -> str:
        """The token at a position; empty after the end."""
        return self.tokens[at] if at < len(self.tokens) else ""

    def words_from(self, at: int) -> tuple[str, ...]:
        """The words from a position up to the next sign or "and", at most six."""
        end = at
        while end < min(at + 6, len(self.tokens)) and not (
            not self.tokens[end][0].isalnum()
            or self.is_conjunction(end)
            or self.folded[end] in self.tables.short_conjunctions
        ):
            end += 1
        return self.tokens[at:end]

    def is_conjunction(self, at: int) -> bool:
        """Whether an "and" of some language is there, and not a name spelled like one (Dan)."""
        token, folded = self.tokens[at], self.folded[at]
        is_name = folded in _GIVEN_ANDS and token[:1].isupper() and token[1:].islower()
        return folded in self.tables.conjunctions and not is_name

    # --- dates and labels ---

    def is_number(self, at: int) -> bool:
        """Whether a number is there that is not part of the name of an outlet."""
        return bool(_NUMBER.search(self.tokens[at])) and not self._is_outlet(at)

    def end_of_date(self, at: int) -> int:
        """The end of the date or duration whose first number is at `at`."""
        end = at + 1
        while end < len(self.tokens) and self._continues_date(end):
            end += 1
        return end

    def _continues_date(self, at: int) -> bool:
        token, folded, after = self.tokens[at], self.folded[at], self.token_at(at + 1)
        if _NUMBER.search(token):
            return not self._is_outlet(at)
        if folded in DATE_WORDS:  # but not "Jan" of "3.5.2024 Jan Novák"
            begins_name = token[:1].isupper() and after[:1].isupper() and fold(after) not in DATE_WORDS
            return not begins_name or not token[1:].islower()
        if _NUMBER.search(after) and len(token) > 2 and _NUMBER.search(self.tokens[at - 1]):
            return not token[:1].isupper() or len(after) >= 4  # an unknown name of a month
        if token[0].isalnum() or token in BRACKETS:
            return False
        return bool(_NUMBER.search(after)) or fold(after) in DATE_WORDS

    def _is_outlet(self, at: int) -> bool:
        token = self.tokens[at]
        if comparison_key([token]) in OUTLETS or comparison_key(self.tokens[at : at + 2]) in OUTLETS:
            return True
        if _NUMBERED_HOST.fullmatch(token):
            return True
        word = self.folded[at].rstrip("0123456789")
        return (
            bool(_WORD_NUMBER.fullmatch(token))
            and word not in DATE_WORDS
            and token[:1].isupper()
            and (not token[1:].islower() or self._begins_phrase(at))
        )

    def _begins_phrase(self, at: int) -> bool:
        """Whether no word is directly before a position, or only a credit: Rapid7, but not Hill2."""
        return at == 0 or not self.tokens[at - 1][0].isalnum() or self.folded[at - 1] in CREDITS

    def label(self, at: int, before: Sequence[str]) -> int:
        """How many words the label there has ("Share", "View all posts"); 0 for none."""
        taken = starts_with(LABELS.get(self.folded[at], ()), self.folded, at)
        if self.folded[at] in _GIVEN_LABELS and len(before) < 2:
            return 0
        return 0 if len(before) == 1 and self.folded[at] in _FAMILY_LABELS else taken

    # --- credits ---

    def credit(self, at: int, before: Sequence[str], *, in_biography: bool) -> tuple[Credit, int] | None:
        """The credit there, and the position of the names after it.

        `before`: the words of the phrase so far. `in_biography`: inside sentences about a person, where only
        an unambiguous credit counts.
        """
        for credit in CREDITS.get(self.folded[at], ()):
            end = at + len(credit.words)
            is_own_language = credit.language == self.tables.language
            if (
                (credit.only and not is_own_language)
                or self.folded[at:end] != credit.words
                or end >= len(self.tokens)
            ):
                continue
            signed = self.tokens[end] in COLONS or (
                self.tokens[end] in _EAST_ASIAN_MARKS and _is_east_asian(self.tokens[at])
            )
            if signed or (
                ((is_own_language and not credit.signed) or not credit.colon)
                and (len(credit.words) > 1 or not in_biography)
                and self._introduces_name(credit, at, end)
                and (not before or self._may_follow_words(credit, at, before))
            ):
                while self.token_at(end) and (
                    self.tokens[end] in COLONS or (signed and self.tokens[end] in _EAST_ASIAN_MARKS)
                ):
                    end += 1
                return credit, end
        return None

    def _introduces_name(self, credit: Credit, at: int, end: int) -> bool:
        """Whether a credit without a colon introduces a name, and is not part of a description ("Author team")."""
        if self.folded[at] in SIGNATURE_DESKS or (credit.colon and _is_small(self.tokens[end])):
            return False
        if len(credit.words) == 1 and self.folded[at] in _COLLECTIVE and self.folded[end] in _COLLECTIVE:
            return False
        return not credit.full or self._is_full_name(self.words_from(end))

    def role_in_brackets(self, at: int) -> tuple[str, int]:
        """The role of a credit that is alone in brackets, and its end; an empty role for none."""
        for credit in CREDITS.get(self.folded[at], ()):
            end = at + len(credit.words)
            if (
                self.folded[at:end] == credit.words
                and BRACKETS.get(self.token_at(end)) == ")"
                and not credit.full
            ):
                return credit.role, end
        return "", at

    def _may_follow_words(self, credit: Credit, at: int, before: Sequence[str]) -> bool:
        """Whether a credit may follow other words: if it ends in "by" or similar in lower case, or if it credits
        photos or a translation in a script without capitals."""
        last = self.tokens[at + len(credit.words) - 1]
        if credit.words == ("by",):
            return last.islower() or len(self.words_from(at + 1)) > 1
        if credit.words[-1] in _BY_WORDS:
            is_compiled_by = all(map(_is_small, before)) and credit.words[-1] == "von"  # zusammengestellt von
            is_sure = len(before) == 1 and credit.words[-1] in _SURE_BY_WORDS
            return (len(credit.words) > 1 or is_compiled_by or is_sure) and last.islower()
        if credit.role not in ("photo", "translation"):
            return False
        if last.lower() == last.upper():
            return True
        is_own_language = credit.language == self.tables.language  # Text Elsa Nyström Foto Olle Brandt
        return (
            is_own_language
            and last[:1].isupper()
            and len(before) > 1
            and len(self.words_from(at + len(credit.words))) == 2
        )

    def _is_full_name(self, run: Sequence[str]) -> bool:
        return len(run) > 1 or (
            len(run) == 1 and (comparison_key(run) in OUTLETS or fold(run[0]) in DESKS or "." in run[0][:-1])
        )

    # --- joining words ---

    def is_organisation(self, at: int) -> bool:
        """Whether a news agency or newspaper is there."""
        run = self.words_from(at)
        return bool(run) and (comparison_key(run) in OUTLETS or comparison_key(run[:1]) in AGENCIES)

    def is_collective(self, at: int) -> bool:
        """Whether a news agency, a newspaper or a desk is there."""
        run = self.words_from(at)
        return bool(run) and (comparison_key(run) in OUTLETS or fold(run[0]) in DESKS)

    def joins_full_names(self, at: int, before: Sequence[str]) -> bool:
        """Whether a short "and" is between two full names or two single ones, and not inside one ("José Ortega y
        Gasset")."""
        right = self.words_from(at + 1)
        if not right or self.tokens[at][:1].isupper():
            return False
        if self.is_collective(at + 1):
            return True
        several = len(before) > 1 and len(right) > 1
        return not right[0][:1].islower() and (several or len(before) == len(right) == 1)

    def without_prefixed_and(self, at: int, before: Sequence[str]) -> str | None:
        """The Hebrew, Arabic or Thai word without an "and" joined to it; None without one."""
        token = self.tokens[at]
        if len(before) > 1 and token.startswith(_THAI_AND) and len(token) > len(_THAI_AND) + 1:
            return token[len(_THAI_AND) :]
        if len(before) < 2 or len(token) < 3 or token[0] not in "וو" or token in _NAMES_WITH_AND:
            return None
        return (token[1:].lstrip("-־") or None) if self.words_from(at + 1) else None

    def is_with_word(self, at: int) -> bool:
        """Whether "with" or similar is there, followed by a name; short words count only before agencies."""
        folded = self.folded[at]
        if len(folded) > 2 and folded not in PARTICLES:
            return bool(self.words_from(at + 1))
        return self.is_collective(at + 1)

    def ends_sentence(self, at: int) -> bool:
        """Whether the word ends a sentence."""
        token = self.tokens[at]
        if not token.endswith(".") or len(token) < 5 or not self.token_at(at + 1)[:1].isupper():
            return False
        if len(token) < 7 and self.folded[at] in JOBS:
            return False  # Корр. ТАСС
        return (
            "." not in token[:-1]
            and len(token.rpartition("-")[2]) > 3
            and comparison_key([token]) not in TITLES
            and comparison_key([token]) not in DEGREES
        )


def tokenise(text: str, tables: WordTables) -> TokenisedByline:
    """The tokens of a cleaned byline."""
    tokens = tuple(_TOKEN.findall(_DASHES.sub(" - ", text)))
    return TokenisedByline(
        tokens=tokens, folded=tuple(fold(token) or token for token in tokens), tables=tables
    )


def _is_small(word: str) -> bool:
    return word.islower() and word[:1].isalpha()


def _is_east_asian(word: str) -> bool:
    return "\u3040" <= word[0] <= "\u9fff" or "\uac00" <= word[0] <= "\ud7a3"
