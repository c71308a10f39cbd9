"""Tokens, keys and overlaps of texts. All texts are invented."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.storage.records.copies.compare import overlap_of, slots_of
from newsdesk.storage.records.copies.keys import copy_keys
from newsdesk.storage.records.copies.names import names_of
from newsdesk.storage.records.copies.tokens import CHARACTERS, WORDS, shingles_of, tokens_of

FERRY = (
    "A ferry with 301 people on board ran aground near Belmore early on Friday, the coast guard said. Lifeboats"
    " reached the vessel within fifteen minutes and took everybody ashore. Ivan Petrov, who was travelling with two"
    " children, said the crew handed out blankets. The ship had left Arden shortly before one in the morning. A tug"
    " will try to pull it off at high tide, and divers will look at the hull before it may sail again."
)
OTHER_FERRY = (
    FERRY.replace("301", "84")
    .replace("Belmore", "Corrin")
    .replace("Friday", "Monday")
    .replace("Arden", "Tolne")
).replace("Ivan Petrov", "Ruth Abrams")

TOKENS = [  # (text, tokens, width of a shingle)
    ("Two cats, three dogs & a fish.", ["Two", "cats", "three", "dogs", "a", "fish"], WORDS),
    ("l’été s'achève", ["l", "été", "s", "achève"], WORDS),
    ("ﬁve １２", ["five", "12"], 2),
    ("南浦市议会通过图书馆", list("南浦市议会通过图书馆"), CHARACTERS),
    ("Toyota は 新型 EV を", ["Toyota", "は", "新", "型", "EV", "を"], 6),
    ("_ — …", [], 1),
    ("", [], 1),
]


@pytest.mark.parametrize(("text", "tokens", "width"), TOKENS, ids=[row[0] for row in TOKENS])
def test_tokens(text: str, tokens: list[str], width: int) -> None:
    found = tokens_of(text)
    assert (found.tokens, found.width) == (tokens, width)
    assert len(found.shingles) == (len(tokens) - width + 1 if tokens else 0)


@given(st.text(), st.text())
def test_every_text_has_tokens_and_overlaps(one: str, other: str) -> None:
    overlap = overlap_of(shingles_of(one), shingles_of(other))
    assert 0 <= overlap.of_longer <= overlap.contained <= 1
    assert slots_of(tokens_of(one), tokens_of(other)) >= 0
    assert copy_keys(one, other) == copy_keys(one, other)


WESTERN = "abc ABC éÀß ñ œ 19 ¹²³ ªº ‘’“” – — … € _ \n\t/-"


@given(st.text(st.sampled_from(WESTERN), max_size=60))
def test_shingles_of_western_texts_are_those_of_their_tokens(text: str) -> None:
    assert shingles_of(text) == tokens_of(text).shingles


def test_keys_are_the_same_in_every_process() -> None:
    script = (
        "import sys; from newsdesk.storage.records.copies.keys import copy_keys;"
        " print(copy_keys('Ferry', sys.argv[1]))"
    )
    for seed in "01":
        made = subprocess.run(
            [sys.executable, "-c", script, FERRY],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert made.stdout.strip() == str(copy_keys("Ferry", FERRY))


def test_letter_case_and_white_space_change_only_the_key_of_the_whole_text() -> None:
    whole, *sample = copy_keys(None, FERRY)
    assert list(copy_keys(None, FERRY.upper().replace(" ", "\n"))[1:]) == sample and whole not in sample


def test_a_teaser_shares_keys_with_its_story() -> None:
    teaser = " ".join(FERRY.split()[:24]) + " …"
    assert len(set(copy_keys(None, teaser)) & set(copy_keys(None, FERRY))) >= 3


def test_a_long_text_has_a_bounded_number_of_keys() -> None:
    text = " ".join(f"word{number}" for number in range(20_000))
    assert len(copy_keys("Title", text)) <= 41


OVERLAPS = [  # (one, other, least and most contained, whether it is a template)
    (FERRY, FERRY, 1.0, 1.0, False),
    (FERRY, FERRY[:300], 0.95, 1.0, False),
    (
        FERRY,
        FERRY.replace("handed out", "gave them").replace("early", "shortly after dawn"),
        0.7,
        0.95,
        False,
    ),
    (FERRY, OTHER_FERRY, 0.5, 0.9, True),
    (
        FERRY,
        "The council votes on Monday about a new library in Mill Street, the mayor said.",
        0.0,
        0.1,
        False,
    ),
]


@pytest.mark.parametrize(("one", "other", "least", "most", "template"), OVERLAPS)
def test_overlap(one: str, other: str, least: float, most: float, template: bool) -> None:
    overlap = overlap_of(shingles_of(one), shingles_of(other))
    assert least <= overlap.contained <= most
    assert (slots_of(tokens_of(one), tokens_of(other)) > 0.025) == template
    assert overlap == overlap_of(shingles_of(other), shingles_of(one)) or len(one) == len(other)


NAMES = [  # (title, text, names)
    (
        "Ferry runs aground near Belmore",
        "Ivan Petrov was on board. He saw 301 people.",
        {"belmore", "petrov", "301"},
    ),
    ("Ferry Runs Aground Near Belmore", "On Friday the ship left Arden.", {"friday", "arden"}),
    (None, "Lifeboats came. Divers left.", set()),
    (None, "南浦市议会以22票对9票通过", {"22", "9"}),
    (None, None, set()),
]


@pytest.mark.parametrize(("title", "text", "names"), NAMES)
def test_names(title: str | None, text: str | None, names: set[str]) -> None:
    assert names_of(title, text) == names
