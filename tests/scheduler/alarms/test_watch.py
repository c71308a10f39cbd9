"""The watch over real parts: alarms kept once, sent until they are taken, shown in log, feed and web."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner

from newsdesk.__main__ import newsdesk
from newsdesk.crawler.feeds.reader import read_feed
from newsdesk.output.atom import events_feed
from newsdesk.scheduler.alarms.watch import AlarmSettings, Watch
from newsdesk.scheduler.service.clock import ClockSettings
from newsdesk.scheduler.service.service import Service, ServiceSettings
from newsdesk.storage.alarms.events import keep_changes, latest_events, open_alarms
from newsdesk.storage.alarms.watched import shares
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.alarms import Change, Event
from tests.support.feeds import many, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.shell import Shell, wait_until
from tests.support.web import Web, web_in_thread

TOKEN = "t0psecret"


@dataclass
class Watching:
    """A watch over a desk's file, with a clock that a test sets by `ahead`."""

    runner: TestRunner
    settings: AlarmSettings
    ahead: timedelta = timedelta(0)
    events: list[Event] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return utc_now() + self.ahead

    def watch(self) -> Watch:
        return Watch(
            self.runner.path, self.runner.writer, self.settings, now=self.now, tell=self.events.append,
            say=self.said.append,
        )  # fmt: skip

    async def crawl(self, watch: Watch) -> list[tuple[str, str]]:
        await self.runner.crawl()
        for visited in self.runner.heard:
            watch.visited(visited)
        return [(event.kind, event.state) for event in await watch.look()]


def failed_before(runner: TestRunner, failures: int, hours: int) -> None:
    since = to_iso(utc_now() - timedelta(hours=hours))
    runner.writer.do(
        lambda db: db.conn.execute("UPDATE source SET failures = ?, failing_since = ?", (failures, since))
    )


