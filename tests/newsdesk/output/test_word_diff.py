"""The difference of two texts by words."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from newsdesk.output import word_diff
from newsdesk.output.story_history import format_words
from newsdesk.output.word_diff import Segment, diff_words, unified

CASES = [  # old, new, as it is marked
    ("It costs 3.1 million.", "It costs 3.7 million.", "It costs [-3.1-]{+3.7+} million."),
    ("The ferry left.", "The old ferry left.", "The {+old +}ferry left."),
    ("Ann's boat", "Tom's boat", "[-Ann's-]{+Tom's+} boat"),
    ("漁船は北の港を使う。", "漁船は南の港を使う。", "漁船は[-北-]{+南+}の港を使う。"),
    ("One. Two. Three.", "One. Three.", "One.[- Two.-] Three."),
    ("Rain fell.", "Taxes rise sharply", "[-Rain fell.-]{+Taxes rise sharply+}"),
    ("", "New", "{+New+}"),
    ("same", "same", "same"),
]


def test_words_that_changed() -> None:
    marked = [format_words(diff_words(old, new), coloured=False) for old, new, _ in CASES]
    assert marked == [expected for _, _, expected in CASES]


def test_colours() -> None:
    assert "\x1b[" in format_words([Segment("delete", "x"), Segment("insert", "y")], coloured=True)


def test_unchanged_parts_are_cut() -> None:
    old = f"{'begin ' * 60}six {'middle ' * 60}Monday{' end' * 60}"
    new = old.replace("six", "seven").replace("Monday", "Friday")
    shown = format_words(diff_words(old, new), coloured=False)
    assert shown.startswith("…begin") and shown.endswith("end…") and " … " in shown
    assert "[-six-]{+seven+}" in shown and "[-Monday-]{+Friday+}" in shown and len(shown) < 320


_text = st.lists(
    st.sampled_from(["a ", "b ", "the. ", "\n\n", "x", "。", "漁", "! ", "3.5"]), max_size=40
).map("".join)


@given(_text, _text)
def test_the_segments_give_both_texts(old: str, new: str) -> None:
    segments = diff_words(old, new)
    assert "".join(text for operation, text in segments if operation != "insert") == old
    assert "".join(text for operation, text in segments if operation != "delete") == new
    assert all(text for _, text in segments)
    assert all(one.operation != other.operation for one, other in pairwise(segments))


def test_long_texts_without_a_common_sentence_are_replaced_whole() -> None:
    words = 2 * int(word_diff.MOST_WORDS**0.5)
    segments = diff_words(" ".join(f"a{n}" for n in range(words)), " ".join(f"b{n}" for n in range(words)))
    assert [segment.operation for segment in segments] == ["delete", "insert"]


def test_unified() -> None:
    lines = list(unified("One.\n\nTwo.", "One.\n\nThree.", before="text 1", after="text 2"))
    assert lines == ["--- text 1", "+++ text 2", "@@ -1,3 +1,3 @@", " One.", " ", "-Two.", "+Three."]
