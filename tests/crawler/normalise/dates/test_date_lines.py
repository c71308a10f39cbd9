"""Dates in the words of many languages: lines of newspapers, and dates formatted by babel.

The lines are in `tests/fixtures/dates.tsv`. The formats of babel are independent of our tables: they join names,
order and signs as each language does.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

import pytest

from newsdesk.crawler.normalise.dates.parser import parse_date
from newsdesk.crawler.normalise.dates.worded.lexicon import languages
from tests.support.paths import FIXTURES

NOW = datetime(2026, 3, 18, 14, 30, tzinfo=UTC)
LINES = FIXTURES / "dates.tsv"
NO_DATES = FIXTURES / "no-dates.txt"
FORMATS = ("full", "long", "medium")
# One letter for April in Burmese is not enough.
NOT_ALL = {"my": 0.9}


def read_lines() -> dict[str, list[tuple[str, str, str]]]:
    """Language → (country, wanted, printed)."""
    found = defaultdict(list)
    for line in LINES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            language, country, wanted, printed = line.split("\t")
            found[language].append((country, wanted, printed))
    return found


def got(printed: str, language: str, country: str) -> str:
    """The instant in UTC, for coarser precisions the local day; "-" when refused."""
    reading = parse_date(printed, language=language or None, country=country or None, now=NOW)
    if reading is None:
        return "-"
    length = {"year": 4, "month": 7, "day": 10, "hour": 13, "minute": 16, "second": 19}[reading.precision]
    return reading.local_day[:length] if length <= 10 else reading.instant.isoformat()[:length]


@pytest.mark.parametrize(("language", "rows"), read_lines().items(), ids=lambda value: str(value)[:3])
def test_lines_are_parsed(language: str, rows: list[tuple[str, str, str]]) -> None:
    differ = []
    for country, wanted, printed in rows:
        parsed = got(printed, language, country)
        if parsed != wanted:
            differ.append(f"{printed!r}: {parsed}, wanted {wanted}")
    assert not differ, "\n".join(differ)


def test_no_language_finds_a_date_in_other_text() -> None:
    accepted = [
        f"{text!r} in {language or 'no language'}"
        for text in NO_DATES.read_text(encoding="utf-8").splitlines()[1:]
        for language in ("", "en", "de", "fr")
        if got(text, language, "") != "-"
    ]
    assert not accepted, "\n".join(accepted)


def test_a_time_alone_is_not_later_than_the_visit() -> None:
    """At 14:30 UTC it is 15:30 in Berlin, and `16:00 Uhr` is that of yesterday."""
    for printed, instant in (("15:00 Uhr", "2026-03-18T14:00"), ("16:00 Uhr", "2026-03-17T15:00")):
        reading = parse_date(printed, language="de", timezone="Europe/Berlin", now=NOW)
        assert reading is not None and reading.instant.isoformat()[:16] == instant


def test_every_language_parses_the_formats_of_cldr() -> None:
    """Twelve months in three widths with a time, and in long width without the language: the right day or
    refused, never another day."""
    dates = pytest.importorskip("babel.dates", reason="babel is not installed: it formats the dates")
    localedata = pytest.importorskip("babel.localedata")
    wrong, poor, unlabelled = [], [], 0
    for language in languages():
        localedata._cache.clear()  # babel 2.18: see tools/date_words.py
        right = 0
        for month in range(1, 13):
            when = datetime(2020 + month % 6, month, 2 * month + 3, 15, 7)
            for width in FORMATS:
                printed = f"{dates.format_date(when, width, locale=language)}, 15:07"
                parsed = got(printed, language, "")
                right += parsed == when.isoformat()[:16]
                if parsed not in ("-", when.isoformat()[:16]):
                    wrong.append(f"{language} {printed!r}: {parsed}")
            printed = dates.format_date(when, "long", locale=language)
            parsed = got(printed, "", "")
            unlabelled += parsed == when.isoformat()[:10]
            if parsed not in ("-", when.isoformat()[:10]):
                wrong.append(f"{printed!r}: {parsed}")
        if right < NOT_ALL.get(language, 1) * 12 * len(FORMATS):
            poor.append(f"{language}: {right} of {12 * len(FORMATS)}")
    assert not wrong, "\n".join(wrong)
    assert not poor, "\n".join(poor)
    assert unlabelled > 0.9 * 12 * len(languages()), f"{unlabelled} read without their language"
