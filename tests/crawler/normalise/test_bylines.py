"""Names in bylines. The table is `byline_cases.txt`, one case a line; the other tests are properties."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.bylines.__main__ import means, scored
from newsdesk.crawler.models import Person
from newsdesk.crawler.normalise.bylines.parser import parse_byline
from newsdesk.crawler.normalise.text.html import clean_controls
from newsdesk.storage.records.stories import Author
from tests.support.floors import hold_floor, read_cases
from tests.support.paths import FIXTURES

_MARKS = {"writer": "", "editing": "e: ", "photo": "p: ", "translation": "t: ", "reporting": "r: "}


def cases() -> list[tuple[str, str, str]]:
    """Language, byline and expected names of each line of the table."""
    found = []
    for line in (FIXTURES / "byline_cases.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            language, _, rest = line.partition(" | ")
            printed, _, expected = rest.rpartition(" |")
            found.append((language, printed.replace("\\n", "\n"), expected.strip()))
    return found


def as_text(authors: tuple[Author, ...]) -> str:
    return "; ".join(
        f"{'# ' if one.kind == 'organisation' else _MARKS[one.role]}{one.name}" for one in authors
    )


def names(authors: tuple[Author, ...]) -> list[str]:
    return [author.name for author in authors]


@pytest.mark.parametrize(("language", "printed", "expected"), cases())
def test_names_in_a_byline(language: str, printed: str, expected: str) -> None:
    assert as_text(parse_byline(printed, language=language)) == expected


def test_the_table_has_many_languages() -> None:
    assert len({language for language, _, _ in cases()}) >= 40


VALUES: list[tuple[Any, str, str]] = [  # (raw, names, origin)
    ({"@type": "Person", "name": "Irene Vale"}, "Irene Vale", "JSON-LD object"),
    ([{"@type": "Person", "name": "Irene Vale"}, {"name": "Max Roe"}], "Irene Vale; Max Roe", "list"),
    ({"@list": ["Irene Vale", "Max Roe"]}, "Irene Vale; Max Roe", "list object"),
    ({"@graph": [{"@type": "Person", "name": "Irene Vale"}]}, "Irene Vale", "graph"),
    ({"@type": "Organization", "name": "Irene Vale"}, "# Irene Vale", "typed as an organisation"),
    ({"@type": ["NewsMediaOrganization"], "name": "Harbour"}, "# Harbour", "type in a list"),
    (
        {"@type": "Person", "name": "Harbour", "url": "https://www.harbour.example/"},
        "# Harbour",
        "a front page",
    ),
    ({"@type": "Person", "name": "Irene Vale", "url": "https://x.example/irene"}, "Irene Vale", "a profile"),
    ({"@type": "Person", "name": ["Irene Vale", "Max Roe"]}, "Irene Vale; Max Roe", "names in a list"),
    ({"@type": "Person", "name": "Irene Vale, Max Roe"}, "Irene Vale; Max Roe", "a list in a string"),
    ({"@type": "Person", "givenName": "Irene", "familyName": "Vale"}, "Irene Vale", "name in parts"),
    ({"@type": "Article", "author": {"name": "Irene Vale"}}, "Irene Vale", "the article itself"),
    ({"name": {"@value": "Irene Vale", "@language": "en"}}, "Irene Vale", "a value with its language"),
    ('[{"@type": "Person", "name": "Irene Vale"}]', "Irene Vale", "JSON as text"),
    ({"@type": "Person", "name": None}, "", "no name"),
    ({"@type": "Person", "name": 41}, "", "a number"),
    ({"@type": "Person"}, "", "nothing"),
    ({}, "", "an empty object"),
    ([], "", "an empty list"),
    (None, "", "null"),
    ([[["Irene Vale"]]], "Irene Vale", "nested lists"),
    (
        [{"name": "Irene Vale"}, {"@type": "Organization", "name": "SDA"}],
        "Irene Vale; # SDA",
        "both in a list",
    ),
    (Person(name="By Irene Vale"), "Irene Vale", "a feed's author"),
    (Person(email="irene@example.org"), "", "a feed's author without a name"),
    ([Person(name="Irene Vale"), Person(name="irene vale")], "Irene Vale", "twice"),
]


@pytest.mark.parametrize(("raw", "expected", "origin"), VALUES)
def test_values_of_author_fields(raw: Any, expected: str, origin: str) -> None:
    assert as_text(parse_byline(raw, language="en")) == expected, origin


ORGANISATIONS = [  # (printed, organisation of the first author, origin)
    ("Irene Vale, AP", "AP", "agency after a comma"),
    ("Irene Vale (Reuters)", "Reuters", "agency in brackets"),
    ("Irene Vale | Harbour Gazette", "Harbour Gazette", "newspaper after a bar"),
    ("Irene Vale Port Marlow Gazette", "Port Marlow Gazette", "newspaper without a separator"),
    ("Irene Vale", None, "none"),
]


@pytest.mark.parametrize(("printed", "organisation", "origin"), ORGANISATIONS)
def test_organisation_beside_a_name(printed: str, organisation: str | None, origin: str) -> None:
    (author,) = parse_byline(printed, language="en")
    assert author == Author(name="Irene Vale", organisation=organisation), origin


def test_affiliation() -> None:
    (author,) = parse_byline({"name": "Irene Vale", "affiliation": {"name": "Harbour Lab"}})
    assert author.organisation == "Harbour Lab"


def test_the_outlet_itself_is_an_organisation() -> None:
    assert parse_byline("Morning Bell", outlet="Morning Bell")[0].kind == "organisation"
    (author,) = parse_byline("Irene Vale Morning Bell", outlet="Morning Bell")
    assert (author.name, author.organisation) == ("Irene Vale", "Morning Bell")


_ANY = st.text(max_size=200) | st.text(
    alphabet="ABab ,.;:&|@<>/()-'\u00e9\u0627\u0648\u6587\u56f3\uae00 123\n\u30fb", max_size=80
)
_WORDS = st.lists(
    st.sampled_from(
        (
            *(
                "By",
                "by",
                "Ann",
                "Hill",
                "O'Neil",
                "JANE",
                "DOE",
                "Jr.",
                "van",
                "der",
                "Dr.",
                "MD",
                "AP",
                "Reuters",
            ),
            *(
                "staff",
                "writer",
                "Editor",
                "photos",
                "Foto",
                "von",
                "and",
                "und",
                "y",
                "文",
                "記者",
                "기자",
                "بقلم",
            ),
            *(
                ",",
                ";",
                "|",
                "(",
                ")",
                ":",
                "/",
                "-",
                "·",
                "・",
                "2024",
                "May",
                "is",
                "in",
                "for",
                "of",
                "the",
            ),
            *("Gazette", "@x", "https://x.example/a", "<b>", "&amp;"),
        )
    ),
    max_size=25,
).map(" ".join)


@given(_ANY | _WORDS, st.sampled_from((None, "en", "de", "es", "ar", "he", "ja", "zh", "tr")))
def test_no_text_raises_and_letters_do_not_change(text: str, language: str | None) -> None:
    printed = {part for letter in clean_controls(text) for part in letter.casefold()}
    if language == "tr":
        printed |= {"ı", "i"}  # the capitals are I and İ
    for author in parse_byline(text, language=language):
        assert author.name == " ".join(author.name.split())
        letters = {letter for letter in author.name.replace("İ", "i").casefold() if letter.isalpha()}
        assert "&" in text or letters <= printed, author.name


def test_a_parsed_name_parses_to_itself() -> None:
    for language, printed, expected in cases():
        for author in parse_byline(printed, language=language):
            if author.role == "writer":
                again = parse_byline({"name": author.name}, language=language)
                assert [(one.name, one.kind) for one in again] == [(author.name, author.kind)], expected


@given(
    st.lists(
        st.from_regex(r"[A-Z][a-zé']{2,8}q [A-Z][a-z-]{3,9}z", fullmatch=True),
        min_size=1,
        max_size=5,
        unique_by=str.casefold,
    )
)
def test_lists_of_names_are_split_completely(people: list[str]) -> None:
    assert names(parse_byline("; ".join(people))) == people


_PEOPLE = (
    *("Maya Lindqvist-Ross", "Sam O’Dell", "Ursula van der Hoek", "J.T. Marlowe", "Irene Vale Jr."),
    *("José Ortega y Gasset", "Theo Marsh", "Dan Brandt", "Nguyễn Thị Lan", "Guðrún Jónsdóttir"),
    *("Ahmad bin Yusof", "Łucja Ćwik", "Elif Çağlar", "Rhodri ap Gwyn", "João dos Santos"),
    *("Anna Schreiber", "Karl von der Lohe", "Siân Mac an Bhaird"),
)  # fmt: skip
_CONVENTIONS = [  # (language, before the names, the last "and", after the names)
    ("en", ("By ", "BY ", "", "Story by "), " and ", (", Staff Writer", " | AP", " 3 May 2024", "")),
    ("de", ("Von ", "Text: ", "Ein Kommentar von "), " und ", (", dpa", ", Kiel", " 12.03.2024, 14:05 Uhr")),
    ("fr", ("Par ", "", "Propos recueillis par "), " et ", (" (avec AFP)", ", à Paris", " le 3 mars 2024")),
    ("es", ("Por ", "", "Texto: "), " y ", (" / EFE", " | 3 de mayo de 2024", ", enviada especial")),
    ("it", ("di ", "", "a cura di "), " e ", (" | ANSA", " - 12 marzo 2024", "")),
    ("nl", ("Door ", ""), " en ", (" 12 maart 2024", ", ANP", "")),
    ("sv", ("Av ", "Text: ", ""), " och ", ("/TT", ", reporter", "")),
    ("pl", ("Autor: ", ""), " i ", (", PAP", " (PAP)", "")),
    ("tr", ("Yazan: ", ""), " ve ", (" / İstanbul", "")),
    ("id", ("Oleh: ", "Penulis: "), " dan ", (" - detikNews", "")),
]  # fmt: skip


@given(
    st.sampled_from(_CONVENTIONS),
    st.lists(st.sampled_from(_PEOPLE), min_size=1, max_size=4, unique=True),
    st.data(),
)
def test_names_are_complete_in_every_convention(
    convention: tuple[str, tuple[str, ...], str, tuple[str, ...]], people: list[str], data: st.DataObject
) -> None:
    language, prefixes, conjunction, suffixes = convention
    listed = conjunction.join((", ".join(people[:-1]), people[-1])) if people[1:] else people[0]
    printed = data.draw(st.sampled_from(prefixes)) + listed + data.draw(st.sampled_from(suffixes))
    assert names(parse_byline(printed, language=language)) == people


LONG = [
    piece * (100_000 // len(piece))
    for piece in (
        *(
            "a@",
            "<",
            "A",
            "Ann Hill, ",
            "(",
            "by ",
            "a.",
            "&amp;",
            "Ann ",
            "1 Jan ",
            "文",
            "http://",
            "-",
            "and ",
        ),
        *("<a ", '{"name":', "a-", "A.", "y ", "@a", "von A ", "ב ו", "・", "Ann & ", "[["),
    )
]


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:8])
def test_long_strings_are_cut(text: str) -> None:
    """Only the first thousand characters of a long string are parsed."""
    assert len(parse_byline(text)) <= 50
    assert all(len(author.name) <= 120 for author in parse_byline([text] * 60))


def test_floor() -> None:
    digest, rows = read_cases("bylines.jsonl")
    hold_floor("bylines", digest, means(scored(row) for row in rows), {})
