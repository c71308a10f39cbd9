"""Split a cleaned byline into phrases at separators, joining words, dates, labels and credits.

Pure and linear: one pass over the tokens. A phrase has the separator before it and the role from its credit;
`people` decides whether it is a name.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from newsdesk.crawler.normalise.bylines.names.given_names import is_given_name
from newsdesk.crawler.normalise.bylines.names.scripts import is_cased
from newsdesk.crawler.normalise.bylines.tokens import BRACKETS, COLONS, tokenise
from newsdesk.crawler.normalise.bylines.word_tables import (
    AGENCIES,
    COMPOUNDS,
    DATE_WORDS,
    DESKS,
    JOBS,
    OUTLETS,
    PARTICLES,
    STRONG,
    WITH_WORDS,
    WordTables,
    comparison_key,
    fold,
)

# The separator before a phrase. `of`: the phrase names a place or an employer, not an author.
Separator = Literal["start", "comma", "and", "with", "bracket", "credit", "of", "dash", "hard"]
# After a name, these begin a sentence about the person.
_BIOGRAPHY_VERBS = frozenset(
    """is was has are were covers writes joined began works worked lives served ist war hat schreibt
    est fue escribe è foi jest była był är er skriver on является пишет родился є bir είναι là
    adalah merupakan spent holds studied graduated received grew currently contributed here""".split()
)
_OF_WORDS = frozenset(("of", "de", "da", "do", "di", "der", "des", "du", "del", "für", "for", "dla"))
_PLAIN_STOPS = frozenset(
    ("for", "of", "in", "from", "at", "is", "contributed")
)  # after a full name also when capitalised
_BUTTONS = frozenset(
    ("follow", "share", "subscribe", "comments", "like")
)  # after a name; no names follow them
_PICTURES = frozenset(("getty", "shutterstock", "istock", "alamy", "unsplash"))  # names of picture agencies
_DASHES = frozenset("-–—―")
_PLACE_PREPOSITIONS = frozenset(
    "aus desde depuis från fra vanuit из z ze".split()
)  # begin a byline that starts with a place
_QUOTES = frozenset("\"“”'‘’`´*.…")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words that belong together.

    `credited`: a credit is before them or before their list; `directly_credited`: immediately before them.
    `after_date`: after a date, where other names rarely follow.
    """

    words: tuple[str, ...]
    separator: Separator = "start"
    role: str = "writer"
    credited: bool = False
    directly_credited: bool = False
    in_brackets: bool = False
    after_date: bool = False


def phrases_of(text: str, tables: WordTables) -> tuple[Phrase, ...]:
    """The phrases of a cleaned byline, in order."""
    return _PhraseParser(text, tables).parse()


