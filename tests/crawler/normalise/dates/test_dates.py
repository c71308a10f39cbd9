"""Dates in the formats of feeds. A refused date is better than a wrong one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.normalise.dates.parser import LATER, DateReading, parse_date
from tests.support.floors import hold_floor, read_cases

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

READ = [  # (printed, instant, precision, offset in minutes, origin)
    ("2026-01-13T08:05:00Z", "2026-01-13T08:05:00", "second", 0, "RFC 3339"),
    ("2026-01-13T08:05:00+05:30", "2026-01-13T02:35:00", "second", 330, "RFC 3339"),
    ("2026-01-13T08:05:00-0500", "2026-01-13T13:05:00", "second", -300, "no colon"),
    ("2026-01-13T08:05:00+01", "2026-01-13T07:05:00", "second", 60, "hours only"),
    ("2026-01-13T08:05:00-07:00:00", "2026-01-13T15:05:00", "second", -420, "seconds of a zone"),
    ("2026-01-13 08:05:00 UTC", "2026-01-13T08:05:00", "second", 0, "space and word"),
    ("2026-01-13T08:05:00.123456789Z", "2026-01-13T08:05:00", "second", 0, "long fraction"),
    ("2026-01-13T08:05:00,5Z", "2026-01-13T08:05:00", "second", 0, "comma"),
    ("2026-01-13T08:05Z", "2026-01-13T08:05:00", "minute", 0, "W3CDTF"),
    ("2026-01-13T08", "2026-01-13T08:00:00", "hour", None, "hour"),
    ("20260113T080500Z", "2026-01-13T08:05:00", "second", 0, "basic"),
    ("2026-W03-2T08:05Z", "2026-01-13T08:05:00", "minute", 0, "week"),
    ("2026-013", "2026-01-13T00:00:00", "day", None, "ordinal"),
    ("2026-01-13T24:00:00Z", "2026-01-14T00:00:00", "second", 0, "end of the day"),
    ("2026-12-31T23:59:60Z", "2027-01-01T00:00:00", "second", 0, "leap second"),
    ("2026-01-13T08:05:00[Europe/Berlin]", "2026-01-13T07:05:00", "second", 60, "RFC 9557"),
    ("2026-1-3T8:05:00Z", "2026-01-03T08:05:00", "second", 0, "single digits"),
    ("2026/01/13", "2026-01-13T00:00:00", "day", None, "slashes"),
    ("2026-05", "2026-05-01T00:00:00", "month", None, "W3CDTF month"),
    ("2026", "2026-01-01T00:00:00", "year", None, "W3CDTF year"),
    ("\u200e2026-01-13\u00a008:05\u202f", "2026-01-13T08:05:00", "minute", None, "invisible marks"),
    ("２０２６-01-13", "2026-01-13T00:00:00", "day", None, "wide digits"),
    ("Tue, 13 Jan 2026 08:05:00 GMT", "2026-01-13T08:05:00", "second", 0, "RFC 822"),
    ("Tue, 13 Jan 2026 08:05:00 +0530", "2026-01-13T02:35:00", "second", 330, "RFC 822"),
    ("Tue, 13 Jan 2026 08:05:00 -0500", "2026-01-13T13:05:00", "second", -300, "RFC 822"),
    ("13 Jan 2026 8:05 EST", "2026-01-13T13:05:00", "minute", -300, "no weekday, no seconds"),
    ("Tue,13 January 2026 08:05:00 PDT", "2026-01-13T15:05:00", "second", -420, "long month"),
    ("Tuesday, 13 Jan, 2026, 08:05:00 CEST", "2026-01-13T06:05:00", "second", 120, "commas"),
    ("Tue, Jan 13, 2026 08:05:00 GMT", "2026-01-13T08:05:00", "second", 0, "month first"),
    ("Jan 2, 2026 3:04:05 PM MST", "2026-01-02T22:04:05", "second", -420, "half days"),
    ("Jan 2, 2026 12:04 AM", "2026-01-02T00:04:00", "minute", None, "midnight by half days"),
    ("Tue, 13 Jan 2026 08:05:00 GMT-0700", "2026-01-13T15:05:00", "second", -420, "GMT and offset"),
    ("Tue, 13 Jan 2026 08:05:00 GMT+2", "2026-01-13T06:05:00", "second", 120, "GMT and hours"),
    (
        "Tue Jan 13 2026 08:05:00 GMT+0000 (Coordinated Universal Time)",
        "2026-01-13T08:05:00",
        "second",
        0,
        "JS",
    ),
    ("Tue Jan 13 08:05:00 2026", "2026-01-13T08:05:00", "second", None, "asctime"),
    ("Tue Jan 13 08:05:00 +0100 2026", "2026-01-13T07:05:00", "second", 60, "Twitter"),
    ("13-Jan-2026", "2026-01-13T00:00:00", "day", None, "dashes"),
    ("Tue, 13 Jan 2026 24:00:00 GMT", "2026-01-14T00:00:00", "second", 0, "end of the day"),
    ("Tue, 14 Jul 2026 08:05 ET", "2026-07-14T12:05:00", "minute", -240, "zone by date"),
    ("Tue, 13 Jan 2026 08:05:00 JST", "2026-01-12T23:05:00", "second", 540, "day before in UTC"),
]
DOUBTED = [  # (printed, hints, instant, doubt, origin)
    ("2026-01-13T08:05:00", {}, "2026-01-13T08:05:00", "no zone printed", "assumed"),
    ("2027-01-13T08:05:00Z", {}, "2027-01-13T08:05:00", LATER, "future"),
    ("2027-01-13", {}, "2027-01-13T00:00:00", LATER, "future day"),
    (
        "Wed, 13 Jan 2026 08:05:00 GMT",
        {},
        "2026-01-13T08:05:00",
        "the weekday is printed as wed, it was a tue",
        "",
    ),
    ("13 Jan 26 08:05:00 GMT", {}, "2026-01-13T08:05:00", "the year is printed as 26", "RFC 822"),
    ("13 Jan 126 08:05:00 GMT", {}, "2026-01-13T08:05:00", "the year is printed as 126", "getYear()"),
    ("13 Jan 6 08:05:00 GMT", {}, "2006-01-13T08:05:00", "the year is printed as 6", "sloppy"),
    ("13 Jan 2026 08:05 IST", {}, "2026-01-13T02:35:00", "zone IST is ambiguous", "ambiguous"),
    ("14 Jul 2026 08:05 BST", {}, "2026-07-14T07:05:00", "zone BST is ambiguous", "ambiguous"),
    ("13 Jan 2026 08:05 XYZ", {}, "2026-01-13T00:00:00", "zone XYZ is not known", "the day is certain"),
    (
        "2026-10-25 02:30",
        {"timezone": "Europe/Berlin"},
        "2026-10-25T00:30:00",
        "the local time is ambiguous: the clocks were changed",
        "",
    ),
    (
        "2026-01-13 08:05",
        {"timezone": "Mars/Base"},
        "2026-01-13T08:05:00",
        "timezone 'Mars/Base' is not known",
        "",
    ),
]
HINTED = [  # (printed, hints, instant, zone, origin)
    (
        "2026-01-13T08:05:00",
        {"timezone": "America/New_York"},
        "2026-01-13T13:05:00",
        "hint",
        "no zone printed",
    ),
    (
        "2026-01-13T08:05:00Z",
        {"timezone": "America/New_York"},
        "2026-01-13T08:05:00",
        "stated",
        "printed wins",
    ),
    ("14 Jul 2026 08:05 BST", {"country": "GB"}, "2026-07-14T07:05:00", "abbreviation", "country"),
    ("14 Jul 2026 08:05 BST", {"country": "BD"}, "2026-07-14T02:05:00", "abbreviation", "country"),
    ("14 Jul 2026 08:05 IST", {"country": "IE"}, "2026-07-14T07:05:00", "abbreviation", "country"),
    ("14 Jul 2026 08:05 CST", {"country": "CN"}, "2026-07-14T00:05:00", "abbreviation", "country"),
    ("2026-01-13", {"timezone": "Asia/Tokyo"}, "2026-01-13T00:00:00", "assumed", "a day is never shifted"),
]
REFUSED = [
    ("", "empty"),
    ("0000-00-00 00:00:00", "MySQL's zero"),
    ("0001-01-01T00:00:00Z", ".NET's zero"),
    ("1970-01-01T00:00:00Z", "Unix's zero"),
    ("Thu, 01 Jan 1970 00:00:00 GMT", "Unix's zero"),
    ("1970-01-01", "Unix's zero"),
    ("1969-12-31T19:00:00-05:00", "Unix's zero in New York"),
    ("9999-12-31T23:59:59-99:99", "no zone"),
    ("9999-12-31", "the end of time"),
    ("2026-02-29", "no such day"),
    ("2026-13-01", "no such month"),
    ("Sun, 16 zzz 2012 11:47:32 GMT", "no such month"),
    ("2026-01-13T25:00:00Z", "no such hour"),
    ("2026-01-13T08:60:00Z", "no such minute"),
    ("03/04/2026", "which is the month?"),
    ("3 min read", "no date"),
    ("COVID-19", "no date"),
    ("F1 2026 calendar", "no date"),
    ("+1 202 555 0143", "telephone"),
    ("https://example.com/2026/01/13/story", "address"),
    ("-62135596800", ".NET's zero in seconds"),
    ("253402300799", "the end of time in seconds"),
    ("99999999999999999999", "digits"),
    ("2026-01-13T08:05:00Z" + " " * 300, "too long"),
]


LEARNED = [  # (printed, hints, instant, zone)
    ("2026-01-13 08:05", {"learned": "Asia/Tokyo"}, "2026-01-12T23:05:00", "learned"),
    (
        "2026-01-13 08:05",
        {"learned": "Asia/Tokyo", "timezone": "Europe/Paris"},
        "2026-01-13T07:05:00",
        "hint",
    ),
    ("2026-01-13 08:05 UTC", {"learned": "Asia/Tokyo"}, "2026-01-13T08:05:00", "stated"),
    ("2 hours ago", {"learned": "Asia/Tokyo"}, "2026-11-24T10:00:00", "learned"),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("printed", "instant", "precision", "offset", "origin"), READ)
def test_parsed(printed: str, instant: str, precision: str, offset: int | None, origin: str) -> None:
    reading = parse_date(printed, now=NOW)
    assert reading is not None, origin
    assert (reading.instant, reading.precision, reading.offset_min) == (at(instant), precision, offset), (
        origin
    )


@pytest.mark.parametrize(("printed", "hints", "instant", "doubt", "origin"), DOUBTED)
def test_parsed_with_a_doubt(
    printed: str, hints: dict[str, str], instant: str, doubt: str, origin: str
) -> None:
    reading = parse_date(printed, now=NOW, **hints)
    assert reading is not None and reading.instant == at(instant), origin
    assert doubt in reading.doubts, origin


@pytest.mark.parametrize(("printed", "hints", "instant", "zone", "origin"), HINTED)
def test_parsed_with_hints(printed: str, hints: dict[str, str], instant: str, zone: str, origin: str) -> None:
    reading = parse_date(printed, now=NOW, **hints)
    assert reading is not None and (reading.instant, reading.zone) == (at(instant), zone), origin


@pytest.mark.parametrize(("printed", "hints", "instant", "zone"), LEARNED)
def test_the_set_zone_has_precedence_over_the_learned_one(
    printed: str, hints: dict[str, str], instant: str, zone: str
) -> None:
    reading = parse_date(printed, now=NOW, **hints)
    assert reading is not None and (reading.instant, reading.zone) == (at(instant), zone)


def test_relative_days_count_in_the_zone_of_the_publisher() -> None:
    late = datetime(2026, 11, 24, 20, tzinfo=UTC)  # it is the 25th in Tokyo
    reading = parse_date("yesterday", now=late, timezone="Asia/Tokyo")
    assert reading is not None and reading.local_day == "2026-11-24"


@pytest.mark.parametrize(("printed", "origin"), REFUSED)
def test_refused(printed: str, origin: str) -> None:
    assert parse_date(printed, now=NOW) is None, origin


def test_the_day_is_local_to_the_publisher() -> None:
    reading = parse_date("Tue, 13 Jan 2026 00:05:00 +0900", now=NOW)
    assert reading is not None
    assert (reading.local_day, reading.instant.date().isoformat()) == ("2026-01-13", "2026-01-12")


@given(st.text(max_size=250) | st.text(alphabet="0123456789-:TZ+., JanTueGMT/W[]()", max_size=40))
def test_no_text_raises(text: str) -> None:
    reading = parse_date(text, now=NOW, timezone="Europe/Berlin", country="DE")
    if reading is not None:
        assert reading.instant.tzinfo is UTC and len(reading.local_day) == 10


WORDS = (
    "5", "05", "2024", "24", "14:05", "15.07", ".", ",", "/", "-", "|", "(", ")", "mai", "May", "mar", "h",
    "uhr", "ago", "vor", "hace", "days", "Std", "сентября", "ساعة", "年", "月", "日", "午後", "ชั่วโมง", "th",
    "PM", "Updated", "Published", "UTC+2", "EST", "令和", "元", "+0200", "Monday", "gestern", "शुक्रवार",
)  # fmt: skip
HINTS = st.sampled_from((None, "en", "de", "fr", "ar", "fa", "th", "ja", "zh", "vi", "sw"))


@given(st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from(("", " ")), HINTS)
def test_no_line_of_words_raises(words: list[str], between: str, language: str | None) -> None:
    reading = parse_date(between.join(words), now=NOW, language=language, country="TW", timezone="Asia/Tokyo")
    if reading is not None:
        assert reading.instant.tzinfo is UTC and reading.rule
        assert reading.precision in ("hour", "minute", "second") or reading.instant.hour == 0


@pytest.mark.parametrize("long", ["1 May 2024 " * 1000, "9" * 10_000, "(" * 10_000, "5 hours " * 2_000])
def test_a_long_line_is_no_date(long: str) -> None:
    assert parse_date(long, now=NOW) is None


@given(
    st.datetimes(min_value=datetime(1973, 1, 1), max_value=datetime(2026, 11, 1)),
    st.sampled_from(("Z", "+00:00", "+05:30", "-08:00")),
)
def test_common_formats_parse_as_in_the_other_parsers(local: datetime, zone: str) -> None:
    """A leading space disables the parser of common formats; the reading must not change."""
    for printed in (
        f"{local:%Y-%m-%dT%H:%M:%S}{zone}",
        f"{local:%Y-%m-%dT%H:%M:%S.%f}{zone}",
        f"{local:%a, %d %b %Y %H:%M:%S} {'GMT' if zone == 'Z' else zone.replace(':', '')}",
        f"{local:Sat, %d %b %Y %H:%M:%S} GMT",
    ):
        assert parse_date(printed, now=NOW) == parse_date(f" {printed}", now=NOW), printed


@given(
    st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2046, 1, 1)),
    st.integers(min_value=-12 * 60, max_value=14 * 60),
)
def test_formatted_dates_are_parsed(local: datetime, offset_min: int) -> None:
    sign, (hours, minutes) = "-" if offset_min < 0 else "+", divmod(abs(offset_min), 60)
    instant = (local.replace(microsecond=0) - timedelta(minutes=offset_min)).replace(tzinfo=UTC)
    for printed in (
        f"{local:%Y-%m-%dT%H:%M:%S}{sign}{hours:02}:{minutes:02}",
        f"{local:%Y%m%dT%H%M%S}{sign}{hours:02}{minutes:02}",
        f"{local:%a, %d %b %Y %H:%M:%S} {sign}{hours:02}{minutes:02}",
        f"{local:%B %d, %Y %I:%M:%S %p} {sign}{hours:02}{minutes:02}",
        f"{local:%a %b %d %H:%M:%S} {sign}{hours:02}{minutes:02} {local:%Y}",
    ):
        reading = parse_date(printed, now=NOW)
        assert reading is not None and reading.instant == instant, printed
        assert reading.local_day == f"{local:%Y-%m-%d}" and reading.offset_min == offset_min


def is_right(reading: DateReading, row: dict[str, Any]) -> bool:
    """Equal at the precision of the label; days are compared in the zone of the publisher."""
    truth = datetime.fromisoformat(row["truth"])
    length = {"second": 19, "minute": 16, "hour": 13, "day": 10, "month": 7, "year": 4}[row["prec"]]
    if length > 10:
        return reading.instant.isoformat()[:length] == truth.isoformat()[:length]
    here = truth.astimezone(ZoneInfo(row["tz"])) if row["tz"] else truth
    return reading.local_day[:length] in (here.isoformat()[:length], truth.isoformat()[:length])


FAMILIES = {  # groups of the corpus; texts that must be refused are separate
    "feeds": ("feed-", "hand-rss", "hand-iso", "hand-future"),
    "zones": ("hand-zones",),
    "page-meta": ("page-meta",),
    "page-text": ("page-text", "hand-page"),
    "english": ("en-mixed", "hand-en", "hand-order"),
    "words": ("localised", "hand-loc"),
    "relative": ("relative", "hand-rel"),
    "calendars": ("jalali", "hijri", "hand-hijri", "hand-buddhist"),
}


def test_floor() -> None:
    cases, rows = read_cases("dates.jsonl")
    right, labelled, wrong, refused_rightly, refusals = Counter[str](), Counter[str](), 0, 0, 0
    for row in rows:
        reading = parse_date(
            row["s"],
            language=row["lang"],
            country=row["country"],
            timezone=row["tz"],
            now=datetime.fromisoformat(row["ref"]),
        )
        if row["truth"] is None:
            refusals += 1
            refused_rightly += reading is None
            wrong += reading is not None
            continue
        family = next(name for name, prefixes in FAMILIES.items() if row["group"].startswith(prefixes))
        labelled[family] += 1
        if reading is not None:
            right[family] += is_right(reading, row)
            wrong += not is_right(reading, row)
    hold_floor(
        "dates",
        cases,
        {
            "right": right.total() / labelled.total(),
            "right_of_feeds": right["feeds"] / labelled["feeds"],
            "macro": sum(right[name] / labelled[name] for name in FAMILIES) / len(FAMILIES),
            "refused_rightly": refused_rightly / refusals,
        },
        {"wrong": wrong},
    )
