"""Time zones learned from sources that print none: invented sources, one a line; storage and use."""

# ruff: noqa: E501  (one case a line)

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from newsdesk.command_line import newsdesk
from newsdesk.crawler.models import Article
from newsdesk.crawler.normalise.dates.learned_zone import LONGEST_WAIT, OutletLocale, measure_lag, update_zone
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.pages.due import request_pages
from newsdesk.storage.records.zone_offsets import (
    MOST,
    NO_HABIT,
    Lag,
    ZoneHabit,
    lags_as_json,
    stored_zone_habit,
)
from newsdesk.storage.stories.rows import evidence_of
from tests.support.articles import article, json_ld
from tests.support.feeds import Item, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

WINTER, SUMMER = datetime(2026, 1, 12, tzinfo=UTC), datetime(2026, 7, 13, tzinfo=UTC)
Clock = Callable[[datetime, Random], datetime]


def in_zone(zone: str) -> Clock:
    return lambda when, _: when.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)


def either(*zones: str) -> Clock:
    return lambda when, dice: in_zone(dice.choice(zones))(when, dice)


def off(zone: str, minutes: int) -> Clock:
    return lambda when, dice: in_zone(zone)(when, dice) + timedelta(minutes=minutes)


def some(clock: Clock, share: float, minutes: int) -> Clock:
    """`clock`, with a share of its times wrong by so many minutes."""
    return lambda when, dice: clock(when, dice) + timedelta(minutes=minutes * (dice.random() < share))


def anything(when: datetime, dice: Random) -> datetime:
    return when + timedelta(minutes=dice.randint(-1400, 1400))


def entries(clock: Clock, start: datetime, count: int = MOST, *, wait: int = 30) -> list[Lag]:
    """Entries of a source that is visited every `wait` minutes."""
    dice, lags, when = Random(7), [], start
    for _ in range(count):
        when += timedelta(minutes=dice.randint(5, 200))
        seen = when + timedelta(minutes=dice.randint(2, wait))
        printed = clock(when, dice)
        lags.append(Lag(round(seen.timestamp() / 60), round(printed.timestamp() / 60), wait))
    return lags


UNKNOWN, GERMAN, INDIAN = (
    OutletLocale(),
    OutletLocale(language="de"),
    OutletLocale(country="IN", language="en"),
)
CASES = [  # the clock, when, the outlet, the zone, why
    (in_zone("Etc/GMT-2"), WINTER, UNKNOWN, "Etc/GMT-2", "two hours before UTC"),
    (in_zone("Etc/GMT+5"), WINTER, UNKNOWN, "Etc/GMT+5", "five behind"),
    (in_zone("UTC"), WINTER, UNKNOWN, "Etc/UTC", "UTC"),
    (in_zone("Asia/Kolkata"), WINTER, UNKNOWN, "Asia/Kolkata", "half an hour"),
    (in_zone("Asia/Kathmandu"), WINTER, OutletLocale(country="NP"), "Asia/Kathmandu", "a quarter, where the country has it"),
    (in_zone("Pacific/Kiritimati"), WINTER, UNKNOWN, "Etc/GMT-14", "the farthest east"),
    (in_zone("Europe/Berlin"), WINTER, GERMAN, "Europe/Berlin", "the zone of the language"),
    (in_zone("Europe/Berlin"), SUMMER, GERMAN, "Europe/Berlin", "in summer, too"),
    (in_zone("America/New_York"), SUMMER, OutletLocale(language="en-US"), "America/New_York", "the first consistent zone of a language"),
    (in_zone("America/Los_Angeles"), SUMMER, OutletLocale(language="en"), "America/Los_Angeles", "another zone of the language"),
    (in_zone("UTC"), SUMMER, GERMAN, "Etc/UTC", "the zone of the language is not consistent"),
    (in_zone("UTC"), SUMMER, INDIAN, "Etc/UTC", "the zone of the country is not consistent"),
    (in_zone("Europe/Berlin"), WINTER, INDIAN, "Etc/GMT-1", "nor in winter"),
    (off("Europe/Berlin", 8), WINTER, GERMAN, "Europe/Berlin", "a clock some minutes ahead"),
    (off("Europe/Berlin", -240), WINTER, GERMAN, "Etc/GMT+3", "a wrong clock gives the offset that fits"),
    (some(in_zone("Etc/GMT-2"), 0.1, -1500), WINTER, UNKNOWN, "Etc/GMT-2", "a few old entries"),
    (some(in_zone("Etc/GMT-2"), 0.05, 45), WINTER, UNKNOWN, "Etc/GMT-2", "single future times"),
    (either("Etc/GMT-2", "UTC"), WINTER, UNKNOWN, None, "two zones"),
    (either("Europe/Berlin", "America/New_York"), WINTER, GERMAN, None, "two newspapers"),
    (anything, WINTER, UNKNOWN, None, "random times"),
]  # fmt: skip


