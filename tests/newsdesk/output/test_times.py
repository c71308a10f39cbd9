"""Times as people type and read them: words, spans, zones, and how long ago."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsdesk.output import times
from newsdesk.output.times import at_zone, in_zone, instant, parse_zone, use_zone, when, zone_name
from newsdesk.sources.moments import parse_moment
from tests.support.feeds import Item, rss
from tests.support.shell import Shell
from tests.support.web import web_in_thread

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)  # a Wednesday

# typed, since, until (UTC)
MOMENTS: list[tuple[str, str, str]] = [
    ("2h", "2026-11-25 13:30", "2026-11-25 13:30"),
    ("90 min", "2026-11-25 14:00", "2026-11-25 14:00"),
    ("2 hours ago", "2026-11-25 13:30", "2026-11-25 13:30"),
    ("1w", "2026-11-18 15:30", "2026-11-18 15:30"),
    ("now", "2026-11-25 15:30", "2026-11-25 15:30"),
    ("today", "2026-11-25 00:00", "2026-11-26 00:00"),
    ("Yesterday", "2026-11-24 00:00", "2026-11-25 00:00"),
    ("monday", "2026-11-23 00:00", "2026-11-24 00:00"),
    ("Mon", "2026-11-23 00:00", "2026-11-24 00:00"),
    ("wednesday", "2026-11-25 00:00", "2026-11-26 00:00"),
    ("last wednesday", "2026-11-18 00:00", "2026-11-19 00:00"),
    ("thu", "2026-11-19 00:00", "2026-11-20 00:00"),
    ("this week", "2026-11-23 00:00", "2026-11-30 00:00"),
    ("month", "2026-11-01 00:00", "2026-12-01 00:00"),
    ("2025-12", "2025-12-01 00:00", "2026-01-01 00:00"),
    ("2025", "2025-01-01 00:00", "2026-01-01 00:00"),
    ("2026-11-20", "2026-11-20 00:00", "2026-11-21 00:00"),
    ("06:15", "2026-11-25 06:15", "2026-11-25 06:15"),
    ("2026-11-20T05:30", "2026-11-20 05:30", "2026-11-20 05:30"),
    ("2026-11-20T05:30+02:00", "2026-11-20 03:30", "2026-11-20 03:30"),
    ("2026-11-20T05:30Z", "2026-11-20 05:30", "2026-11-20 05:30"),
]


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


@pytest.fixture(autouse=True)
def in_utc() -> Iterator[None]:
    yield
    use_zone("UTC")


@pytest.mark.parametrize(("typed", "since", "until"), MOMENTS, ids=[row[0] for row in MOMENTS])
def test_moments(typed: str, since: str, until: str) -> None:
    def in_utc(naive: datetime) -> datetime:
        return naive.replace(tzinfo=UTC)

    assert _shown(parse_moment(typed, now=NOW, localise=in_utc)) == since
    assert _shown(parse_moment(typed, now=NOW, localise=in_utc, end=True)) == until


@pytest.mark.parametrize(
    "typed",
    ["", "m", "tomorrowish", "2h30", "0d", "99999999d", "2026-13", "2026-02-30", "25:00", "-2h", "su"],
)
def test_what_is_no_moment(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_moment(typed, now=NOW, localise=lambda naive: naive.replace(tzinfo=UTC))


def test_days_are_days_of_the_zone() -> None:
    use_zone("Europe/Berlin")
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # in Berlin it is the second already
    assert _shown(parse_moment("today", now=in_zone(late), localise=at_zone)) == "2026-07-01 22:00"
    assert _shown(parse_moment("2026-11-24", now=in_zone(late), localise=at_zone)) == "2026-11-23 23:00"


def test_times_are_printed_in_the_zone() -> None:
    assert instant("2026-07-01T23:30:00.000Z") == "2026-07-01 23:30 UTC" and zone_name() == "UTC"
    use_zone("Europe/Berlin")
    assert when("2026-07-01T23:30:00.000Z") == "2026-07-02 01:30"
    assert instant("2026-07-01T23:30:00.000Z") == "2026-07-02 01:30 CEST"
    assert instant("2026-12-01T23:30:00.000Z") == "2026-12-02 00:30 CET"
    assert zone_name() == "Europe/Berlin"


def test_zones() -> None:
    assert [parse_zone(name) for name in ("utc", "LOCAL", "europe/berlin", "Asia/Tokyo")] == [
        "UTC", "local", "Europe/Berlin", "Asia/Tokyo",
    ]  # fmt: skip
    for name in ("Europe/Berln", "", "../etc/passwd", "Europe"):
        with pytest.raises(ValueError, match="is not a time zone"):
            parse_zone(name)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with web_in_thread() as web:
        now = datetime.now(UTC)
        dates = (now - timedelta(hours=2, minutes=1), datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
        items = (
            Item(title=f"Story {n}", link=f"http://daily.test/{n}", date=f"{date:%a, %d %b %Y %H:%M:%S} GMT")
            for n, date in enumerate(dates)
        )
        web.serve("/feed.xml", rss(*items))
        shell = Shell(tmp_path_factory.mktemp("times"), web)
        shell.run("add", web.url("daily.test", "/feed.xml"))
        shell.run("crawl")
        yield shell


def test_the_zone_is_an_option_a_variable_and_a_setting(shell: Shell) -> None:
    assert "date (UTC)" in shell.run("stories") and "2026-07-01 23:30" in shell.run("stories")
    output = shell.run("stories", "--tz", "Europe/Berlin")
    assert "date (Europe/Berlin)" in output and "2026-07-02 01:30" in output
    assert "2026-07-02 01:30 CEST" in shell.run("story", "2", "--tz", "Europe/Berlin")
    shell.environment["NEWSDESK_OUTPUT_TIMEZONE"] = "Asia/Tokyo"
    assert "2026-07-02 08:30" in shell.run("stories") and "started (Asia/Tokyo)" in shell.run("runs")
    assert "JST" in shell.run("why", "1") and "JST" in shell.run("explain", "1")
    assert "JST" in shell.run("sources", "show", "1") and "JST" in shell.run("doctor")
    assert "at (Asia/Tokyo)" in shell.run("events") or "no alarms" in shell.run("events")
    assert '"2026-07-01T23:30:00.000Z"' in shell.run("stories", "--json")
    del shell.environment["NEWSDESK_OUTPUT_TIMEZONE"]
    shell.environment["TZ"] = "America/New_York"
    assert "2026-07-01 19:30" in shell.run("stories", "--tz", "local")
    del shell.environment["TZ"]
    assert "is not a time zone; did you mean Europe/Berlin?" in shell.run(
        "stories", "--tz", "Europe/Brlin", code=2
    )


def test_since_takes_words_and_days_of_the_zone(shell: Shell) -> None:
    for typed in ("today", "yesterday", "monday", "3 hours", "this year"):
        shell.run("stories", "--since", typed)
    assert "Story 0" in shell.run("stories", "--since", "yesterday")
    assert "Story 1" not in shell.run("stories", "--since", "3 hours")
    day = ("--since", "2026-07-02", "--until", "2026-07-02")
    assert "Story 1" not in shell.run("stories", *day)
    assert "Story 1" in shell.run("stories", *day, "--tz", "Europe/Berlin")
    assert "write a span like 2h or 7d, today" in shell.run("stories", "--since", "someday", code=2)


def test_lists_on_a_terminal_say_how_long_ago(shell: Shell) -> None:
    assert "2 h ago" not in shell.run("stories")
    assert "2 h ago  " in _on_terminal(shell, "stories") and "2026-07-01 23:30" in _on_terminal(
        shell, "stories"
    )
    assert "ago" in _on_terminal(shell, "runs")
    assert "ago" not in _on_terminal(shell, "stories", "--tz", "UTC")


def _on_terminal(shell: Shell, *words: str) -> str:
    master, slave = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "newsdesk", *words],
        cwd=shell.folder, env={**shell.environment, "COLUMNS": "160", "NO_COLOR": "1"}, stdout=slave, stderr=slave,
    )  # fmt: skip
    os.close(slave)
    output = b""
    try:
        while piece := os.read(master, 4096):
            output += piece
    except OSError:  # Linux: the other end is closed
        pass
    os.close(master)
    assert done.wait(60) == 0
    return output.decode()


def test_the_zone_in_force_is_kept_in_one_place() -> None:
    sources = Path(times.__file__).parents[1].rglob("*.py")
    assert not [file for file in sources if "%H:%M} UTC" in file.read_text()]
