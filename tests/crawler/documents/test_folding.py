"""Case folding: the quick way for ASCII text gives the same words as the general one."""

from __future__ import annotations

import pytest

from newsdesk.crawler.documents.folding import folded, words


@pytest.mark.parametrize("code", range(128))
def test_ascii_and_other_text_give_the_same_words(code: int) -> None:
    text = f"It's{chr(code)}A_1 {chr(code)}b{chr(code)}"
    assert [*words(text), "é"] == words(f"{text} É")


def test_only_words_are_compared() -> None:
    assert folded("“The Ferry’s  Öffnung”, 1st…") == "the ferry s öffnung 1st"
    assert folded("... !") == ""
