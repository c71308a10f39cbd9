"""Plain bylines get the same authors without parsing as with it."""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import random

import pytest

from newsdesk.crawler.normalise.bylines.author_values import PrintedName
from newsdesk.crawler.normalise.bylines.parser import parse_string, parse_words
from newsdesk.crawler.normalise.bylines.plain_names import plain_names
from newsdesk.crawler.normalise.bylines.tables import given_names
from newsdesk.crawler.normalise.bylines.word_tables import known_words

LANGUAGES = (
    None,
    "ca",
    "cs",
    "da",
    "de",
    "en",
    "es",
    "eu",
    "fi",
    "fr",
    "ga",
    "hu",
    "id",
    "it",
    "nb",
    "nl",
    "pl",
)
LANGUAGES += ("pt", "ro", "ru", "sv", "tr", "zh")
OUTLETS = (None, "The Marlow Gazette", "Hill")
SYLLABLES = (
    "an be cor dal el fis gar hol is jen kar lun mo nor ol per quist ra sen ström tü ul vik win å ø ß".split()
)


def _words(chance: random.Random) -> list[str]:
    """Given names, invented family names, and words of the tables, which must not count as names."""
    given = [word.title() for word in given_names.GIVEN_NAMES.split() if word.isalpha()]
    invented = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))).title() for _ in range(400)]
    known = [word.title() for word in sorted(known_words()) if word.isalpha()]
    return [*chance.sample(given, 400), *invented, *chance.sample(known, 400)]


def _bylines(chance: random.Random) -> list[str]:
    words = _words(chance)

    def name() -> str:
        return " ".join(chance.choices(words, k=chance.choice((1, 2, 2, 2, 3, 3, 4))))

    forms = ("{}", "{}", "By {}", "by {}", "{} and {}", "By {} and {}", "{} And {}")
    return [chance.choice(forms).format(name(), name()) for _ in range(2_000)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_names_are_what_parsing_gives(language: str | None) -> None:
    chance = random.Random(str(language))
    plain = 0
    for text in _bylines(chance):
        outlet, kind = chance.choice(OUTLETS), chance.choice((None, "person"))
        printed = PrintedName(text=text, kind=kind, organisation=chance.choice((None, "Reuters")))
        plain += bool(plain_names(text, outlet))
        assert parse_string(printed, language, outlet) == parse_words(printed, language, outlet), text
    assert plain > 100


@pytest.mark.parametrize(
    "text",
    [
        "Marlow Staff", "Associated Press", "Ann Hill Reuters", "Senior Writer", "Ann", "ANN HILL", "Ann hill",
        "Ann Hill Ann", "Ann  Hill", "Ann Hill, Bo Lund", "Dr Ann Hill", "Landesverband Hessen", "Ann Hill and AFP",
        "Ann Hill And Bo Lund", "Staff and Ann Lund", "Мария Иванова", "Ann McHill", "Ann Hill Jr",
    ],
)  # fmt: skip
def test_other_bylines_are_parsed(text: str) -> None:
    assert plain_names(text, None) == ()


def test_the_name_of_the_outlet_is_not_part_of_a_name() -> None:
    assert plain_names("Anna Quist Tageblatt", None) in ((), ("Anna Quist Tageblatt",))
    assert plain_names("Anna Quist Zorvik", "Zorvik") == ()
    assert plain_names("Anna Quist Zorvik", "Der Zorvik") == ()
    assert plain_names("Anna Quist", "Der Zorvik") == ("Anna Quist",)
