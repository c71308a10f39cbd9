"""Snippets: the piece around the first match, in the printed letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.storage.search.query import parse_query
from newsdesk.storage.search.snippet import END, FOUND, snippet, snippet_pattern

LONG = "First of all. " * 20 + "The tram to Łódź is late. " + "And so on. " * 30
CASES = [
    ("ferry", "The ferry.", "The [ferry]."),
    ("FERRY boat", "The boat, the Ferry, the ferryman.", "The [boat], the [Ferry], the ferryman."),
    ("ferr*", "The ferryman.", "The [ferr]yman."),
    ('"harbour bridge"', "Harbour. Harbour-bridge!", "Harbour. [Harbour-bridge]!"),
    ("strassenbahn", "Die Straßenbahn.", "Die [Straßenbahn]."),
    ("lodz", "In Łódź, Lo\u0301dz\u0301.", "In [Łódź], [Lo\u0301dz\u0301]."),
    ("大橋", "港口大橋開通。", "港口[大橋]開通。"),
    ("大", "港口大橋大", "港口[大]橋[大]"),
    ("東京Dome", "at 東京Dome", "at [東京Dome]"),
    ("ferry -boat", "A boat, a ferry.", "A boat, a [ferry]."),
    ("title:ferry author:boat", "A boat, a ferry.", "A boat, a [ferry]."),
    ("zeppelin", "The ferry.", None),
    ("-ferry", "The ferry.", None),
    ("author:ferry", "The ferry.", None),
]


def marked(query: str, *fields: str | None) -> str | None:
    pattern = snippet_pattern(parse_query(query))
    found = pattern and snippet(fields, pattern)
    return found.replace(FOUND, "[").replace(END, "]") if found else None


@pytest.mark.parametrize(("query", "text", "expected"), CASES)
def test_matches_are_marked(query: str, text: str, expected: str | None) -> None:
    assert marked(query, text) == expected


def test_a_long_text_is_cut_at_words() -> None:
    found = marked("lodz", None, LONG)
    assert found is not None and len(found) < 150
    assert found.startswith("…") and found.endswith("…") and "tram to [Łódź] is late" in found


def test_the_first_field_that_matches_counts() -> None:
    assert marked("ferry", "Nothing.", "A ferry.", "Ferry again.") == "A [ferry]."


@given(st.text(alphabet=st.one_of(st.sampled_from("aß\u0301Łﬁ東İ½ \u00ad"), st.characters())))
def test_a_snippet_changes_no_letter(text: str) -> None:
    shown = text.replace(FOUND, "").replace(END, "")
    found = snippet((f"{shown} ferry",), snippet_pattern(parse_query("ferry a* 東")))  # type: ignore[arg-type]
    if found is not None and "…" not in found:
        assert found.replace(FOUND, "").replace(END, "") == f"{shown} ferry"
