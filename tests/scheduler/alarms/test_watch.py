"""The watch on a real store and web: alarms are kept once, sent until accepted, shown in log, feed and web."""

from __future__ import annotations

import asyncio
import json
import logging
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

from newsdesk.command_line import newsdesk
from newsdesk.crawler.feeds.reader import read_feed
from newsdesk.output.atom import events_feed
from newsdesk.scheduler.alarms.watch import Watch
from newsdesk.scheduler.service.service import Service
from newsdesk.scheduler.settings import AlarmSettings, ClockSettings, ServiceSettings
from newsdesk.storage.alarms.events import keep_changes, latest_events, open_alarms
from newsdesk.storage.alarms.watched import shares
from newsdesk.storage.db.database import prepare
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.alarms import Change, Event
from tests.support.feeds import many, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.shell import PATIENCE_S, Shell, wait_until
from tests.support.web import Web, web_in_thread

TOKEN = "t0psecret"


@dataclass
class Watching:
    """A watch on a runner's file, with a clock that a test sets by `ahead`."""

    runner: TestRunner
    settings: AlarmSettings
    ahead: timedelta = timedelta(0)
    events: list[Event] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return utc_now() + self.ahead

    def watch(self) -> Watch:
        return Watch(
            self.runner.path, self.runner.writer, self.settings, now=self.now, on_event=self.events.append,
            on_message=self.messages.append,
        )  # fmt: skip

    async def crawl(self, watch: Watch) -> list[tuple[str, str]]:
        await self.runner.crawl()
        for visited in self.runner.visits:
            watch.visited(visited)
        return [(event.kind, event.state) for event in await watch.check()]


def failed_before(runner: TestRunner, failures: int, hours: int) -> None:
    since = to_iso(utc_now() - timedelta(hours=hours))
    runner.writer.do(
        lambda db: db.conn.execute("UPDATE source SET failures = ?, failing_since = ?", (failures, since))
    )


async def test_an_alarm_is_reported_once_and_sent_until_it_is_accepted(tmp_path: Path, web: Web) -> None:
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
        assert await held.crawl(watch) == [("failing", "open")]
        assert await held.crawl(watch) == []
        tries = []
        for minutes in (0, 0, 1, 1, 3, 3, 99):
            held.ahead = timedelta(minutes=minutes, seconds=5 if minutes else 0)
            tries.append((await watch.send(), len(web.requests_to(f"/hook/{TOKEN}"))))
            watch = held.watch()  # as after a restart: the outbox is in the file
        assert tries == [(0, 1), (0, 1), (0, 2), (0, 2), (1, 3), (0, 3), (0, 3)]
        sent = [json.loads(request.body) for request in web.requests_to(f"/hook/{TOKEN}")]
        assert sent[0] == sent[1] == sent[2]
        assert (sent[0]["kind"], sent[0]["state"], sent[0]["source"]) == ("failing", "open", 1)
        assert web.requests_to(f"/hook/{TOKEN}")[0].method == "POST"
        assert web.requests_to(f"/hook/{TOKEN}")[0].headers["content-type"] == "application/json"
        [message] = held.messages
        assert re.fullmatch(
            r"event 1 was not sent, and will be sent again: chat.test:\d+ answered 500 .*", message
        )
        assert TOKEN not in json.dumps(sent) + "".join(held.messages) + str(
            runner.rows("SELECT message FROM outbox")
        )
        web.serve("/feed.xml", rss(*many(2)))
        watch = held.watch()
        assert await held.crawl(watch) == [("failing", "resolved")]
        assert runner.rows("SELECT state, ended_at IS NULL FROM event") == [("open", 0), ("resolved", 1)]


