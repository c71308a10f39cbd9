"""Server hints: one header or element a line, invalid ones too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsdesk.scheduler.cadence.server_hints import ParsedHints, parse_hints
from newsdesk.storage.records.server_hints import Hints

NOW = datetime(2026, 11, 24, 12, 7, 30, tzinfo=UTC)  # a Tuesday
H, D = 3600.0, 86400.0
DATE, TOMORROW = "Tue, 24 Nov 2026 12:00:00 GMT", "Wed, 25 Nov 2026 12:00:00 GMT"
NOON, ONE = "2000-01-01T12:00+00:00", "2000-01-01T13:00:00"

FLOORS: list[tuple[str, dict[str, Any], float, str]] = [
    # what, the hints as published, seconds, which hint applies
    ("nothing", {}, 0, ""),
    ("max-age", {"cache_control": "max-age=900"}, 900, "Cache-Control"),
    ("max-age among others", {"cache_control": "public, MAX-AGE=900, immutable"}, 900, "Cache-Control"),
    ("max-age, quoted", {"cache_control": 'max-age="900"'}, 900, "Cache-Control"),
    ("less Age", {"cache_control": "max-age=900", "age": "300"}, 600, "Cache-Control"),
    ("older than that", {"cache_control": "max-age=900", "age": "1000"}, 0, ""),
    ("Age is invalid", {"cache_control": "max-age=900", "age": "-5"}, 900, "Cache-Control"),
    ("no-cache", {"cache_control": "no-cache, max-age=900"}, 0, ""),
    ("no-store", {"cache_control": "max-age=900, no-store"}, 0, ""),
    ("s-maxage is for others", {"cache_control": "s-maxage=900"}, 0, ""),
    ("negative", {"cache_control": "max-age=-1"}, 0, ""),
    ("fraction", {"cache_control": "max-age=1.5"}, 0, ""),
    ("no number", {"cache_control": "max-age=soon"}, 0, ""),
    ("endless", {"cache_control": "max-age=" + "9" * 5000}, 0, ""),
    ("a century", {"cache_control": "max-age=3153600000"}, 366 * D, "Cache-Control"),
    ("Expires", {"expires": "Tue, 24 Nov 2026 12:37:30 GMT"}, 1800, "Expires"),
    ("Expires less their Date", {"expires": "Tue, 24 Nov 2026 12:37:30 GMT", "date": DATE}, 2250, "Expires"),
    ("Expires after max-age", {"cache_control": "max-age=60", "expires": TOMORROW}, 60, "Cache-Control"),
    ("Expires 0", {"expires": "0"}, 0, ""),
    ("Expires -1", {"expires": "-1"}, 0, ""),
    ("Expires in the past", {"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0, ""),
    ("Expires in 9999", {"expires": "Fri, 31 Dec 9999 23:59:59 GMT"}, 366 * D, "Expires"),
    ("Expires, broken", {"expires": "Tue, 99 Nov 2026 99:99:99 GMT"}, 0, ""),
    ("ttl, in minutes", {"ttl": "60"}, H, "ttl"),
    ("ttl with space", {"ttl": " 30\n"}, 1800, "ttl"),
    ("ttl as a fraction", {"ttl": "15.0"}, 900, "ttl"),
    ("ttl, invalid", {"ttl": "PT1H"}, 0, ""),
    ("ttl, negative", {"ttl": "-60"}, 0, ""),
    ("ttl in other digits", {"ttl": "٦٠"}, 0, ""),
    ("hourly", {"update_period": "hourly"}, H, "sy:updatePeriod"),
    ("twice a day", {"update_period": "daily", "update_frequency": "2"}, D / 2, "sy:updatePeriod"),
    ("a frequency alone is of a day", {"update_frequency": "4"}, D / 4, "sy:updatePeriod"),
    ("frequency 0", {"update_period": "Hourly", "update_frequency": "0"}, H, "sy:updatePeriod"),
    ("period, invalid", {"update_period": "always"}, 0, ""),
    ("next step from a base", {"update_period": "hourly", "update_base": NOON}, 52.5 * 60, "sy:updateBase"),
    ("a base without a zone", {"update_period": "daily", "update_base": ONE}, 52.5 * 60, "sy:updateBase"),
    ("a base, invalid", {"update_period": "hourly", "update_base": "noon"}, H, "sy:updatePeriod"),
    ("the longest wins", {"cache_control": "max-age=60", "ttl": "5", "update_period": "hourly"}, H, "Period"),
]  # fmt: skip


@pytest.mark.parametrize("case", FLOORS, ids=[case[0] for case in FLOORS])
def test_floors(case: tuple[str, dict[str, Any], float, str]) -> None:
    _, hints, seconds, origin = case
    parsed_hints = parse_hints(Hints(**hints), now=NOW)
    assert parsed_hints.wait_s(NOW.timestamp()) == pytest.approx(seconds)
    assert (origin in parsed_hints.why) if origin else not parsed_hints.why


SKIPS: list[tuple[str, tuple[str, ...], tuple[str, ...], float]] = [
    # what, skipHours, skipDays, hours from NOW until a visit is allowed
    ("not now", ("0", "1"), ("Sunday",), 0),
    ("this hour", ("12",), (), 52.5 / 60),
    ("this and the next", ("12", "13"), (), 1 + 52.5 / 60),
    ("today", (), ("Tuesday",), 11 + 52.5 / 60),
    ("today, and tomorrow's first hours", ("0", "1"), ("tuesday",), 13 + 52.5 / 60),
    ("24 is midnight", tuple(map(str, range(12, 25))), (), 12 + 52.5 / 60),
    ("always", tuple(map(str, range(24))), (), 0),
    ("every day", (), ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), 0),
    ("invalid", ("noon", "25", "-12", "", "1e1"), ("Dienstag", ""), 0),
]


@pytest.mark.parametrize("case", SKIPS, ids=[case[0] for case in SKIPS])
def test_skipped_hours_and_days(case: tuple[str, tuple[str, ...], tuple[str, ...], float]) -> None:
    _, hours, days, until = case
    at = NOW.timestamp()
    allowed_at = parse_hints(Hints(skip_hours=hours, skip_days=days), now=NOW).after_skipped_hours(at)
    assert (allowed_at - at) / H == pytest.approx(until)


strange = st.one_of(st.none(), st.text(max_size=30), st.integers().map(str))


@settings(max_examples=200, deadline=None)
@given(
    hints=st.builds(
        Hints,
        cache_control=st.one_of(strange, strange.map(lambda text: f"max-age={text}")),
        age=strange,
        expires=strange,
        date=strange,
        ttl=strange,
        update_period=st.sampled_from(["hourly", "yearly", "x", None]),
        update_frequency=strange,
        update_base=st.one_of(strange, st.datetimes().map(str)),
        skip_hours=st.lists(st.text(max_size=4), max_size=30).map(tuple),
        skip_days=st.lists(st.text(max_size=9), max_size=9).map(tuple),
    ),
    later=st.integers(-(10**9), 10**9),
)
def test_no_hint_raises(hints: Hints, later: int) -> None:
    parsed_hints = parse_hints(hints, now=NOW)
    at = (NOW + timedelta(seconds=later)).timestamp()
    assert 0 <= parsed_hints.wait_s(at) <= 366 * D
    assert at <= parsed_hints.after_skipped_hours(at) <= at + 9 * D


def test_no_hints_give_no_parsed_hints() -> None:
    assert parse_hints(Hints(), now=NOW) == ParsedHints()