class _PhraseParser:
    """The state of one pass over the tokens of a byline."""

    def __init__(self, text: str, tables: WordTables) -> None:
        self.byline = tokenise(text, tables)
        self.tables = tables
        self.found: list[Phrase] = []
        self.current: list[str] = []
        self.separator: Separator = "start"
        self.role = "writer"
        self.credited = False
        self.depth = 0
        self.after_date = False
        self.skipping = False  # after "in", until a separator
        self.in_biography = False  # after "is": skip until a credit

    def parse(self) -> tuple[Phrase, ...]:
        """Each method returns how many tokens it consumes, 0 if it does not apply; the first that applies counts."""
        at = 0
        while at < len(self.byline.tokens):
            for take in (
                self._date,
                self._label,
                self._credit,
                self._sign,
                self._and,
                self._stop_word,
                self._word,
            ):
                taken = take(at)
                if taken:
                    at += taken
                    break
        self._end_phrase("hard")
        return tuple(self.found)

    def _end_phrase(self, separator: Separator) -> None:
        """End the phrase; the next one follows `separator`."""
        if self.current:
            self.found.append(
                Phrase(
                    words=tuple(self.current),
                    separator=self.separator,
                    role=self.role,
                    credited=self.credited,
                    directly_credited=self.separator == "credit",
                    in_brackets=self.depth > 0,
                    after_date=self.after_date,
                )
            )
            self.current = []
            self.credited = self.credited and separator in ("comma", "and")
        self.separator = separator
        self.skipping = self.in_biography

    def _word(self, at: int) -> int:
        if not self.skipping:
            self.current.append(self.byline.tokens[at])
            if self.byline.ends_sentence(at):
                self._end_phrase("hard")
        return 1

    def _date(self, at: int) -> int:
        if not self.byline.is_number(at):
            return 0
        while self.current and fold(self.current[-1]) in DATE_WORDS:
            self.current.pop()
        if not self.current and self.separator == "comma":
            self._drop_weekday()
        seen = bool(self.found) or any(len(word) > 1 for word in self.current)
        self._end_phrase("hard")
        self.after_date = self.after_date or seen
        return self.byline.end_of_date(at) - at

    def _drop_weekday(self) -> None:
        """Remove the weekday before the comma of "Ann Hill Tuesday, March 5"."""
        last = self.found[-1] if self.found else None
        if last is not None and fold(last.words[-1]) in DATE_WORDS:
            self.found[-1:] = [replace(last, words=last.words[:-1])] if len(last.words) > 1 else []

    def _label(self, at: int) -> int:
        taken = self.byline.label(at, self.current)
        if taken:
            if self.current and self.current[-1].endswith(("'s", "’s")):
                self.current[-1] = self.current[-1][:-2]  # Ann Hill's profile
            self._end_phrase("hard")
            if self.byline.folded[at] in _PICTURES and not self.after_date:
                self._mark_photographer()
            self.after_date = self.after_date or (bool(self.found) and self.byline.folded[at] in _BUTTONS)
        return taken

    def _mark_photographer(self) -> None:
        """Names before the label of a picture agency are photographers: Ann Hill / AFP - Getty Images."""
        count = 2 if self.found and comparison_key(self.found[-1].words) in AGENCIES else 1
        last_phrases = self.found[-count:]
        if not any(one.credited for one in last_phrases):
            self.found[-count:] = [replace(one, role="photo") for one in last_phrases]

    def _credit(self, at: int) -> int:
        if self.depth and not self.current and self.found:
            role, end = self.byline.role_in_brackets(at)
            if role:  # Ann Hill (text)
                self.found[-1] = replace(self.found[-1], role=role)
                return end - at
        found = self.byline.credit(at, self.current, in_biography=self.in_biography)
        if found is None:
            return 0
        credit, end = found
        if len(self.current) == 1 and is_cased(self.current):
            self.current = []  # Una entrevista de
        self._end_phrase("credit")
        self.role, self.credited = credit.role, True
        self.skipping = self.in_biography = False
        return end - at

    def _sign(self, at: int) -> int:
        printed = self.byline.tokens[at]
        if len(printed) > 1 or printed.isalnum() or printed == "&" or "\ue000" <= printed <= "\ue00f":
            return 0
        if printed in BRACKETS:
            self._end_phrase("bracket" if BRACKETS[printed] == "(" else "hard")
            self.depth = max(0, self.depth + (1 if BRACKETS[printed] == "(" else -1))
        elif printed in ",，、،":
            if self._is_listed_in_organisation(at):
                self.current[-1] += ","
            else:
                self._end_phrase("comma")
        elif printed in COLONS:
            if len(self.current) == 1 and self.byline.token_at(at + 1):
                self.current = []  # an unknown label
            self._end_phrase("hard")
        elif printed not in _QUOTES and not self._is_after_credit(printed):
            self._end_phrase("dash" if printed in _DASHES else "hard")
            if printed in "|｜;；\n•":
                self.role, self.credited = "writer", False
        return 1

    def _is_after_credit(self, printed: str) -> bool:
        """Whether the sign only separates a credit from its names: `Photography by; Ann Hill`."""
        return self.separator == "credit" and not self.current and printed in ";；\n"

    def _and(self, at: int) -> int:
        printed, folded = self.byline.tokens[at], self.byline.folded[at]
        if self.byline.is_conjunction(at) or printed == "&":
            if not self.current and printed[:1].isupper() and len(printed) > 1:
                return 0
            if self._is_inside(at):
                self.current.append(printed)
                return 1
            if self._continues_organisation(at):
                self.current.append(printed)
                return 1  # Bundesministerium für Wirtschaft und Klimaschutz
            if self.skipping and not self._names_follow(at + 1):
                return 1  # correspondent for Politics and Business
        elif folded in self.tables.short_conjunctions and self.current:
            if self._continues_organisation(at) or not self.byline.joins_full_names(at, self.current):
                return 0
        else:
            name = self.byline.without_prefixed_and(at, self.current)
            if name is None:
                return 0
            self._end_phrase("and")
            self.current.append(name)
            return 1
        self._end_phrase("and")
        return 1

    def _is_in_organisation(self) -> bool:
        """Whether the last word or one with an end such as "-ministerium" means an organisation."""
        return bool(self.current) and (
            fold(self.current[-1]) in STRONG or any(fold(word).endswith(COMPOUNDS) for word in self.current)
        )

    def _is_listed_in_organisation(self, at: int) -> bool:
        """Whether the comma is in the name of an organisation: Landesamt für Natur, Umwelt und Verbraucherschutz."""
        after = at + 1 + len(self.byline.words_from(at + 1))
        return (
            after == at + 2
            and after < len(self.byline.tokens)
            and (self.byline.tokens[after] in ",&" or self.byline.is_conjunction(after))
            and self._continues_organisation(at)
        )

    def _continues_organisation(self, at: int) -> bool:
        """Whether the "and" is in the name of an organisation, which an "of" began: Ministerio de Salud y Deporte."""
        ofs = [place for place, word in enumerate(self.current) if fold(word) in _OF_WORDS]
        if not ofs or not self.current[0][:1].isupper():
            return False
        begins = any(
            fold(word) in STRONG or fold(word).endswith(COMPOUNDS) for word in self.current[: ofs[0]]
        )
        right = self.byline.words_from(at + 1)
        return begins and bool(right) and not is_given_name(right[0])

    def _names_follow(self, at: int) -> bool:
        """Whether a full name or a collective signature is there."""
        run = self.byline.words_from(at)[:2]
        return self.byline.is_collective(at) or (len(run) == 2 and not any(word.islower() for word in run))

    def _is_inside(self, at: int) -> bool:
        """Whether the "and" is part of one name or job: Telegram & Gazette, Health and Science Editor."""
        right = self.byline.words_from(at + 1)
        if not right or not self.current:
            return False
        if self.byline.tokens[at] in ("&", "+") and len(right) == 1:
            is_organisation = (
                comparison_key(right) in OUTLETS
                or comparison_key(self.current) in OUTLETS
                or fold(right[0]) in DESKS
            )
            return not is_organisation and (
                len(self.current) == 1 or fold(right[0]) in STRONG or fold(right[0]) == "co"
            )
        return (
            len(self.current) > 2
            and fold(self.current[-1]) in self.tables.modifiers
            and any(fold(word) in JOBS for word in right[1:4])
        )

    def _stop_word(self, at: int) -> int:
        """A word that introduces a place, an employer or a source, or begins a sentence about the person."""
        printed, folded = self.byline.tokens[at], self.byline.folded[at]
        if folded == "special" and self.byline.folded[at + 1 : at + 2] in (("to",), ("for",)):
            self._end_phrase("of")
            self.skipping = True
            return 2
        if (
            self.separator == "start"
            and not self.current
            and folded in _PLACE_PREPOSITIONS
            and folded in self.tables.stop_words
        ):
            self.skipping = True  # Aus Brüssel berichtet
            return 1
        begins = (
            self.separator == "start"
            and not self.current
            and folded in WITH_WORDS
            and self.byline.is_collective(at + 1)
        )
        if (
            folded in WITH_WORDS
            and len(folded) > 3
            and self.byline.token_at(at + 1) in COLONS
            and self.found + self.current
        ):
            self._end_phrase("with")  # Ann Hill Source: Reuters
            return 2
        if printed[:1].isupper() and not (len(self.current) > 1 and folded in _PLAIN_STOPS) and not begins:
            return 0
        if self.skipping and not self.byline.is_collective(at + 1):
            return 0  # "in conversation with" a guest
        if folded in WITH_WORDS and self.byline.is_with_word(at):
            self._end_phrase("with")
            return 1
        if folded in _OF_WORDS and self._is_in_organisation() and self.byline.words_from(at + 1):
            return 0  # University of Marlow
        if folded not in self.tables.stop_words or (not self.current and folded in PARTICLES):
            return 0
        if folded == "an" and self.current and fold(self.current[-1]) == "mac":
            return 0  # Mac an Bhaird, in German too
        if folded in DESKS and self.current and self.current[-1].islower():
            return 0  # wire reports
        if folded in _BIOGRAPHY_VERBS and len(self.current) == 1 and not self.found and not self.credited:
            self.current = []  # You are about to leave
        self.in_biography = self.in_biography or (
            folded in _BIOGRAPHY_VERBS and bool(self.current) and self.current[0][:1].isupper()
        )
        self._end_phrase("of")
        self.skipping = self.in_biography or not self.byline.is_organisation(at + 1)
        return 1