async def test_an_alarm_is_told_once_and_sent_until_it_is_taken(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", status=500)
    web.serve("/hook/t0psecret", status=500)
    web.then("/hook/t0psecret", status=503)
    web.then("/hook/t0psecret", status=204)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", f"/feed.xml?token={TOKEN}")
        hook = AlarmSettings(webhook=web.url("chat.test", f"/hook/{TOKEN}"), client=web.settings())
        held = Watching(runner, hook)
        watch = held.watch()
        failed_before(runner, 4, 7)
        assert await held.crawl(watch) == [("failing", "raised")]
        assert await held.crawl(watch) == []
        tries = []
        for minutes in (0, 0, 1, 1, 3, 3, 99):
            held.ahead = timedelta(minutes=minutes, seconds=5 if minutes else 0)
            tries.append((await watch.send(), len(web.asked(f"/hook/{TOKEN}"))))
            watch = held.watch()  # as after a restart: what waits stands in the file
        assert tries == [(0, 1), (0, 1), (0, 2), (0, 2), (1, 3), (0, 3), (0, 3)]
        told = [json.loads(request.body) for request in web.asked(f"/hook/{TOKEN}")]
        assert told[0] == told[1] == told[2]
        assert (told[0]["kind"], told[0]["state"], told[0]["source"]) == ("failing", "raised", 1)
        assert web.asked(f"/hook/{TOKEN}")[0].method == "POST"
        assert web.asked(f"/hook/{TOKEN}")[0].headers["content-type"] == "application/json"
        [said] = held.said
        assert re.fullmatch(r"event 1 was not sent, and is tried again: chat.test:\d+ answered 500 .*", said)
        assert TOKEN not in json.dumps(told) + "".join(held.said) + str(
            runner.rows("SELECT words FROM outbox")
        )
        web.serve("/feed.xml", rss(*many(2)))
        watch = held.watch()
        assert await held.crawl(watch) == [("failing", "recovered")]
        assert runner.rows("SELECT state, ended_at IS NULL FROM event") == [("raised", 0), ("recovered", 1)]


async def test_what_is_never_taken_is_given_up_in_words(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", status=500)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        held = Watching(runner, AlarmSettings(webhook=web.url("chat.test", "/none"), client=web.settings()))
        failed_before(runner, 9, 99)
        await held.crawl(watch := held.watch())
        for hours in (0, 71, 73, 99):
            held.ahead = timedelta(hours=hours)
            await watch.send()
        assert len(web.asked("/none")) == 3
        assert re.match(r"event 1 was not sent and is given up: chat.test:\d+ answered 404", held.said[-1])
        assert runner.rows("SELECT tries, done_at IS NULL FROM outbox") == [(3, 0)]


HOSTILE: list[tuple[str, dict[str, object], str]] = [
    ("hangs", {"hang": True}, r"no answer from chat\.test:\d+ within 0\.3 s"),
    ("breaks off", {"reset": True}, r"chat\.test:\d+ closed the connection"),
    ("talks garbage", {"raw": b"\x00\xff" * 500}, "chat.test"),
    ("endless header", {"raw": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000}, "chat.test"),
    ("leads inside", {"status": 302, "headers": {"Location": "http://10.0.0.1/"}}, "redirects are not foll"),
    ("steers", {"raw": b"HTTP/1.1 500 \x1b[31m\xe2\x80\xae\r\n\r\n"}, r"chat\.test:\d+ answered 500 \[31m"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "words"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
async def test_a_hostile_receiver_costs_one_try(web: Web, answer: dict[str, object], words: str) -> None:
    web.serve("/hook", **answer)
    async with web.client() as client:
        posted = await client.post(
            web.url("chat.test", "/hook"), b"{}", content_type="text/plain", seconds=0.3
        )
    assert not posted.taken
    assert re.search(words, posted.words)
    assert posted.words.isprintable()
    assert len(web.log) == 1


@pytest.mark.parametrize(
    "address",
    ["http://10.0.0.1/", "http://127.0.0.1:9/", "http://169.254.169.254/", "ftp://chat.test/", "x", ""],
)
async def test_an_inner_address_is_not_sent_to_unless_it_is_allowed(web: Web, address: str) -> None:
    async with web.client() as client:
        posted = await client.post(address, b"{}", content_type="text/plain", seconds=5)
    assert (posted.status, posted.taken) == (0, False)


async def test_what_two_decide_at_once_is_kept_and_told_once(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        both = [
            Change(kind="gap", state=state, message="w", source_id=one, host=host)
            for state in ("raised", "recovered")
            for one, host in ((source, None), (None, "daily.test"), (None, None))
        ]

        def keep(changes: list[Change]) -> list[Event]:
            return runner.writer.do(lambda db: keep_changes(db, changes, targets=("webhook",), now=utc_now()))

        assert [len(keep(changes)) for changes in (both[:3], both[:3], both[3:], both[3:], both[:3])] == [
            3, 0, 3, 0, 3
        ]  # fmt: skip
        assert runner.rows("SELECT count(*) FROM outbox") == [9]
        assert len(runner.writer.do(open_alarms)) == 3


async def test_while_the_receiver_is_down_only_the_oldest_event_is_tried(tmp_path: Path, web: Web) -> None:
    web.serve("/hook", status=503)
    web.then("/hook", status=200)
    async with open_runner(tmp_path, web) as runner:
        held = Watching(runner, AlarmSettings(webhook=web.url("chat.test", "/hook"), client=web.settings()))
        changes = [Change(kind="gap", state="raised", message="w", host=f"{name}.test") for name in "abc"]
        runner.writer.do(lambda db: keep_changes(db, changes, targets=("webhook",), now=utc_now()))
        asked = []
        for _ in range(2):
            await held.watch().send()
            asked.append([json.loads(request.body)["host"] for request in web.log])
            held.ahead += timedelta(minutes=2)
        assert asked == [["a.test"], ["a.test", "a.test", "b.test", "c.test"]]


async def test_a_story_whose_page_waits_to_be_read_does_not_lack_its_text(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*[replace(item, text="") for item in many(3)]))
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        await runner.crawl()
        found = []
        for outcome in (None, "'not-found'"):
            runner.writer.do(
                lambda db, outcome=outcome: db.conn.execute(
                    "INSERT OR REPLACE INTO page (url, host, story_id, why, outcome)"
                    f" VALUES ('http://daily.test/1', 'daily.test', 1, 'new', {outcome or 'NULL'})"
                )
            )
            found.append(runner.writer.do(lambda db: shares(db, source))["no-texts"].with_it)
        assert found == [1, 0]


async def test_bylines_that_go_missing_are_told_and_come_back(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        held = Watching(runner, AlarmSettings())
        watch = held.watch()
        seen = []
        for start, author in ((0, "Ada Lovelace"), (60, ""), (80, "Ada Lovelace")):
            count = 60 if start == 0 else 20
            items = [replace(item, author=author) for item in many(count, start=start)]
            web.serve("/feed.xml", rss(*items))
            seen.append(await held.crawl(watch))
        assert seen[0] == []
        assert ("no-bylines", "raised") in seen[1]
        assert ("no-bylines", "recovered") in seen[2]
        assert ("gap", "raised") in seen[1]  # no entry of the first document is left in the second
        assert runner.writer.do(lambda db: shares(db, 1))["no-titles"].with_it == 20


async def test_the_feed_of_events_is_read_by_two_readers_and_tells_no_secret(
    tmp_path: Path, web: Web
) -> None:
    web.serve("/feed.xml", status=500)
    async with open_runner(tmp_path, web) as runner:
        name = "Ö & <b>Söhne</b>\x1b[31m\u202e\ufffe\ud800".replace("\ud800", "")
        runner.add("daily.test", f"/feed.xml?token={TOKEN}", name=name)
        failed_before(runner, 9, 99)
        held = Watching(runner, AlarmSettings())
        await held.crawl(held.watch())
        events = runner.writer.do(lambda db: latest_events(db, limit=10))
    body = events_feed(events, now=utc_now(), address="http://localhost:8642/events.atom")
    ours = read_feed(body, address="http://localhost:8642/events.atom")
    assert (ours.problem, ours.facts.parser, ours.facts.repairs) == (None, "strict", ())
    [article] = ours.articles
    theirs = feedparser.parse(body)
    assert not theirs.bozo
    assert theirs.entries[0].title == "Ö & <b>Söhne</b>[31m: failing"
    assert theirs.entries[0].updated == to_iso(events[0].at)
    assert article.guid == theirs.entries[0].id
    assert TOKEN not in body.decode()
    empty = events_feed([], now=utc_now())
    assert read_feed(empty, address="http://localhost/").articles == ()
    assert not feedparser.parse(empty).bozo


async def test_the_service_looks_by_its_clock_and_sends(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", status=500)
    web.serve("/hook", status=200)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", every_s=1)
        failed_before(runner, 9, 99)
        events: list[Event] = []
        settings = ServiceSettings(
            runner=runner.settings,
            clock=ClockSettings(look_s=0.1, beat_s=0.05, plan_s=0.2),
            alarms=AlarmSettings(webhook=web.url("chat.test", "/hook"), client=web.settings()),
        )
        service = Service(runner.path, settings, version="0", alarm=events.append)
        running = asyncio.create_task(service.run())
        async with asyncio.timeout(15):
            while len(web.asked("/hook")) < 1:  # noqa: ASYNC110 - what is waited for is asked of the web
                await asyncio.sleep(0.02)
            web.serve("/feed.xml", rss(*many(2)))
            runner.writer.do(
                lambda db: db.conn.execute("UPDATE source SET next_visit_at = ?", (to_iso(utc_now()),))
            )
            while len(web.asked("/hook")) < 2:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.02)
        service.stop()
        await running
    assert [event.state for event in events] == ["raised", "recovered"]
    assert [json.loads(request.body)["state"] for request in web.asked("/hook")] == ["raised", "recovered"]


async def test_the_service_sends_again_between_its_looks(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", status=500)
    web.serve("/hook", status=503)
    web.then("/hook", status=200)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        failed_before(runner, 9, 99)
        await runner.crawl()
        hook = AlarmSettings(webhook=web.url("chat.test", "/hook"), client=web.settings())
        held = Watching(runner, hook)
        settings = ServiceSettings(
            runner=runner.settings, clock=ClockSettings(look_s=0.05, beat_s=0.05), alarms=hook
        )
        service = Service(runner.path, settings, version="0", now=held.now)
        running = asyncio.create_task(service.run())
        async with asyncio.timeout(15):
            while not web.asked("/hook"):  # noqa: ASYNC110 - what is waited for is asked of the web
                await asyncio.sleep(0.02)
            for _ in range(2):  # a minute goes by, in steps that are no clock that was set
                held.ahead += timedelta(seconds=40)
                beaten = utc_now() + held.ahead - timedelta(seconds=30)
                while (beat := service.health().beat_at) is None or beat < beaten:  # noqa: ASYNC110 - the same
                    await asyncio.sleep(0.02)
            while len(web.asked("/hook")) < 2:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.02)
        service.stop()
        await running


def test_an_alarm_stands_in_the_log_the_list_the_web_and_the_metrics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web_in_thread() as web:
        web.serve("/feed.xml", rss(*many(2)))
        hook = f'[alarms]\nwebhook = "{web.url("chat.test", "/hook/" + TOKEN)}"\n'
        shell = Shell(tmp_path, web, config=f'{hook}[serve]\nlook_s = 0.1\nlisten = "127.0.0.1:0"\n')
        shell.run("add", web.url("daily.test", f"/feed.xml?token={TOKEN}"))
        monkeypatch.chdir(tmp_path)
        assert "no alarms yet" in _typed("events")
        web.serve("/feed.xml", status=500)
        with closing(sqlite3.connect(shell.db)) as conn, conn:
            conn.execute("UPDATE source SET failures = 4, failing_since = '2026-01-01T00:00:00.000Z'")
        lines = [json.loads(line) for line in shell.run("crawl", "--log", "json", code=1).splitlines()]
        assert [line["event"] for line in lines] == ["visit", "alarm", "note", "run"]
        assert (lines[1]["kind"], lines[1]["state"], lines[1]["source"]) == ("failing", "raised", 1)
        assert lines[2]["run"] == lines[3]["run"]
        [told] = json.loads(_typed("events", "--open", "--json"))
        assert (told["kind"], told["source_id"], told["detail"]["failures"]) == ("failing", 1, 5)
        assert "5 failures in a row" in _typed("events", "1")
        started = shell.start("serve")
        wait_until(lambda: shell.rows("SELECT listen FROM service"), what="the service")
        own = f"http://{shell.rows('SELECT listen FROM service')[0]}"
        feed = _get(f"{own}/events.atom")
        assert feedparser.parse(feed).feed.links[0].href == f"{own}/events.atom"
        assert 'newsdesk_alarms_open{kind="failing"} 1.0' in _get(f"{own}/metrics")
        started.terminate()
        out, err = started.communicate(timeout=20)
        shown = [
            _typed("config"),
            _typed("config", "--json"),
            _typed("events", "--feed"),
            feed,
            out,
            err,
        ]
        assert TOKEN not in "".join(shown) + json.dumps(lines)
        assert shell.rows("SELECT tries FROM outbox") == [1]


def _typed(*words: str) -> str:
    """What a command says, run inside this process."""
    return CliRunner().invoke(newsdesk, list(words), catch_exceptions=False).output


def _get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=5) as answer:
        body: bytes = answer.read()
    return body.decode()
