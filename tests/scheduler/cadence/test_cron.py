"""Cron lines as crontab(5) reads them: one case a line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from newsdesk.scheduler.cadence.cron import parse_cron

NOW = datetime(2026, 11, 24, 12, 7, 30, tzinfo=UTC)  # a Tuesday

DAYS: list[tuple[str, str]] = [
    # day of the week as crontab(5) counts it; the days of the next week on which it fires
    ("0", "sun"),
    ("7", "sun"),
    ("1", "mon"),
    ("1-5", "mon tue wed thu fri"),
    ("5-7", "fri sat sun"),
    ("0-2", "sun mon tue"),
    ("1,3,sat", "mon wed sat"),
    ("mon-fri", "mon tue wed thu fri"),
    ("*/3", "sun wed sat"),
    ("1-6/2", "mon wed fri"),
    ("SUN-tue", "sun mon tue"),
    ("fri-7", "fri sat sun"),
    ("*", "mon tue wed thu fri sat sun"),
]


@pytest.mark.parametrize(("field", "days"), DAYS, ids=[row[0] for row in DAYS])
def test_days_of_the_week_begin_with_sunday(field: str, days: str) -> None:
    """APScheduler counts from Monday, cron from Sunday: `0` would match a day late."""
    trigger = parse_cron(f"0 6 * * {field}")
    fires, at = set(), NOW
    for _ in range(7):
        fired = trigger.get_next_fire_time(None, at)
        assert fired is not None
        if fired < NOW + timedelta(days=7):
            fires.add(f"{fired:%a}".lower())
        at = fired + timedelta(seconds=1)
    assert fires == set(days.split())


BOTH_DAYS: list[tuple[str, list[str]]] = [
    # crontab(5): when both days are restricted, either matches; a * at the start restricts nothing
    ("0 0 1 * 1", ["11-30 Mon", "12-01 Tue", "12-07 Mon", "12-14 Mon"]),
    ("0 0 13 * fri", ["11-27 Fri", "12-04 Fri", "12-11 Fri", "12-13 Sun"]),
    ("0 0 30 2 1", ["02-01 Mon", "02-08 Mon", "02-15 Mon", "02-22 Mon"]),
    ("0 0 1 * *", ["12-01 Tue", "01-01 Fri", "02-01 Mon", "03-01 Mon"]),
    ("0 0 */14 * 1", ["02-01 Mon", "02-15 Mon", "03-01 Mon", "03-15 Mon"]),
    ("0 0 8 * */6", ["05-08 Sat", "08-08 Sun", "01-08 Sat", "04-08 Sat"]),
]


@pytest.mark.parametrize(("line", "days"), BOTH_DAYS, ids=[row[0] for row in BOTH_DAYS])
def test_days_of_month_and_week_together_match_either(line: str, days: list[str]) -> None:
    trigger = parse_cron(line)
    fires, at = [], NOW
    for _ in days:
        fired = trigger.get_next_fire_time(None, at)
        assert fired is not None
        fires.append(f"{fired:%m-%d %a}")
        at = fired + timedelta(seconds=1)
    assert fires == days


INVALID: list[tuple[str, str]] = [
    # line, part of the message
    ("0 6 * * 8", "day of the week '8'"),
    ("0 6 * * 5-9", "day of the week '5-9'"),
    ("0 6 * * sunday", "day of the week 'sunday'"),
    ("* * * * 6-1", "day of the week '6-1': ends before it begins; write its days one by one"),
    ("* * * * 7-0", "ends before it begins"),
    ("* * * * 1,,2", "day of the week '1,,2'"),
    ("", "has 0 fields; write five: minute"),
    ("* * * *", "has 4 fields"),
    ("61 * * * *", "minute '61'"),
    ("* 5-1 * * *", "hour '5-1'"),
    ("* * 32 * *", "day of the month '32'"),
    ("* * L * *", "day of the month 'L'"),
    ("* * * foo *", "month 'foo'"),
    ("*/0 * * * *", "minute '*/0'"),
    ("* * * * * *", "has 6 fields"),
    ("nonsense", "has 1 fields"),
    ("@hourly", "has 1 fields"),
    ("0 0 31 2 *", "never matches: there is no day 31 in month 2"),
    ("0 0 31 4,jun *", "never matches"),
    ("0 0 30 2 */2", "never matches"),
]


@pytest.mark.parametrize(("line", "message"), INVALID, ids=[row[0] for row in INVALID])
def test_invalid_lines_are_refused(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_cron(line)