@pytest.mark.parametrize(("clock", "start", "outlet", "zone", "why"), CASES, ids=[case[-1] for case in CASES])
def test_a_zone_is_learned(
    clock: Clock, start: datetime, outlet: OutletLocale, zone: str | None, why: str
) -> None:
    lags = entries(clock, start)
    assert update_zone(NO_HABIT, lags[:-1], outlet).name is None, "thirty entries are needed"
    assert update_zone(NO_HABIT, lags, outlet).name == zone, why
    one_by_one = NO_HABIT
    for lag in lags:
        one_by_one = update_zone(one_by_one, [lag], outlet)
    assert one_by_one.name == zone and len(one_by_one.lags) == MOST


@pytest.mark.parametrize("wait", [5, 15, 45, 60])
def test_a_zone_is_learned_at_every_interval(wait: int) -> None:
    for hours in range(-11, 14):
        zone = f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC"
        assert update_zone(NO_HABIT, entries(in_zone(zone), WINTER, wait=wait), UNKNOWN).name == zone


AFTER = [  # the learned zone, the clock afterwards, its start, the number of entries, the zone after them, why
    ("Europe/Berlin", in_zone("Europe/Berlin"), SUMMER, 60, "Europe/Berlin", "a zone with daylight saving time"),
    ("Etc/GMT-1", in_zone("Etc/GMT-2"), SUMMER, 10, None, "clocks one hour ahead: printed later than seen"),
    ("Etc/GMT-1", in_zone("Etc/GMT-2"), SUMMER, 60, "Etc/GMT-2", "and learned anew"),
    ("Etc/GMT-2", in_zone("Etc/GMT-1"), WINTER, 10, "Etc/GMT-2", "clocks one hour back: not yet contradicted"),
    ("Etc/GMT-2", in_zone("Etc/GMT-1"), WINTER, 60, "Etc/GMT-1", "and learned anew"),
    ("Etc/GMT-2", either("Etc/GMT-2", "Etc/GMT+5"), WINTER, 60, None, "it mixes zones now"),
    ("Etc/GMT-2", some(in_zone("Etc/GMT-2"), 0.05, 45), WINTER, 60, "Etc/GMT-2", "single future times are not enough"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("learned", "clock", "start", "count", "zone", "why"), AFTER, ids=[case[-1] for case in AFTER]
)
def test_a_learned_zone_is_kept_dropped_or_replaced(
    learned: str, clock: Clock, start: datetime, count: int, zone: str | None, why: str
) -> None:
    habit = ZoneHabit(name=learned, lags=tuple(entries(in_zone(learned), start - timedelta(days=90))))
    for lag in entries(clock, start, count):
        habit = update_zone(habit, [lag], UNKNOWN)
    assert habit.name == zone, why


PRINTED = [  # printed date, minutes since then or None, why
    ("2026-01-12 09:00:00", 60, "a time"),
    ("12 January 2026, 9:00", 60, "in words"),
    ("2026-01-12T09:00:00Z", None, "its zone is printed"),
    ("Mon, 12 Jan 2026 09:00:00 EST", None, "by an abbreviation"),
    ("2026-01-12", None, "no time"),
    ("1 hour ago", None, "a relative date has no zone"),
    ("soon", None, "no date"),
    (None, None, "nothing"),
]


@pytest.mark.parametrize(("printed", "minutes", "why"), PRINTED, ids=[why for *_, why in PRINTED])
def test_lag_of_an_entry(printed: str | None, minutes: int | None, why: str) -> None:
    now = datetime(2026, 1, 12, 10, tzinfo=UTC)
    lag = measure_lag(
        Article(published=printed), language="en", country="US", waited=timedelta(minutes=20), now=now
    )
    assert (lag.seen - lag.printed if lag else None) == minutes, why


def test_a_stored_habit() -> None:
    habit = ZoneHabit(name="Europe/Berlin", lags=tuple(entries(in_zone("UTC"), WINTER, 3)))
    assert stored_zone_habit(habit.name, lags_as_json(habit)) == habit
    assert stored_zone_habit(None, None) == NO_HABIT


def local(when: datetime) -> str:
    """The time as a newspaper in Berlin prints it."""
    return when.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%d %H:%M:00")


def store_lags(
    runner: TestRunner, *, wait: timedelta, zone: str | None = None, count: int = MOST - 1
) -> None:
    """Store `count` earlier lags for the source, and a visit `wait` ago."""
    now = utc_now()
    lags = tuple(entries(in_zone("Europe/Berlin"), now - timedelta(days=3), count))
    row = (zone, lags_as_json(ZoneHabit(lags=lags)), (now - wait).isoformat())
    runner.writer.do(
        lambda db: db.conn.execute(
            "UPDATE source SET learned_timezone = ?, timezone_samples = ?, last_ok_at = ?", row
        )
    )


def item(number: int, when: datetime, title: str = "Ferry") -> Item:
    return Item(
        title=f"{title} {number}", link=f"http://zeitung.test/{number}", guid=f"g{number}", date=local(when)
    )


async def test_a_zone_is_learned_and_used_for_the_next_entry(tmp_path: Path, web: Web) -> None:
    now = utc_now().replace(second=0, microsecond=0)
    seen = now - timedelta(minutes=2)
    web.serve("/feed.xml", rss(item(1, seen)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("zeitung.test", language="de")
        await runner.crawl()
        assert runner.rows("SELECT learned_timezone, timezone_samples FROM source") == [
            (None, None)
        ]  # the first document has no lags
        store_lags(runner, wait=timedelta(minutes=20))
        web.serve("/feed.xml", rss(item(2, seen), item(1, seen)))
        await runner.crawl()
        assert runner.rows("SELECT learned_timezone FROM source") == ["Europe/Berlin"]
        assert len(json.loads(runner.rows("SELECT timezone_samples FROM source")[0])) == MOST
        learned = runner.rows("SELECT timezone_samples FROM source")
        markup = replace(item(1, seen), text="<div>The first boat leaves at six.</div>")
        web.serve("/feed.xml", rss(item(2, seen, "Ferries"), markup))
        await runner.crawl()
        assert runner.rows("SELECT timezone_samples FROM source") == learned  # edited entries have no lags
        assert runner.rows("SELECT changed, same FROM visit ORDER BY id DESC LIMIT 1") == [(1, 1)]
        web.serve("/feed.xml", rss(item(3, seen), item(2, seen, "Ferries"), markup))
        await runner.crawl()
        [evidence] = runner.rows("SELECT evidence FROM story_body WHERE story_id = 3")
        assert evidence_of(evidence)["published"] == {
            "printed": local(seen),
            "rule": "iso",
            "zone": "learned",
        }
        dates = runner.rows("SELECT published FROM story ORDER BY id")
        assert dates[2] == seen.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        assert dates[0] == dates[1] != dates[2]  # stored stories keep their date, also when edited
        assert runner.rows("SELECT fields FROM revision") == ['{"title": ["Ferry 2", "Ferries 2"]}']


async def test_a_page_uses_the_zone_of_its_source_and_keeps_its_date(tmp_path: Path, web: Web) -> None:
    feed = replace(item(1, utc_now()), date=None)
    web.serve("/feed.xml", rss(feed))
    head = json_ld(datePublished="2026-06-01 09:30:00")
    web.serve("/1", article("Ferry 1", head=head), type="text/html", host="zeitung.test")
    async with open_runner(tmp_path, web) as runner:
        feed = replace(feed, link=web.url("zeitung.test", "/1"))
        web.serve("/feed.xml", rss(feed))
        runner.add("zeitung.test", full_text=True)
        runner.writer.do(lambda db: db.conn.execute("UPDATE source SET learned_timezone = 'Europe/Berlin'"))
        await runner.crawl()
        dated = [("2026-06-01T07:30:00.000Z", "2026-06-01")]
        assert runner.rows("SELECT published, published_day FROM story") == dated
        runner.writer.do(lambda db: db.conn.execute("UPDATE source SET learned_timezone = 'Asia/Tokyo'"))
        for title in ("Ferry 1", "Ferries 1"):
            web.serve(
                "/1", article(title, "Another text. " * 30, head=head), type="text/html", host="zeitung.test"
            )
            pages = runner.writer.do(lambda db: request_pages(db, [feed.link or ""], now=utc_now()))
            await runner.runner().run(Wanted(requested_at=utc_now(), sources=(), pages=pages))
            assert runner.rows("SELECT published, published_day FROM story") == dated
        assert runner.rows("SELECT title FROM story") == ["Ferries 1"]
        assert "published" not in "".join(runner.rows("SELECT fields FROM revision"))


@pytest.mark.parametrize(
    ("settings", "wait"),
    [
        ({"timezone": "Asia/Tokyo"}, timedelta(minutes=20)),
        ({}, LONGEST_WAIT + timedelta(minutes=1)),
    ],
    ids=["the zone is set", "the previous visit was long ago"],
)
async def test_no_zone_is_learned_when(
    tmp_path: Path, web: Web, settings: dict[str, str], wait: timedelta
) -> None:
    seen = utc_now() - timedelta(minutes=2)
    web.serve("/feed.xml", rss(item(1, seen)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("zeitung.test", **settings)
        await runner.crawl()
        store_lags(runner, wait=wait)
        web.serve("/feed.xml", rss(item(2, seen), item(1, seen)))
        await runner.crawl()
        assert runner.rows("SELECT learned_timezone FROM source") == [None]
        assert len(json.loads(runner.rows("SELECT timezone_samples FROM source")[0])) == MOST - 1


SHOWN = [  # the set zone, the learned one, the text of `why`
    (None, None, None),
    (None, "Europe/Berlin", "Europe/Berlin, learned from the times of its stories"),
    (None, "Etc/GMT+5", "-5 h from UTC, learned from the times of its stories"),
    (None, "Etc/GMT-14", "+14 h from UTC, learned from the times of its stories"),
    ("Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo, set by you"),
]


@pytest.mark.parametrize(("zone_set", "learned", "text"), SHOWN)
async def test_why_shows_the_zone(
    tmp_path: Path,
    web: Web,
    monkeypatch: pytest.MonkeyPatch,
    zone_set: str | None,
    learned: str | None,
    text: str | None,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    async with open_runner(tmp_path, web) as runner:
        runner.add("zeitung.test", timezone=zone_set)
        runner.writer.do(lambda db: db.conn.execute("UPDATE source SET learned_timezone = ?", (learned,)))
        why, details = (
            CliRunner().invoke(newsdesk, arguments).output
            for arguments in (["why", "1"], ["sources", "show", "1"])
        )
    assert text in why if text else "timezone" not in why
    assert (f"learned_timezone {learned}" in " ".join(details.split())) == (learned is not None)
    assert "timezone_samples" not in details
