"""Folding: one form of a word for index and query, and its way back to the printed text."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.storage.search.folding import fold, fold_runs, fold_with_offsets, index_text, pieces

FOLDED = [
    ("Łódź", "lodz"),
    ("Straßenbahn STRAẞE", "strassenbahn strasse"),
    ("Đà Nẵng, Øresund, Þingvellir, Ærø", "da nang, oresund, thingvellir, aero"),
    ("œuvre Œuvre", "oeuvre oeuvre"),
    ("İstanbul ısı ISI", "istanbul isi isi"),
    ("Bakı Əliyev", "baki eliyev"),
    ("Cafe\u0301 café", "cafe cafe"),
    ("Ελλάδα ΕΛΛΆΔΑ τέλος", "ελλαδα ελλαδα τελοσ"),
    ("ёлка Ёлка", "елка елка"),
    ("مُحَمَّد", "محمد"),
    ("إيران ایران", "ايران ايران"),
    ("שָׁלוֹם", "שלום"),
    ("हिन्दी", "हिन्दी"),
    ("ＮＨＫ ﾌｪﾘｰ", "nhk フェリー"),
    ("ﬁnance ½", "finance 1 2"),
    ("п’ять пʼять", "п ять п ять"),
    ("soft\u00adhyphen zero\u200dwidth \ufeffmark", "softhyphen zerowidth mark"),
    ("“quoted” — dash… 🙂", " quoted    dash     "),
    ("여객선", "여객선"),
    ("\ud800x", " x"),
]


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_letters_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


def test_every_character_is_folded_as_in_its_run() -> None:
    wrong = [hex(code) for code in range(sys.maxunicode + 1) if fold(chr(code)) != fold_runs(chr(code))]
    assert not wrong


_SCRIPTS = (
    "aAzß½ “…",
    "é\u0301Łı\u00ad",
    "αΣς",
    "йЁі",
    "אשׁ",
    "أىة\u064b",
    "ไทำ",
    "かガｶﾞ\u3099",
    "한ㄱ\u1161\u11a8ￜ",
    "東々",
    "ো\u09be",
)


@given(st.text(alphabet=st.one_of(st.sampled_from("".join(_SCRIPTS)), st.characters())))
def test_folding_at_once_is_folding_run_by_run(text: str) -> None:
    assert fold(text) == fold_runs(text)


def test_runs_without_spaces_are_pairs() -> None:
    assert index_text("NHK放送局です。Łódź").split() == ["nhk", "放送", "送局", "局で", "です", "す", "lodz"]
    assert pieces("NHK放送局。a_b") == [("nhk", False), ("放送局", True), ("a", False), ("b", False)]


@given(st.text(alphabet=st.one_of(st.sampled_from("aß\u0301Łﬁ東İ½ \u00ad"), st.characters())))
def test_every_place_of_a_folded_text_has_a_place_in_the_text(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert offsets == sorted(offsets)
    assert all(0 <= moved <= len(folded) and 0 <= place <= len(text) for moved, place in offsets)


@given(st.text(alphabet="abc ßŁﬁœÉ東½"))
def test_folding_with_places_is_folding(text: str) -> None:
    assert fold_with_offsets(text)[0] == fold(text)


@pytest.mark.parametrize(
    "text", ["x" * 400_000, "é" + "x" * 400_000, "大" * 200_000, "éa" * 200_000, "大a" * 200_000]
)
def test_a_word_of_any_length_costs_by_its_length(text: str) -> None:
    """Quadratic, each of these would take hours; the test has a time-out."""
    assert len(pieces(text)) in (1, 400_000)
    assert len(index_text(text)) >= len(text)
