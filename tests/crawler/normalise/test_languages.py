"""Languages as printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.normalise.languages import normalise_language

CASES = [  # (printed, understood, origin)
    ("en", "en", "plain"),
    ("pt-br", "pt-BR", "RSS 2.0"),
    ("IT-it", "it-IT", "case"),
    ("en_US.UTF-8", "en-US", "locale"),
    ("zh_hant_tw", "zh-Hant-TW", "script"),
    ("es-419", "es-419", "region by number"),
    ("en-EN", "en", "a region that is none"),
    ("en-UK", "en-GB", "United Kingdom"),
    ("english", "en", "name"),
    ("Español", "es", "own name"),
    ("eng", "en", "ISO 639-2"),
    ("iw", "he", "retired code"),
    ("jp", "ja", "country for language"),
    ("x-default", None, "hreflang"),
    ("und", None, "undetermined"),
    ("en, fr", None, "two"),
    ("", None, "empty"),
    ("lorem ipsum", None, "junk"),
    ("qq", None, "no language"),
    (None, None, "missing"),
]


@pytest.mark.parametrize(("printed", "understood", "origin"), CASES)
def test_language(printed: str | None, understood: str | None, origin: str) -> None:
    assert normalise_language(printed) == understood, origin


@given(st.text())
def test_twice_is_once(text: str) -> None:
    once = normalise_language(text)
    assert normalise_language(once) == once
