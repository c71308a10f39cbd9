"""The zone of sources that print clocks without one: invented sources, one a line, and what it means at rest."""

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

from newsdesk.__main__ import newsdesk
from newsdesk.crawler.models import Article
from newsdesk.crawler.normalise.dates.learned_zone import LONGEST_WAIT, OutletLocale, measure_lag, update_zone
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.pages.due import request_pages
from newsdesk.storage.records.zone_offsets import (
    MOST,
    NO_HABIT,
    Lag,
    ZoneHabit,
    stored_zone_habit,
    lags_as_json,
)
from tests.support.articles import article, json_ld
from tests.support.feeds import Item, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

WINTER, SUMMER = datetime(2026, 1, 12, tzinfo=UTC), datetime(2026, 7, 13, tzinfo=UTC)
Clock = Callable[[datetime, Random], datetime]


def wall(zone: str) -> Clock:
    return lambda when, _: when.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)


def either(*zones: str) -> Clock:
    return lambda when, dice: wall(dice.choice(zones))(when, dice)


def off(zone: str, minutes: int) -> Clock:
    return lambda when, dice: wall(zone)(when, dice) + timedelta(minutes=minutes)


def some(clock: Clock, share: float, minutes: int) -> Clock:
    """So many of its clocks are off by so much."""
    return lambda when, dice: clock(when, dice) + timedelta(minutes=minutes * (dice.random() < share))


def anything(when: datetime, dice: Random) -> datetime:
    return when + timedelta(minutes=dice.randint(-1400, 1400))


def entries(clock: Clock, start: datetime, count: int = MOST, *, wait: int = 30) -> list[Lag]:
    """Entries of a source that is visited every `wait` minutes, printed by its clock."""
    dice, lags, when = Random(7), [], start
    for _ in range(count):
        when += timedelta(minutes=dice.randint(5, 200))
        seen = when + timedelta(minutes=dice.randint(2, wait))
        printed = clock(when, dice)
        lags.append(Lag(round(seen.timestamp() / 60), round(printed.timestamp() / 60), wait))
    return lags


NOBODY, GERMAN, INDIAN = (
    OutletLocale(),
    OutletLocale(language="de"),
    OutletLocale(country="IN", language="en"),
)
CASES = [  # the clock, when, the outlet, the zone, why
    (wall("Etc/GMT-2"), WINTER, NOBODY, "Etc/GMT-2", "two hours before UTC"),
    (wall("Etc/GMT+5"), WINTER, NOBODY, "Etc/GMT+5", "five behind"),
    (wall("UTC"), WINTER, NOBODY, "Etc/UTC", "UTC"),
    (wall("Asia/Kolkata"), WINTER, NOBODY, "Asia/Kolkata", "half an hour"),
    (wall("Asia/Kathmandu"), WINTER, OutletLocale(country="NP"), "Asia/Kathmandu", "a quarter, where the country has it"),
    (wall("Pacific/Kiritimati"), WINTER, NOBODY, "Etc/GMT-14", "the farthest east"),
    (wall("Europe/Berlin"), WINTER, GERMAN, "Europe/Berlin", "the language's clock"),
    (wall("Europe/Berlin"), SUMMER, GERMAN, "Europe/Berlin", "in summer, too"),
    (wall("America/New_York"), SUMMER, OutletLocale(language="en-US"), "America/New_York", "the first of a language's that fits"),
    (wall("America/Los_Angeles"), SUMMER, OutletLocale(language="en"), "America/Los_Angeles", "another of them"),
    (wall("UTC"), SUMMER, GERMAN, "Etc/UTC", "not the language's, which does not fit"),
    (wall("UTC"), SUMMER, INDIAN, "Etc/UTC", "not the country's, which does not fit"),
    (wall("Europe/Berlin"), WINTER, INDIAN, "Etc/GMT-1", "nor then"),
    (off("Europe/Berlin", 8), WINTER, GERMAN, "Europe/Berlin", "a clock that is ahead by minutes"),
    (off("Europe/Berlin", -240), WINTER, GERMAN, "Etc/GMT+3", "a wrong clock is read as what it is"),
    (some(wall("Etc/GMT-2"), 0.1, -1500), WINTER, NOBODY, "Etc/GMT-2", "a few old entries"),
    (some(wall("Etc/GMT-2"), 0.05, 45), WINTER, NOBODY, "Etc/GMT-2", "one that is printed ahead"),
    (either("Etc/GMT-2", "UTC"), WINTER, NOBODY, None, "two clocks"),
    (either("Europe/Berlin", "America/New_York"), WINTER, GERMAN, None, "two papers"),
    (anything, WINTER, NOBODY, None, "no clock at all"),
]  # fmt: skip


