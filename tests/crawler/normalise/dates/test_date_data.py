"""The stored tables of dates are what their tools write, and the calendars agree with known days."""

from __future__ import annotations

import importlib.util
from datetime import date
from types import ModuleType

import pytest

from newsdesk.crawler.normalise.dates.calendars import hijri_day, jalali_day
from tests.support.paths import ROOT

# All 84 take ten seconds; these have every kind of form.
SAMPLE = ("fi", "he", "ja", "lt", "th", "vi")
DATA = ROOT / "crawler" / "normalise" / "dates" / "tables"

DAYS = [  # (calendar, year, month, day, Gregorian, event)
    (jalali_day, 1357, 11, 22, date(1979, 2, 11), "the revolution in Iran"),
    (jalali_day, 1399, 12, 30, date(2021, 3, 20), "the last day of a leap year"),
    (jalali_day, 1400, 1, 1, date(2021, 3, 21), "new year"),
    (jalali_day, 1403, 1, 1, date(2024, 3, 20), "new year"),
    (jalali_day, 1408, 12, 30, date(2030, 3, 20), "leap after five years"),
    (jalali_day, 1402, 12, 30, None, "not a leap year"),
    (jalali_day, 1403, 7, 31, None, "months of the second half have 30 days"),
    (hijri_day, 1400, 1, 1, date(1979, 11, 20), "the first day of the century"),
    (hijri_day, 1445, 9, 1, date(2024, 3, 11), "Ramadan in Saudi Arabia"),
    (hijri_day, 1444, 10, 1, date(2023, 4, 21), "the feast of breaking the fast"),
    (hijri_day, 1446, 1, 1, date(2024, 7, 7), "new year"),
    (hijri_day, 1446, 12, 10, date(2025, 6, 6), "the feast of the sacrifice"),
    (hijri_day, 1399, 1, 1, None, "before the table"),
    (hijri_day, 1446, 13, 1, None, "not a month"),
]


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_words_are_those_of_cldr() -> None:
    babel = pytest.importorskip("babel", reason="babel is not installed: the tables cannot be generated")
    if not babel.__version__.startswith("2.18."):
        pytest.skip(f"babel {babel.__version__} has another version of CLDR: run tools/date_words.py")
    written = tool("date_words")
    for language in SAMPLE:
        stored = (DATA / f"words_{language}.py").read_text(encoding="utf-8")
        assert stored == written.words_file(language), f"{language}: run tools/date_words.py"
    languages = {path.stem.removeprefix("words_") for path in DATA.glob("words_*.py")}
    assert languages == set(written.RELATIVE)


def test_islamic_months_are_as_published() -> None:
    pytest.importorskip("hijridate", reason="hijridate is not installed: the table cannot be generated")
    generated: str = tool("umm_al_qura").text()
    assert (DATA / "umm_al_qura.py").read_text(encoding="utf-8") == generated


@pytest.mark.parametrize(("calendar", "year", "month", "day", "wanted", "what"), DAYS)
def test_calendars(calendar: object, year: int, month: int, day: int, wanted: date | None, what: str) -> None:
    assert callable(calendar)
    assert calendar(year, month, day) == wanted, what


def test_the_islamic_table_has_no_gaps() -> None:
    """1,212 consecutive months, without a gap and without a day twice."""
    days = [
        day
        for year in range(1400, 1501)
        for month in range(1, 13)
        for number in range(1, 31)
        if (day := hijri_day(year, month, number)) is not None
    ]
    assert days == [date.fromordinal(days[0].toordinal() + at) for at in range(len(days))]
