"""The service: due visits, clock changes, signals, one service a file, its web."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import socket
import sqlite3
import threading
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from newsdesk.scheduler.service.clock import clock_jump
from newsdesk.scheduler.service.service import Service
from newsdesk.scheduler.service.single_service import AlreadyServedError
from newsdesk.scheduler.settings import ClockSettings, ServiceSettings
from newsdesk.storage.db.service import Heartbeat, spread_overdue
from newsdesk.storage.db.timestamps import from_iso, to_iso
from tests.support.feeds import many, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.shell import PATIENCE_S, Shell, wait_until
from tests.support.web import Web, web_in_thread

QUICK = ClockSettings(tick_s=0.1, heartbeat_s=0.05)
T = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def beat(at: datetime, boot_id: str | None, uptime_s: float) -> Heartbeat:
    return Heartbeat(at=at, boot_id=boot_id, uptime_s=uptime_s)


BEATS: list[tuple[str, Heartbeat, Heartbeat, timedelta]] = [
    ("normal", beat(T, "b", 5), beat(T + timedelta(seconds=15), "b", 20),
     timedelta(0)),
    ("a late tick", beat(T, "b", 5), beat(T + timedelta(hours=3), "b", 10805),
     timedelta(0)),
    ("a small correction", beat(T, "b", 5),
     beat(T + timedelta(seconds=60), "b", 20), timedelta(0)),
    ("back", beat(T, "b", 5), beat(T - DAY + timedelta(seconds=15), "b", 20), -DAY),
    ("forward", beat(T, "b", 5), beat(T + 400 * DAY, "b", 5), 400 * DAY),
    ("a reboot", beat(T, "b", 5), beat(T + DAY, "c", 20),
     timedelta(0)),
    ("back, across a reboot", beat(T, "b", 5), beat(T - DAY, "c", 20), -DAY),
    ("no boot id", beat(T, None, 5), beat(T + DAY, None, 20),
     timedelta(0)),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "by"), [row[1:] for row in BEATS], ids=[row[0] for row in BEATS])
def test_a_clock_change_is_measured_by_the_uptime(before: Heartbeat, after: Heartbeat, by: timedelta) -> None:
    assert clock_jump(before, after) == by


@dataclass
class Serving:
    """A service in this loop, with a clock that a test sets by `ahead`."""

    runner: TestRunner
    messages: list[str] = field(default_factory=list)
    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return utc_now() + self.ahead

    def service(self, **fields: object) -> Service:
        settings = replace(ServiceSettings(runner=self.runner.settings, clock=QUICK), **fields)  # type: ignore[arg-type]
        return Service(
            self.runner.path, settings, version="0", now=self.now, on_visit=self.runner.visits.append,
            on_message=self.messages.append,
        )  # fmt: skip

    async def until(self, condition: object, *, seconds: float = 10.0) -> None:
        assert callable(condition)
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - polls the file
                await asyncio.sleep(0.02)


@asynccontextmanager
async def serving(folder: Path, web: Web, **fields: object) -> AsyncIterator[tuple[Serving, Service]]:
    async with open_runner(folder, web) as runner:
        held = Serving(runner=runner)
        service = held.service(**fields)
        running = asyncio.create_task(service.run())
        await asyncio.sleep(0)
        try:
            yield held, service
        finally:
            service.stop()
            await running


async def test_due_sources_are_visited_during_a_run(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*many(2)))
    async with serving(tmp_path, web) as (held, service):
        await held.until(lambda: service.health().ready)
        held.runner.add("daily.test", every_s=1)
        await held.until(lambda: held.runner.rows("SELECT count(*) FROM story") == [2])
        web.serve("/feed.xml", rss(*many(3)))
        await held.until(lambda: held.runner.rows("SELECT count(*) FROM story") == [3])
    assert held.runner.rows("SELECT kind, ended_by FROM run") == [("serve", "stopped")]


async def test_a_run_without_visits_is_not_kept_and_the_next_one_follows(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*many(1)))
    async with serving(tmp_path, web, session_s=0.2) as (held, _):
        await asyncio.sleep(0.6)
        assert held.runner.rows("SELECT count(*) FROM run WHERE ended_at IS NOT NULL") == [0]
        held.runner.add("daily.test")
        await held.until(lambda: held.runner.rows("SELECT count(*) FROM story") == [1])


@pytest.mark.parametrize("jumps", [[-DAY], [400 * DAY], [-400 * DAY], [400 * DAY, -400 * DAY]], ids=str)
async def test_a_clock_change_causes_no_stall_no_burst_and_no_stolen_lease(
    tmp_path: Path, web: Web, jumps: list[timedelta]
) -> None:
    for number in range(5):
        web.serve("/feed.xml", rss(*many(2, site=f"s{number}.test")), host=f"s{number}.test")
    async with serving(tmp_path, web) as (held, _):
        for number in range(5):
            held.runner.add(f"s{number}.test", every_s=1 if number == 0 else 3000)
        foreign = held.runner.add("leased.test")
        held.runner.writer.do(lambda db: _lease(db, "leased.test", utc_now() + timedelta(minutes=2)))
        await held.until(lambda: held.runner.rows("SELECT count(*) FROM story") == [10])
        for jump in jumps:
            before = len(web.log)
            held.ahead += jump
            held.messages.clear()
            await held.until(lambda: any("the clock was set" in message for message in held.messages))
            await held.until(
                lambda before=before: len(web.log) > before
            )  # visits of the frequent source go on
            await asyncio.sleep(0.3)
            assert {request.host for request in web.log[before:]} == {"s0.test"}  # and of no other
            lease, at = held.runner.rows(
                "SELECT lease_until, (SELECT next_visit_at FROM source WHERE id = 2) FROM host"
                " WHERE lease_owner IS NOT NULL AND host LIKE 'leased.test%'"
            )[0]
            assert timedelta(0) < from_iso(lease) - held.now() < timedelta(minutes=3)
            assert timedelta(0) < from_iso(at) - held.now() < timedelta(seconds=3001)
        assert held.runner.rows("SELECT last_visit_at FROM source WHERE id = ?", foreign) == [None]
        assert held.runner.rows("SELECT count(*) FROM story") == [10]
        assert held.runner.rows("SELECT count(*) FROM story WHERE published IS NULL") == [0]


async def test_the_service_logs_start_reload_clock_change_and_end(
    tmp_path: Path, web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "newsdesk.scheduler")
    async with serving(tmp_path, web) as (held, service):
        await held.until(lambda: service.health().ready)
        service.reload(ServiceSettings(runner=held.runner.settings, clock=QUICK))
        held.ahead += DAY
        await held.until(lambda: held.messages)
    messages = [record.getMessage() for record in caplog.records if "service.service" in record.name]
    assert messages[0].startswith("service started: version 0")
    assert "settings reloaded" in messages
    assert any(message.startswith("the clock was set forward by") for message in messages)
    assert messages[-2:] == ["service stops", "service ended"]


def _lease(db: Database, host: str, until: datetime) -> None:
    db.conn.execute(
        "UPDATE host SET lease_owner = 'elsewhere:1:2', lease_until = ? WHERE host LIKE ? || '%'",
        (to_iso(until), host),
    )


async def test_visits_planned_before_there_was_a_threshold_are_brought_forward(
    tmp_path: Path, web: Web
) -> None:
    slow = [replace(item, date=f"{utc_now() - (n + 1) * DAY / 2:%a, %d %b %Y %H:%M:%S} GMT")
            for n, item in enumerate(many(12))]  # fmt: skip
    web.serve("/feed.xml", rss(*slow))
    async with open_runner(tmp_path, web, every_s=None, visits_a_day=288.0) as runner:
        source = runner.add("daily.test")
        await runner.crawl()
        waits = "SELECT next_visit_at FROM source WHERE id = ?"
        assert from_iso(runner.rows(waits, source)[0]) - utc_now() > timedelta(minutes=20)
        service = Serving(runner=runner).service(clock=replace(QUICK, plan_s=0.2))
        running = asyncio.create_task(service.run())
        await Serving(runner=runner).until(
            lambda: from_iso(runner.rows(waits, source)[0]) - utc_now() < timedelta(minutes=6)
        )
        service.stop()
        await running
        assert "brought forward" in runner.rows("SELECT next_visit_why FROM source")[0]


async def test_overdue_sources_are_spread_when_the_service_was_away(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        for number in range(20):
            source = runner.add(f"s{number}.test")
            late = utc_now() - timedelta(hours=number + 1)
            runner.writer.do(
                lambda db, source=source, late=late: db.conn.execute(
                    "UPDATE source SET next_visit_at = ?, last_visit_at = ? WHERE id = ?",
                    (to_iso(late), to_iso(late - timedelta(hours=1)), source),
                )
            )
        waiting = runner.add("waits.test")
        runner.writer.do(
            lambda db: db.conn.execute(
                "UPDATE source SET next_visit_at = ? WHERE id = ?", (to_iso(T + 99 * DAY), waiting)
            )
        )
        now = utc_now()
        over = timedelta(minutes=10)
        assert runner.writer.do(lambda db: spread_overdue(db, now=now, over=over, delay_s=1.0)) == 20
        due = [from_iso(at) - now for at in runner.rows("SELECT next_visit_at FROM source ORDER BY id")]
        assert all(timedelta(seconds=-1) <= wait <= over for wait in due[:20])
        assert len({round(wait.total_seconds()) for wait in due[:20]}) == 20  # no two at once
        assert due[19] < due[0]  # the one that is overdue most comes first
        assert due[20] > DAY


async def test_a_second_service_is_refused_and_the_first_one_named(tmp_path: Path, web: Web) -> None:
    async with serving(tmp_path, web) as (held, service):
        await held.until(lambda: service.health().ready)
        with pytest.raises(
            AlreadyServedError, match=rf"process {os.getpid()} on {socket.gethostname()}, for 0"
        ):
            await held.service().run()
    await asyncio.wait_for(_briefly(held.service()), 5)  # the first has left


async def _briefly(service: Service) -> None:
    running = asyncio.create_task(service.run())
    while not service.health().ready:  # noqa: ASYNC110 - health is before, as by others
        await asyncio.sleep(0.02)
    service.stop()
    await running


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Shell, Web]]:
    with web_in_thread() as web:
        web.serve("/feed.xml", rss(*many(3)))
        yield (
            Shell(
                tmp_path,
                web,
                config='[serve]\ntick_s = 0.1\nlisten = "127.0.0.1:0"\n[schedule]\nevery = "1s"\n',
            ),
            web,
        )


def _listening(shell: Shell) -> str:
    def addresses() -> list[str]:
        return shell.rows("SELECT listen FROM service WHERE ended_at IS NULL") if shell.db.exists() else []

    wait_until(lambda: _quietly(addresses), what="the service")
    return f"http://{_quietly(addresses)[0]}"


def _quietly(query: object) -> list[str]:
    assert callable(query)
    try:
        return list(query())
    except Exception:  # not made yet
        return []


def _get(address: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(
            urllib.request.Request(address, headers=headers), timeout=PATIENCE_S
        ) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_health_metrics_and_an_orderly_end(shop: tuple[Shell, Web]) -> None:
    shell, web = shop
    shell.run("add", web.url("daily.test", "/feed.xml"))
    started = shell.start("serve", "--log", "json")
    own = _listening(shell)
    wait_until(lambda: shell.rows("SELECT count(*) FROM story") == [3], what="stories")
    assert _get(f"{own}/health/live") == (200, "alive\n")
    status, ready = _get(f"{own}/health/ready")
    assert (status, json.loads(ready)["ready"]) == (200, True)
    assert json.loads(_get(f"{own}/health")[1])["ready"] is True
    status, contents = _get(f"{own}/")
    assert status == 200 and all(
        _get(f"{own}{path}")[0] == 200 for path in re.findall(r"^/\S+", contents, flags=re.MULTILINE)
    )
    assert _get(f"{own}/metrics", Host="evil.example")[0] == 400
    wait_until(lambda: 'newsdesk_visits_total{kind="feed",outcome="read"} 1.0' in _get(f"{own}/metrics")[1])
    metrics = _get(f"{own}/metrics")[1]
    assert 'newsdesk_stories_total{verdict="new"} 3.0' in metrics
    assert re.search(r"newsdesk_stored_stories 3\.0\nn?", metrics)
    signalled = threading.Event()
    second = shell.run("serve", code=2)
    assert f"process {started.pid} on" in second
    web.serve("/feed.xml", rss(*many(4)), until=signalled)  # in progress at the signal
    before = len(web.log)
    wait_until(lambda: len(web.log) > before)
    started.send_signal(signal.SIGTERM)
    signalled.set()
    out, _ = started.communicate(timeout=PATIENCE_S)
    assert started.returncode == 0
    assert shell.rows("SELECT count(*) FROM story") == [4]
    assert all(json.loads(line) for line in out.splitlines())
    assert shell.rows("SELECT count(*) FROM host WHERE lease_owner IS NOT NULL") == [0]


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "127.0.0.2:0", "0.0.0.0:0", "[::1]:0"])
def test_the_printed_address_answers(shop: tuple[Shell, Web], listen: str) -> None:
    if "::" in listen and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    shell, _ = shop
    started = shell.start("serve", "--listen", listen)
    own = _listening(shell)
    wait_until(lambda: _get(f"{own}/health")[0] == 200, what="the service to be ready")
    assert _get(f"{own}/")[0] == 200
    started.send_signal(signal.SIGTERM)
    _, err = started.communicate(timeout=60)
    assert f"health and metrics on {own}/" in err


def test_every_line_of_the_service_has_its_time(shop: tuple[Shell, Web]) -> None:
    shell, web = shop
    shell.run("add", web.url("daily.test", "/feed.xml"))
    shell.run("add", "--force", web.url("gone.test", "/nothing"), web.url("daily.test", "/none"))
    started = shell.start("serve", "--verbose")
    _listening(shell)
    wait_until(
        lambda: shell.rows("SELECT count(*) FROM visit WHERE outcome <> 'read'")[0] > 1, what="failures"
    )
    wait_until(lambda: shell.rows("SELECT count(*) FROM story") == [3], what="stories")
    started.send_signal(signal.SIGTERM)
    out, err = started.communicate(timeout=60)
    lines = (out + err).splitlines()
    assert any(" failed " in line for line in lines) and any(" read " in line for line in lines)
    assert [line for line in lines if not re.match(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ", line)] == []


def test_settings_are_reloaded_and_a_killed_service_is_replaced_at_once(shop: tuple[Shell, Web]) -> None:
    shell, web = shop
    shell.run("add", web.url("daily.test", "/feed.xml"))
    started = shell.start("serve")
    _listening(shell)
    wait_until(lambda: shell.rows("SELECT count(*) FROM story") == [3])
    settings = shell.folder / "newsdesk.toml"
    settings.write_text(
        settings.read_text().replace("[network]", '[network]\ncontact = "desk@paper.example"')
    )
    started.send_signal(signal.SIGHUP)
    wait_until(lambda: "desk@paper.example" in web.log[-1].headers["user-agent"], what="the new settings")
    settings.write_text(settings.read_text().replace("[network]", "[netwrok]"))
    started.send_signal(signal.SIGHUP)
    before = len(web.log)
    wait_until(lambda: len(web.log) > before + 1, what="the service to go on")
    settings.write_text(settings.read_text().replace("[netwrok]", "[network]"))
    started.kill()
    started.communicate(timeout=PATIENCE_S)
    web.serve("/feed.xml", rss(*many(5)))
    again = shell.start("serve", "--no-web")
    wait_until(lambda: shell.rows("SELECT count(*) FROM story") == [5], what="the next service")
    again.send_signal(signal.SIGTERM)
    _, err = again.communicate(timeout=PATIENCE_S)
    assert again.returncode == 0, err
    assert shell.rows("SELECT count(*), count(DISTINCT url) FROM story") == [(5, 5)]
    assert f":{again.pid}:" in shell.rows("SELECT owner FROM service")[0]


def test_systemd_is_notified_of_ready_watchdog_and_stopping(shop: tuple[Shell, Web]) -> None:
    shell, _ = shop
    where = shell.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(where))
        supervisor.settimeout(PATIENCE_S)
        shell.environment["NOTIFY_SOCKET"] = str(where)
        started = shell.start("serve", "--no-web")
        assert [supervisor.recv(100) for _ in range(2)] == [b"READY=1", b"WATCHDOG=1"]
        with closing(sqlite3.connect(shell.db)) as other:  # the watchdog goes on while the file is locked
            other.execute("BEGIN IMMEDIATE")
            assert supervisor.recv(100) == b"WATCHDOG=1"
        started.send_signal(signal.SIGTERM)
        received = supervisor.recv(100)
        while received == b"WATCHDOG=1":
            received = supervisor.recv(100)
        assert received == b"STOPPING=1"
        started.communicate(timeout=PATIENCE_S)
        assert started.returncode == 0