@pytest.mark.parametrize(("clock", "start", "outlet", "zone", "why"), CASES, ids=[case[-1] for case in CASES])
def test_learning(clock: Clock, start: datetime, outlet: OutletLocale, zone: str | None, why: str) -> None:
    lags = entries(clock, start)
    assert update_zone(NO_HABIT, lags[:-1], outlet).name is None, "thirty are needed"
    assert update_zone(NO_HABIT, lags, outlet).name == zone, why
    one_by_one = NO_HABIT
    for lag in lags:
        one_by_one = update_zone(one_by_one, [lag], outlet)
    assert one_by_one.name == zone and len(one_by_one.lags) == MOST


@pytest.mark.parametrize("wait", [5, 15, 45, 60])
def test_however_often_it_is_visited(wait: int) -> None:
    for hours in range(-11, 14):
        zone = f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC"
        assert update_zone(NO_HABIT, entries(wall(zone), WINTER, wait=wait), NOBODY).name == zone


AFTER = [  # what was learned, the clock after it and when, how many entries, what is learned then, why
    ("Europe/Berlin", wall("Europe/Berlin"), SUMMER, 60, "Europe/Berlin", "a zone that knows the summer"),
    ("Etc/GMT-1", wall("Etc/GMT-2"), SUMMER, 10, None, "the clocks went on: printed later than seen"),
    ("Etc/GMT-1", wall("Etc/GMT-2"), SUMMER, 60, "Etc/GMT-2", "and learned anew"),
    ("Etc/GMT-2", wall("Etc/GMT-1"), WINTER, 10, "Etc/GMT-2", "the clocks went back: nothing speaks against it yet"),
    ("Etc/GMT-2", wall("Etc/GMT-1"), WINTER, 60, "Etc/GMT-1", "and learned anew"),
    ("Etc/GMT-2", either("Etc/GMT-2", "Etc/GMT+5"), WINTER, 60, None, "it mixes clocks since"),
    ("Etc/GMT-2", some(wall("Etc/GMT-2"), 0.05, 45), WINTER, 60, "Etc/GMT-2", "one printed ahead is not enough"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("learned", "clock", "start", "count", "zone", "why"), AFTER, ids=[case[-1] for case in AFTER]
)
def test_learning_again(
    learned: str, clock: Clock, start: datetime, count: int, zone: str | None, why: str
) -> None:
    habit = ZoneHabit(name=learned, lags=tuple(entries(wall(learned), start - timedelta(days=90))))
    for lag in entries(clock, start, count):
        habit = update_zone(habit, [lag], NOBODY)
    assert habit.name == zone, why


PRINTED = [  # what an entry prints, minutes since its clock or None, why
    ("2026-01-12 09:00:00", 60, "a clock"),
    ("12 January 2026, 9:00", 60, "in words"),
    ("2026-01-12T09:00:00Z", None, "its zone is printed"),
    ("Mon, 12 Jan 2026 09:00:00 EST", None, "by an abbreviation"),
    ("2026-01-12", None, "no clock"),
    ("1 hour ago", None, "an age has no zone"),
    ("soon", None, "no date"),
    (None, None, "nothing"),
]


@pytest.mark.parametrize(("printed", "minutes", "why"), PRINTED, ids=[why for *_, why in PRINTED])
def test_what_an_entry_tells(printed: str | None, minutes: int | None, why: str) -> None:
    now = datetime(2026, 1, 12, 10, tzinfo=UTC)
    lag = measure_lag(
        Article(published=printed), language="en", country="US", waited=timedelta(minutes=20), now=now
    )
    assert (lag.seen - lag.printed if lag else None) == minutes, why


def test_a_habit_at_rest() -> None:
    habit = ZoneHabit(name="Europe/Berlin", lags=tuple(entries(wall("UTC"), WINTER, 3)))
    assert stored_zone_habit(habit.name, lags_as_json(habit)) == habit
    assert stored_zone_habit(None, None) == NO_HABIT


def local(when: datetime) -> str:
    """As a paper in Berlin prints it."""
    return when.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%d %H:%M:00")


def teach(runner: TestRunner, *, wait: timedelta, zone: str | None = None, count: int = MOST - 1) -> None:
    """The source was visited so long ago, and has so many entries behind it."""
    now = utc_now()
    lags = tuple(entries(wall("Europe/Berlin"), now - timedelta(days=3), count))
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


async def test_a_source_learns_its_zone_and_reads_the_next_by_it(tmp_path: Path, web: Web) -> None:
    now = utc_now().replace(second=0, microsecond=0)
    seen = now - timedelta(minutes=2)
    web.serve("/feed.xml", rss(item(1, seen)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("zeitung.test", language="de")
        await runner.crawl()
        assert runner.rows("SELECT learned_timezone, timezone_samples FROM source") == [
            (None, None)
        ]  # history teaches nothing
        teach(runner, wait=timedelta(minutes=20))
        web.serve("/feed.xml", rss(item(2, seen), item(1, seen)))
        await runner.crawl()
        assert runner.rows("SELECT learned_timezone FROM source") == ["Europe/Berlin"]
        assert len(json.loads(runner.rows("SELECT timezone_samples FROM source")[0])) == MOST
        learned = runner.rows("SELECT timezone_samples FROM source")
        markup = replace(item(1, seen), text="<div>The first boat leaves at six.</div>")
        web.serve("/feed.xml", rss(item(2, seen, "Ferries"), markup))
        await runner.crawl()
        assert runner.rows("SELECT timezone_samples FROM source") == learned  # edits teach nothing
        assert runner.rows("SELECT changed, same FROM visit ORDER BY id DESC LIMIT 1") == [(1, 1)]
        web.serve("/feed.xml", rss(item(3, seen), item(2, seen, "Ferries"), markup))
        await runner.crawl()
        [evidence] = runner.rows("SELECT evidence FROM story_body WHERE story_id = 3")
        assert json.loads(evidence)["published"] == {"printed": local(seen), "rule": "iso", "zone": "learned"}
        dates = runner.rows("SELECT published FROM story ORDER BY id")
        assert dates[2] == seen.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        assert dates[0] == dates[1] != dates[2]  # what was stored is not dated anew, though it was edited
        assert runner.rows("SELECT fields FROM revision") == ['{"title": ["Ferry 2", "Ferries 2"]}']


async def test_a_page_is_read_by_its_source_s_zone_and_not_dated_anew(tmp_path: Path, web: Web) -> None:
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
    ("told", "wait"),
    [
        ({"timezone": "Asia/Tokyo"}, timedelta(minutes=20)),
        ({}, LONGEST_WAIT + timedelta(minutes=1)),
    ],
    ids=["a person says the zone", "the visit before is long ago"],
)
async def test_nothing_is_learned_when(
    tmp_path: Path, web: Web, told: dict[str, str], wait: timedelta
) -> None:
    seen = utc_now() - timedelta(minutes=2)
    web.serve("/feed.xml", rss(item(1, seen)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("zeitung.test", **told)
        await runner.crawl()
        teach(runner, wait=wait)
        web.serve("/feed.xml", rss(item(2, seen), item(1, seen)))
        await runner.crawl()
        assert runner.rows("SELECT learned_timezone FROM source") == [None]
        assert len(json.loads(runner.rows("SELECT timezone_samples FROM source")[0])) == MOST - 1


SHOWN = [  # the source's own zone, the learned one, how `why` tells it
    (None, None, None),
    (None, "Europe/Berlin", "Europe/Berlin, learned from when its stories came"),
    (None, "Etc/GMT+5", "-5 h from UTC, learned"),
    (None, "Etc/GMT-14", "+14 h from UTC, learned"),
    ("Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo, as you said"),
]


@pytest.mark.parametrize(("yours", "learned", "words"), SHOWN)
async def test_a_person_is_told(
    tmp_path: Path,
    web: Web,
    monkeypatch: pytest.MonkeyPatch,
    yours: str | None,
    learned: str | None,
    words: str | None,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    async with open_runner(tmp_path, web) as runner:
        runner.add("zeitung.test", timezone=yours)
        runner.writer.do(lambda db: db.conn.execute("UPDATE source SET learned_timezone = ?", (learned,)))
        why, shown = (
            CliRunner().invoke(newsdesk, asked).output for asked in (["why", "1"], ["sources", "show", "1"])
        )
    assert f"zone       {words}" in why if words else "zone  " not in why
    assert (f"learned_timezone    {learned}" in shown) == (learned is not None)
    assert "timezone_samples" not in shown
