"""Printed language tags and names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.normalise.languages import normalise_language

CASES = [  # (printed, normalised, origin)
    ("en", "en", "plain"),
    ("pt-br", "pt-BR", "RSS 2.0"),
    ("IT-it", "it-IT", "case"),
    ("en_US.UTF-8", "en-US", "locale"),
    ("zh_hant_tw", "zh-Hant-TW", "script"),
    ("es-419", "es-419", "region by number"),
    ("en-EN", "en", "not a region"),
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
    ("qq", None, "not a language"),
    (None, None, "missing"),
]


@pytest.mark.parametrize(("printed", "normalised", "origin"), CASES)
def test_normalise_language(printed: str | None, normalised: str | None, origin: str) -> None:
    assert normalise_language(printed) == normalised, origin


@given(st.text())
def test_normalising_is_idempotent(text: str) -> None:
    once = normalise_language(text)
    assert normalise_language(once) == once