async def test_an_event_that_is_never_accepted_is_given_up(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", status=500)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        held = Watching(runner, AlarmSettings(webhook=web.url("chat.test", "/none"), client=web.settings()))
        failed_before(runner, 9, 99)
        await held.crawl(watch := held.watch())
        for hours in (0, 71, 73, 99):
            held.ahead = timedelta(hours=hours)
            await watch.send()
        assert len(web.requests_to("/none")) == 3
        assert re.match(
            r"event 1 was not sent and is given up: chat.test:\d+ answered 404", held.messages[-1]
        )
        assert runner.rows("SELECT attempts, done_at IS NULL FROM outbox") == [(3, 0)]


async def test_a_locked_file_does_not_block_the_event_loop(tmp_path: Path, web: Web) -> None:
    """SQLite waits up to 30 s for a lock. The alarms read the file in threads meanwhile."""
    locked = tmp_path / "locked.db"
    prepare(locked)
    async with open_runner(tmp_path, web) as runner:
        hook = AlarmSettings(webhook=web.url("chat.test", "/hook"))
        watch = Watch(
            locked, runner.writer, hook, now=utc_now, on_event=lambda event: None, on_message=lambda message: None
        )  # fmt: skip
        with closing(sqlite3.connect(locked, isolation_level=None)) as conn:
            conn.execute("PRAGMA journal_mode = DELETE")  # without a WAL a writer locks readers out, too
            conn.execute("BEGIN EXCLUSIVE")
            tasks = [asyncio.create_task(watch.send()), asyncio.create_task(watch.check(everything=True))]
            done, _ = await asyncio.wait(tasks, timeout=0.5)
            assert (
                not done
            )  # a loop that was blocked goes on when SQLite has given up: both have failed by then
            conn.execute("ROLLBACK")
        assert await asyncio.gather(*tasks) == [0, []]


async def test_alarms_are_logged(tmp_path: Path, web: Web, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "newsdesk.scheduler.alarms")
    web.serve("/feed.xml", status=500)
    web.serve("/hook/t0psecret", status=503)
    web.then("/hook/t0psecret", status=204)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", f"/feed.xml?token={TOKEN}")
        failed_before(runner, 9, 99)
        hook = AlarmSettings(webhook=web.url("chat.test", f"/hook/{TOKEN}"), client=web.settings())
        held = Watching(runner, hook)
        await held.crawl(watch := held.watch())
        for minutes in (0, 2):
            held.ahead = timedelta(minutes=minutes)
            await watch.send()
        web.serve("/feed.xml", rss(*many(2)))
        await held.crawl(watch)
    text = caplog.text
    for line in (
        "alarm open: failing of",
        "event 1 not sent, next attempt at",
        "event 1 sent",
        "alarm resolved",
    ):
        assert line in text
    assert TOKEN not in text


HOSTILE: list[tuple[str, dict[str, object], str]] = [
    ("hangs", {"hang": True}, r"no response from chat\.test:\d+ within 0\.3 s"),
    ("breaks off", {"reset": True}, r"chat\.test:\d+ closed the connection"),
    ("garbage", {"raw": b"\x00\xff" * 500}, "chat.test"),
    ("endless header", {"raw": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000}, "chat.test"),
    ("redirect", {"status": 302, "headers": {"Location": "http://10.0.0.1/"}}, "redirects are not foll"),
    ("control characters", {"raw": b"HTTP/1.1 500 \x1b[31m\xe2\x80\xae\r\n\r\n"}, r"chat\.test:\d+ answered 500 \[31m"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("response", "message"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE]
)
async def test_a_hostile_receiver_costs_one_attempt(
    web: Web, response: dict[str, object], message: str
) -> None:
    web.serve("/hook", **response)
    async with web.client() as client:
        posted = await client.post(
            web.url("chat.test", "/hook"), b"{}", content_type="text/plain", seconds=0.3
        )
    assert not posted.accepted
    assert re.search(message, posted.message)
    assert posted.message.isprintable()
    assert len(web.log) == 1


@pytest.mark.parametrize(
    "address",
    ["http://10.0.0.1/", "http://127.0.0.1:9/", "http://169.254.169.254/", "ftp://chat.test/", "x", ""],
)
async def test_nothing_is_sent_to_a_private_address(web: Web, address: str) -> None:
    async with web.client() as client:
        posted = await client.post(address, b"{}", content_type="text/plain", seconds=5)
    assert (posted.status, posted.accepted) == (0, False)


async def test_the_same_change_of_two_processes_is_kept_once(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        both = [
            Change(kind="gap", state=state, message="w", source_id=one, host=host)
            for state in ("open", "resolved")
            for one, host in ((source, None), (None, "daily.test"), (None, None))
        ]

        def keep(changes: list[Change]) -> list[Event]:
            return runner.writer.do(lambda db: keep_changes(db, changes, targets=("webhook",), now=utc_now()))

        assert [len(keep(changes)) for changes in (both[:3], both[:3], both[3:], both[3:], both[:3])] == [
            3, 0, 3, 0, 3
        ]  # fmt: skip
        assert runner.rows("SELECT count(*) FROM outbox") == [9]
        assert len(runner.writer.do(open_alarms)) == 3


async def test_while_the_receiver_is_down_only_the_oldest_event_is_sent(tmp_path: Path, web: Web) -> None:
    web.serve("/hook", status=503)
    web.then("/hook", status=200)
    async with open_runner(tmp_path, web) as runner:
        held = Watching(runner, AlarmSettings(webhook=web.url("chat.test", "/hook"), client=web.settings()))
        changes = [Change(kind="gap", state="open", message="w", host=f"{name}.test") for name in "abc"]
        runner.writer.do(lambda db: keep_changes(db, changes, targets=("webhook",), now=utc_now()))
        hosts = []
        for _ in range(2):
            await held.watch().send()
            hosts.append([json.loads(request.body)["host"] for request in web.log])
            held.ahead += timedelta(minutes=2)
        assert hosts == [["a.test"], ["a.test", "a.test", "b.test", "c.test"]]


async def test_a_story_whose_page_is_due_does_not_lack_its_text(tmp_path: Path, web: Web) -> None:
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
            found.append(runner.writer.do(lambda db: shares(db, source))["no-texts"].with_field)
        assert found == [1, 0]


async def test_missing_bylines_are_reported_and_resolved(tmp_path: Path, web: Web) -> None:
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
        assert ("no-bylines", "open") in seen[1]
        assert ("no-bylines", "resolved") in seen[2]
        assert ("gap", "open") in seen[1]  # no entry of the first document is left in the second
        assert runner.writer.do(lambda db: shares(db, 1))["no-titles"].with_field == 20


async def test_the_event_feed_is_valid_and_has_no_secrets(tmp_path: Path, web: Web) -> None:
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
    assert theirs.entries[0].updated == to_iso(events[0].created_at)
    assert article.guid == theirs.entries[0].id
    assert TOKEN not in body.decode()
    empty = events_feed([], now=utc_now())
    assert read_feed(empty, address="http://localhost/").articles == ()
    assert not feedparser.parse(empty).bozo


async def test_the_service_checks_regularly_and_sends(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", status=500)
    web.serve("/hook", status=200)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", every_s=1)
        failed_before(runner, 9, 99)
        events: list[Event] = []
        settings = ServiceSettings(
            runner=runner.settings,
            clock=ClockSettings(tick_s=0.1, heartbeat_s=0.05, plan_s=0.2),
            alarms=AlarmSettings(webhook=web.url("chat.test", "/hook"), client=web.settings()),
        )
        service = Service(runner.path, settings, version="0", on_event=events.append)
        running = asyncio.create_task(service.run())
        async with asyncio.timeout(15):
            while len(web.requests_to("/hook")) < 1:  # noqa: ASYNC110 - polls the web
                await asyncio.sleep(0.02)
            web.serve("/feed.xml", rss(*many(2)))
            runner.writer.do(
                lambda db: db.conn.execute("UPDATE source SET next_visit_at = ?", (to_iso(utc_now()),))
            )
            while len(web.requests_to("/hook")) < 2:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.02)
        service.stop()
        await running
    assert [event.state for event in events] == ["open", "resolved"]
    assert [json.loads(request.body)["state"] for request in web.requests_to("/hook")] == ["open", "resolved"]


async def test_the_service_sends_again_between_its_checks(tmp_path: Path, web: Web) -> None:
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
            runner=runner.settings, clock=ClockSettings(tick_s=0.05, heartbeat_s=0.05), alarms=hook
        )
        service = Service(runner.path, settings, version="0", now=held.now)
        running = asyncio.create_task(service.run())
        async with asyncio.timeout(15):
            while not web.requests_to("/hook"):  # noqa: ASYNC110 - polls the web
                await asyncio.sleep(0.02)
            for _ in range(2):  # a minute passes, in steps that are no clock change
                held.ahead += timedelta(seconds=40)
                after = utc_now() + held.ahead - timedelta(seconds=30)
                while (beat := service.health().heartbeat_at) is None or beat < after:  # noqa: ASYNC110 - the same
                    await asyncio.sleep(0.02)
            while len(web.requests_to("/hook")) < 2:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.02)
        service.stop()
        await running


def test_an_alarm_is_in_the_log_the_list_the_web_and_the_metrics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web_in_thread() as web:
        web.serve("/feed.xml", rss(*many(2)))
        hook = f'[alarms]\nwebhook = "{web.url("chat.test", "/hook/" + TOKEN)}"\n'
        shell = Shell(tmp_path, web, config=f'{hook}[serve]\ntick_s = 0.1\nlisten = "127.0.0.1:0"\n')
        shell.run("add", web.url("daily.test", f"/feed.xml?token={TOKEN}"))
        monkeypatch.chdir(tmp_path)
        assert "no alarms yet" in _output("events")
        web.serve("/feed.xml", status=500)
        with closing(sqlite3.connect(shell.db)) as conn, conn:
            conn.execute("UPDATE source SET failures = 4, failing_since = '2026-01-01T00:00:00.000Z'")
        lines = [json.loads(line) for line in shell.run("crawl", "--log", "json", code=1).splitlines()]
        assert [line["event"] for line in lines] == ["visit", "alarm", "note", "run"]
        assert (lines[1]["kind"], lines[1]["state"], lines[1]["source"]) == ("failing", "open", 1)
        assert lines[2]["run"] == lines[3]["run"]
        [event] = json.loads(_output("events", "--open", "--json"))
        assert (event["kind"], event["source_id"], event["detail"]["failures"]) == ("failing", 1, 5)
        assert "5 failures in a row" in _output("events", "1")
        started = shell.start("serve")
        wait_until(lambda: shell.rows("SELECT listen FROM service"), what="the service")
        own = f"http://{shell.rows('SELECT listen FROM service')[0]}"
        feed = _get(f"{own}/events.atom")
        assert feedparser.parse(feed).feed.links[0].href == f"{own}/events.atom"
        assert 'newsdesk_alarms_open{kind="failing"} 1.0' in _get(f"{own}/metrics")
        started.terminate()
        out, err = started.communicate(timeout=PATIENCE_S)
        shown = [
            _output("config"),
            _output("config", "--json"),
            _output("events", "--feed"),
            feed,
            out,
            err,
        ]
        assert TOKEN not in "".join(shown) + json.dumps(lines)
        assert shell.rows("SELECT attempts FROM outbox") == [1]


def _output(*arguments: str) -> str:
    """The output of a command, run inside this process."""
    return CliRunner().invoke(newsdesk, list(arguments), catch_exceptions=False).output


def _get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:
        body: bytes = answer.read()
    return body.decode()
