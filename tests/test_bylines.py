"""Bylines, plain for now. Letters inside a name never change."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Person
from crawler.normalise.bylines import parse_byline
from storage.records import Author
from tests.floors import hold_floor, read_cases

PEOPLE = [  # (printed, names, origin)
    ("Jane Doe", ["Jane Doe"], "a name"),
    ("By Jane Doe", ["Jane Doe"], "lead-in"),
    ("By: Jane Doe", ["Jane Doe"], "lead-in"),
    ("Von Max Müller und Eva Groß", ["Max Müller", "Eva Groß"], "German"),
    ("Par Zoé Noël et Léo Roy", ["Zoé Noël", "Léo Roy"], "French"),
    ("Por Ana Gil y Luis Rey", ["Ana Gil", "Luis Rey"], "Spanish"),
    ("José Ortega y Gasset", ["José Ortega y Gasset"], "a y inside a name"),
    ("Jane Doe, John Roe & Ann Lee", ["Jane Doe", "John Roe", "Ann Lee"], "commas and &"),
    ("Jane Doe, John Roe, and Ann Lee", ["Jane Doe", "John Roe", "Ann Lee"], "Oxford comma"),
    ("Jane Doe; John Roe | Ann Lee", ["Jane Doe", "John Roe", "Ann Lee"], "hard separators"),
    ("Robert Downey, Jr.", ["Robert Downey, Jr."], "suffix"),
    ("Henry Gates III, Jane Doe", ["Henry Gates III", "Jane Doe"], "suffix"),
    ("Doe, Jane", ["Jane Doe"], "turned round"),
    ("jane@example.org (Jane Doe)", ["Jane Doe"], "RSS 2.0"),
    ("Jane Doe <jane@example.org>", ["Jane Doe"], "e-mail"),
    ("Jane Doe https://example.org/jane", ["Jane Doe"], "address"),
    ("Jane Doe @janedoe", ["Jane Doe"], "handle"),
    ("<a href='/jane'>Jane&nbsp;Doe</a><br>John Roe", ["Jane Doe", "John Roe"], "markup"),
    ("  Jane \n Doe  ", ["Jane Doe"], "spaces"),
    ("Sinéad O'Connor", ["Sinéad O'Connor"], "apostrophe"),
    ("Giorgia Di Maio", ["Giorgia Di Maio"], "a lead-in inside a name"),
    ("Byron York", ["Byron York"], "a lead-in that begins a name"),
    ("Jane Doe and Jane Doe", ["Jane Doe"], "twice"),
    ("Jane Doe (AP)", ["Jane Doe"], "agency in brackets"),
]
NOBODY = [
    "",
    " ",
    "Staff",
    "admin",
    "Redaktion",
    "La Rédaction",
    "noreply@example.org",
    "@paper",
    "https://x.example/",
    "-",
]
ORGANISATIONS = [
    "Reuters",
    "AP",
    "The Associated Press",
    "dpa",
    "新华社",
    "共同通信",
    "AT&T News",
    "Chicago Tribune staff",
]


def names(authors: tuple[Author, ...]) -> list[str]:
    return [author.name for author in authors]


@pytest.mark.parametrize(("printed", "people", "origin"), PEOPLE)
def test_people(printed: str, people: list[str], origin: str) -> None:
    authors = parse_byline(printed)
    assert names(authors) == people, origin
    assert {author.kind for author in authors} == {"person"}


@pytest.mark.parametrize("printed", NOBODY)
def test_nobody(printed: str) -> None:
    assert parse_byline(printed) == ()


@pytest.mark.parametrize("printed", ORGANISATIONS)
def test_organisation(printed: str) -> None:
    (author,) = parse_byline(printed)
    assert author == Author(name=printed, kind="organisation")


def test_the_paper_itself_is_no_person() -> None:
    assert parse_byline("Morning Bell", outlet="Morning Bell")[0].kind == "organisation"


def test_people_of_a_feed() -> None:
    said = [
        Person(name="By Jane Doe"),
        Person(email="jane@example.org"),
        Person(name="John Roe", uri="/john"),
    ]
    assert names(parse_byline(said)) == ["Jane Doe", "John Roe"]


@given(st.text(max_size=200) | st.text(alphabet="ABab ,.;&|@<>/()-'\u00e9and", max_size=60))
def test_no_text_raises_and_letters_stay(text: str) -> None:
    for author in parse_byline(text):
        assert author.name == " ".join(author.name.split())


@given(
    st.lists(
        st.from_regex(r"[A-Z][a-zé']{2,8} [A-Z][a-z-]{3,9}z", fullmatch=True),
        min_size=1,
        max_size=5,
        unique_by=str.casefold,
    )
)
def test_plain_lists_come_apart_whole(people: list[str]) -> None:
    assert names(parse_byline("; ".join(people))) == people


def folded(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name).strip().casefold()


def said_in(raw: Any) -> list[str]:
    if isinstance(raw, list):
        return [name for one in raw for name in said_in(one)]
    if isinstance(raw, dict):
        return said_in(raw.get("name"))
    return [raw] if isinstance(raw, str) else []


def test_floor() -> None:
    cases, rows = read_cases("bylines.jsonl")
    scores = []
    for row in rows:
        want = {folded(one["name"]) for one in row["want"]}
        got = {folded(one.name) for one in parse_byline(said_in(row["raw"]), language=row["lang"])}
        got -= {folded(name) for name in row["opt"]} - want
        scores.append(2 * len(got & want) / (len(got) + len(want)) if got or want else 1.0)
    hold_floor("bylines", cases, {"set_f1": sum(scores) / len(scores)}, {})
