"""The runner: outcomes in the source's row, leases, stopping; several processes on one store."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlite_utils import Database

from newsdesk.scheduler.run.owners import owner_is_alive, owner_name
from newsdesk.scheduler.run.runner import Runner
from newsdesk.scheduler.run.summary import KeptVisit
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.errors import StoreError, file_error
from newsdesk.storage.db.timestamps import from_iso, to_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted, claim, release, release_dead_leases, renew
from newsdesk.storage.log_context import log_context, log_fields
from newsdesk.storage.records.rate_limits import RateLimits
from newsdesk.storage.records.visits import Limits
from newsdesk.storage.sources.sources import NewSource, add_source
from tests.support.feeds import many, rss
from tests.support.runner import open_runner, utc_now
from tests.support.shell import PATIENCE_S, ROOT, Shell, group_of, read_until, wait_until
from tests.support.web import Web, web_in_thread

FEED = rss(*many(2))
PAGE = b"<!doctype html><html><head><title>Sorry</title></head><body>Sorry</body></html>"

OUTCOMES: list[tuple[str, dict[str, Any], str, str, int | None, str]] = [
    # what, response, code, category, status, a part of the message
    ("404", {"status": 404}, "not-found", "not-found", 404, "nothing is at this address"),
    ("410", {"status": 410}, "gone", "gone", 410, "removed for good"),
    ("403", {"status": 403}, "forbidden", "forbidden", 403, "access is denied"),
    ("429", {"status": 429}, "rate-limited", "rate-limited", 429, "too many requests"),
    ("500", {"status": 500}, "server-error", "temporary", 500, "the server has an error"),
    ("503", {"status": 503}, "server-error", "temporary", 503, "answered 503"),
    ("time-out", {"hang": True}, "timeout", "temporary", None, "within 1.5 s"),
    ("drip", {"body": FEED, "drip_s": 0.3}, "timeout", "temporary", None, "within 1.5 s"),
    ("connection-reset", {"reset": True}, "connection-reset", "temporary", None, "bad.test"),
    ("a web page", {"body": PAGE, "type": "text/html"}, "not-a-feed", "unreadable", 200, "web page"),
    ("a picture", {"body": b"\x89PNG\r\n\x1a\n" + bytes(99)}, "not-a-feed", "unreadable", 200, "neither XML"),
    ("empty", {"body": b""}, "empty", "temporary", 200, "empty document"),
    ("too large", {"body": b"x" * 400_000}, "too-large", "unreadable", 200, "larger than 300000 bytes"),
    ("a decompression bomb", {"body": b"x" * 9_000_000, "coding": "gzip"}, "too-large", "unreadable", 200, "larger"),
    ("not-allowed", {"status": 302, "headers": {"Location": "http://127.0.0.9:9/"}},
     "not-allowed", "not-allowed", None, "not on the public internet"),
    ("a file", {"status": 302, "headers": {"Location": "file:///etc/passwd"}},
     "not-allowed", "not-allowed", None, "file"),
]  # fmt: skip


@pytest.mark.parametrize("case", OUTCOMES, ids=[case[0] for case in OUTCOMES])
async def test_a_failure_is_kept_in_its_sources_row_and_stops_no_other_visit(
    tmp_path: Path, web: Web, case: tuple[str, dict[str, Any], str, str, int | None, str]
) -> None:
    _, response, code, category, status, message = case
    web.serve("/feed.xml", FEED)
    web.serve("/feed.xml", host="bad.test", **dict(response))
    async with open_runner(tmp_path, web, limits=Limits(visit_s=1.5, body_bytes=300_000)) as runner:
        bad = runner.add("bad.test")
        runner.add("daily.test")
        summary = await runner.crawl()
        assert (summary.visits, summary.failed, summary.counts.new) == (2, 1, 2)
        assert summary.left is not None and summary.left.leased == 0
        columns = (
            "outcome, outcome_category, outcome_status, failures, outcome_message, outcome_at, last_ok_at"
        )
        [row] = runner.rows(f"SELECT {columns} FROM source WHERE id = ?", bad)
        if case[0] == "a file":
            assert row[1] == "not-allowed"
        else:
            assert row[:4] == (code, category, status, 1)
        assert message in row[4]
        assert row[5] is not None and row[6] is None
        assert runner.rows("SELECT outcome, outcome_category FROM visit WHERE source_id = ?", bad) == [
            row[:2]
        ]
        assert runner.rows("SELECT count(*) FROM host WHERE lease_until IS NOT NULL") == [0]


async def test_no_such_host(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    web.serve("/feed.xml", FEED)
    async with open_runner(tmp_path, web) as runner:
        runner.add("nobody.example")
        runner.add("daily.test")
        summary = await runner.crawl()
        assert (summary.failed, summary.counts.new) == (1, 2)
        assert runner.rows("SELECT outcome, outcome_category FROM source WHERE id = 1") == [
            ("no-such-host", "not-found")
        ]


async def test_retry_after_blocks_the_whole_host(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", FEED)
    web.serve("/a.xml", status=429, headers={"Retry-After": "7200"}, host="busy.test")
    async with open_runner(tmp_path, web, every_s=600) as runner:
        first = runner.add("busy.test", "/a.xml")
        others = [runner.add("busy.test", f"/{name}.xml") for name in "bcd"]
        runner.add("daily.test")
        summary = await runner.crawl()
        assert (summary.visits, summary.failed, summary.counts.new) == (2, 1, 2)
        assert [request.path for request in web.log if request.host == "busy.test"] == ["/a.xml"]
        assert summary.left is not None and summary.left.blocked == len(others)
        [(next_at, why)] = runner.rows("SELECT next_visit_at, next_visit_why FROM source WHERE id = ?", first)
        assert timedelta(seconds=7100) < from_iso(next_at) - utc_now() < timedelta(seconds=7201)
        assert why.startswith("busy.test") and "asked us to wait" in why
        assert runner.rows("SELECT count(*) FROM source WHERE last_visit_at IS NULL") == [len(others)]

        summary = await runner.crawl()  # a new run knows only what is in the file
        assert summary.visits == 1 and len([one for one in web.log if one.host == "busy.test"]) == 1

        runner.writer.do(
            lambda db: db.conn.execute("UPDATE host SET blocked_until = ?", (to_iso(utc_now()),))
        )
        web.serve("/a.xml", FEED, host="busy.test")
        for name in "bcd":
            web.serve(f"/{name}.xml", FEED, host="busy.test")
        assert (await runner.crawl(due=False)).visits == 5


async def test_a_redirect_into_a_blocked_host_waits_for_it(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", status=503, headers={"Retry-After": "7200"}, host="busy.test")
    web.redirect("/feed.xml", web.url("busy.test", "/feed.xml"), host="old.test")
    async with open_runner(tmp_path, web) as runner:
        old = runner.add("old.test")
        await runner.crawl()
        [(why, moved)] = runner.rows("SELECT next_visit_why, moved_to FROM source WHERE id = ?", old)
        assert why.startswith("busy.test") and "asked us to wait" in why
        assert moved is not None


async def test_a_redirect_into_a_blocked_host_is_not_followed_by_the_next_run(
    tmp_path: Path, web: Web
) -> None:
    web.serve("/feed.xml", status=503, headers={"Retry-After": "7200"}, host="busy.test")
    web.redirect("/feed.xml", web.url("busy.test", "/feed.xml"), host="old.test")
    async with open_runner(tmp_path, web) as runner:
        runner.add("old.test")
        await runner.crawl()
        await runner.crawl()
        assert len([one for one in web.log if one.host == "busy.test"]) == 1


async def test_backoff_doubles_and_ends_with_the_next_success(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", status=500)
    async with open_runner(tmp_path, web, every_s=600) as runner:
        source = runner.add("daily.test")

        async def waits() -> int:
            await runner.crawl()
            [(visited, next_visit)] = runner.rows("SELECT outcome_at, next_visit_at FROM source")
            return round((from_iso(next_visit) - from_iso(visited)).total_seconds())

        first, *others = [await waits() for _ in range(4)]
        assert 60 <= first <= 180
        for doubled, wait in zip((1200, 2400, 4800), others, strict=True):
            assert 300 <= wait <= doubled  # random, up to twice as long each time
        assert runner.rows("SELECT failures FROM source WHERE id = ?", source) == [4]
        web.serve("/feed.xml", FEED)
        assert await waits() == 600
        assert runner.rows("SELECT failures FROM source WHERE id = ?", source) == [0]
        assert (await runner.crawl(due=True)).visits == 0  # not due yet


@pytest.mark.parametrize(("state", "by_name"), [("paused", 1), ("retired", 0)])
async def test_a_paused_source_is_visited_by_name_only_and_a_retired_one_never(
    tmp_path: Path, web: Web, state: Any, by_name: int
) -> None:
    web.serve("/feed.xml", FEED)
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test", state=state)
        assert (await runner.crawl()).visits == 0
        assert (await runner.crawl(source, due=True)).visits == 0
        assert (await runner.crawl(source)).visits == by_name


async def test_an_error_while_keeping_affects_its_visit_only(tmp_path: Path, web: Web) -> None:
    """An internal error, made with a trigger; the run goes on."""
    web.serve("/feed.xml", FEED)
    web.serve("/feed.xml", rss(*many(2, site="odd.test")), host="odd.test")
    async with open_runner(tmp_path, web) as runner:
        runner.writer.do(
            lambda db: db.conn.execute(
                "CREATE TRIGGER failing BEFORE INSERT ON story WHEN new.url LIKE '%odd.test%1'"
                " BEGIN SELECT RAISE(ABORT, 'a bug'); END"
            )
        )
        runner.add("odd.test")
        runner.add("daily.test")
        summary = await runner.crawl()
        assert (summary.visits, summary.failed, summary.counts.new) == (2, 1, 2)
        assert runner.rows("SELECT outcome_category, failures FROM source ORDER BY id") == [
            ("internal-error", 1),
            ("ok", 0),
        ]
        [traceback] = runner.rows("SELECT traceback FROM visit WHERE outcome_category = 'internal-error'")
        assert "a bug" in traceback and "keep_visit" in traceback
        runner.writer.do(lambda db: db.conn.execute("DROP TRIGGER failing"))
        assert (await runner.crawl()).counts.new == 2  # no validator or digest was kept


async def test_a_full_disk_ends_the_run_and_leaves_the_file_intact(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*many(300)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        [pages] = runner.rows("PRAGMA page_count")
        runner.writer.do(lambda db: db.conn.execute(f"PRAGMA max_page_count = {pages + 8}").fetchall())
        async with asyncio.timeout(10):
            with pytest.raises(StoreError, match="disk is full") as full:
                await runner.crawl()
        assert "free some space" in (file_error(full.value) or "")
        assert runner.rows("SELECT outcome, failures FROM source") == [(None, 0)]  # the source did not fail
        assert runner.rows("PRAGMA integrity_check") == ["ok"]
        assert runner.rows("SELECT count(*) FROM story") == [0]
        runner.writer.do(lambda db: db.conn.execute("PRAGMA max_page_count = 1000000").fetchall())
        runner.writer.do(lambda db: db.conn.execute("UPDATE host SET lease_until = NULL"))
        assert (await runner.crawl()).counts.new == 300


async def test_an_internal_error_of_a_run_is_its_end(tmp_path: Path, web: Web) -> None:
    """A callback with a bug: many visits end at once, each with the error."""
    web.serve("/feed.xml", FEED)

    def failing(visited: KeptVisit) -> None:
        raise RuntimeError("a bug of a callback")

    lost: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: lost.append(context))
    async with open_runner(tmp_path, web) as runner:
        for number in range(40):
            runner.add(f"host{number}.test")
        running = Runner(runner.writer, runner.settings, on_visit=failing)
        with pytest.raises(RuntimeError, match="a bug of a callback"):
            await running.run(Wanted(requested_at=utc_now()))
        gc.collect()
        assert lost == []
        assert runner.rows("SELECT ended_by FROM run") == [
            "internal error: RuntimeError: a bug of a callback"
        ]
        assert runner.rows("SELECT ended_at FROM run") != [None]
        assert runner.rows("SELECT count(*) FROM host WHERE lease_owner IS NOT NULL") == [0]
        visited = runner.rows("SELECT count(*) FROM visit")[0]
        assert 1 <= visited < 40
        assert (await runner.crawl()).visits == 40


class _Lines(logging.Handler):
    """Collects the log lines of a test with their context."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, str, dict[str, int | str]]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.name.removeprefix("newsdesk."), record.getMessage(), log_fields()))

    def fields_of(self, part: str) -> list[dict[str, int | str]]:
        return [fields for _, message, fields in self.lines if part in message]


@pytest.fixture
def log_lines() -> Iterator[_Lines]:
    logger, handler = logging.getLogger("newsdesk"), _Lines()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(level)


async def test_log_lines_of_a_visit_carry_run_host_and_source(
    tmp_path: Path, web: Web, log_lines: _Lines
) -> None:
    web.serve("/feed.xml", FEED)
    web.serve("/feed.xml", status=500, host="bad.test")
    async with open_runner(tmp_path, web) as runner:
        good, bad = runner.add("daily.test", "/feed.xml?key=s3cret"), runner.add("bad.test")
        summary = await runner.crawl()
    run = {"run": summary.run_id}
    assert log_lines.fields_of("run started") == [run]
    assert log_lines.fields_of("run ended: done; 2 visits, 1 failed") == [run]
    hosts = {good: f"daily.test:{web.port}", bad: f"bad.test:{web.port}"}
    for part in ("visit begins", "visited: ", "kept as visit"):
        found = log_lines.fields_of(part)
        numbers = [fields.pop("visit") for fields in found if part == "visited: "]
        assert sorted(numbers) == ([1, 2] if part == "visited: " else [])
        assert sorted(found, key=lambda fields: int(fields["source"])) == [
            {**run, "host": hosts[source], "source": source} for source in (good, bad)
        ]
    assert len(log_lines.fields_of("host released")) == 2
    of_fetches = [fields for name, _, fields in log_lines.lines if name.startswith("crawler.http")]
    assert all("run" in fields and "source" in fields for fields in of_fetches)
    assert "s3cret" not in str(log_lines.lines)


async def test_log_lines_of_the_writer_carry_run_and_source(
    tmp_path: Path, web: Web, log_lines: _Lines
) -> None:
    async with open_runner(tmp_path, web) as runner:
        with log_context(run=7, source=3):
            await runner.writer.write(
                lambda db: logging.getLogger("newsdesk.storage").info("a line of a job")
            )
    assert log_lines.fields_of("a line of a job") == [{"run": 7, "source": 3}]


async def test_an_internal_error_is_logged_with_its_source(
    tmp_path: Path, web: Web, log_lines: _Lines
) -> None:
    web.serve("/feed.xml", FEED)
    async with open_runner(tmp_path, web) as runner:
        runner.writer.do(
            lambda db: db.conn.execute(
                "CREATE TRIGGER failing BEFORE INSERT ON story BEGIN SELECT RAISE(ABORT, 'a bug'); END"
            )
        )
        source = runner.add("daily.test")
        await runner.crawl()
    [fields] = log_lines.fields_of("internal error: ")
    assert fields["source"] == source


async def test_lost_leases_are_logged(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch, log_lines: _Lines
) -> None:
    monkeypatch.setattr("newsdesk.scheduler.run.leases.RENEW_S", 0.05)
    web.serve("/feed.xml", hang=True)
    async with open_runner(tmp_path, web, stop_s=0.1) as runner:
        runner.add("slow.test")
        running = runner.runner()
        task = asyncio.create_task(running.run(Wanted(requested_at=utc_now())))
        await asyncio.to_thread(wait_until, lambda: web.log)
        assert not log_lines.fields_of("lost to other processes")
        runner.writer.do(lambda db: db.conn.execute("UPDATE host SET lease_owner = 'other:1:1'"))
        await asyncio.to_thread(wait_until, lambda: log_lines.fields_of("1 lease lost to other processes"))
        running.stop()
        await task


async def test_a_cancelled_run_is_stopped_at_once(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", hang=True)
    async with open_runner(tmp_path, web) as runner:
        runner.add("slow.test")
        task = asyncio.create_task(runner.crawl())
        await asyncio.to_thread(wait_until, lambda: web.log)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert runner.rows("SELECT ended_by FROM run") == ["stopped at once"]


async def test_a_lease_is_renewed_while_a_visit_lasts(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsdesk.scheduler.run.leases.RENEW_S", 0.05)
    web.serve("/feed.xml", hang=True)
    async with open_runner(tmp_path, web, lease_s=60.0, stop_s=0.1) as runner:
        runner.add("slow.test")
        runner.settings = replace(runner.settings, limits=Limits(visit_s=60))
        running = runner.runner()
        task = asyncio.create_task(running.run(Wanted(requested_at=utc_now())))
        await asyncio.to_thread(wait_until, lambda: web.log)
        [until] = runner.rows("SELECT lease_until FROM host")
        later = to_iso(from_iso(until) + timedelta(seconds=0.1))  # so the lease is renewed from now
        await asyncio.to_thread(wait_until, lambda: runner.rows("SELECT lease_until FROM host") > [later])
        running.stop()
        await task
        assert runner.rows("SELECT lease_until FROM host") == [None]


async def test_a_clock_that_is_set_back_does_not_make_a_run_endless(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", FEED)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        late = runner.runner()
        late._now = lambda: utc_now() - timedelta(hours=1)
        async with asyncio.timeout(10):
            summary = await late.run(Wanted(requested_at=utc_now()))
        assert summary.visits == 1


async def test_more_sources_of_a_host_than_one_claim_takes(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        for number in range(120):
            web.serve(f"/{number}.xml", FEED if number == 7 else b"", status=200 if number == 7 else 404)
            runner.add("daily.test", f"/{number}.xml")
        summary = await runner.crawl()
        assert (summary.visits, summary.failed, summary.counts.new) == (120, 119, 2)
        assert max(Counter(request.path for request in web.log).values()) == 1


# Leases

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    path = tmp_path / "newsdesk.db"
    prepare(path)

    def add(db: Database) -> None:
        for host in ("a.test", "b.test"):
            for number in range(2):
                new = NewSource(address=f"http://{host}/{number}", host=host, site=host)
                add_source(db, new, now=NOW - timedelta(days=1))

    with Writer(path) as writer:
        writer.do(add)
        yield writer


def take(writer: Writer, owner: str, now: datetime = NOW, **fields: Any) -> list[str]:
    fields = {"hosts": 10, "lease_s": 120, "rate_limits": RateLimits(), "limits": Limits(), **fields}
    return [
        one.host
        for one in writer.do(lambda db: claim(db, Wanted(requested_at=NOW), owner=owner, now=now, **fields))
    ]


def test_a_claimed_host_is_not_claimed_by_another_owner(store: Writer) -> None:
    [first] = store.do(
        lambda db: claim(
            db,
            Wanted(requested_at=NOW),
            owner="me",
            now=NOW,
            hosts=1,
            lease_s=120,
            rate_limits=RateLimits(),
            limits=Limits(),
        )
    )
    assert (first.host, len(first.visits)) == ("a.test", 2)
    assert take(store, "you") == ["b.test"]
    assert take(store, "you") == take(store, "me") == []


def test_a_lease_expires_unless_it_is_renewed(store: Writer) -> None:
    take(store, "me")
    assert take(store, "you", NOW + timedelta(seconds=119)) == []
    store.do(lambda db: renew(db, ["a.test"], owner="me", until=NOW + timedelta(seconds=300)))
    store.do(lambda db: renew(db, ["b.test"], owner="you", until=NOW + timedelta(seconds=300)))  # not theirs
    assert take(store, "you", NOW + timedelta(seconds=121)) == ["b.test"]
    store.do(lambda db: release(db, "b.test", owner="me"))  # no longer the owner: no effect
    assert take(store, "me", NOW + timedelta(seconds=121)) == []
    assert take(store, "me", NOW + timedelta(seconds=301)) == ["a.test", "b.test"]


def test_leases_of_an_ended_process_are_released_with_a_pause(store: Writer) -> None:
    code = "from newsdesk.scheduler.run.owners import owner_name; print(owner_name(), flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout is not None
        owner = other.stdout.readline().strip()
        assert owner_is_alive(owner)
        take(store, owner)
        end = {"alive": owner_is_alive, "now": NOW, "delay_s": 7.0}
        assert store.do(lambda db: release_dead_leases(db, **end)) == 0
        other.kill()
    assert not owner_is_alive(owner)
    assert store.do(lambda db: release_dead_leases(db, **end)) == 1
    claims = store.do(
        lambda db: claim(
            db,
            Wanted(requested_at=NOW),
            owner="me",
            now=NOW,
            hosts=9,
            lease_s=9,
            rate_limits=RateLimits(),
            limits=Limits(),
        )
    )
    assert [one.visits[0].next_request_at for one in claims] == [NOW + timedelta(seconds=7)] * 2


def _began(owner: str, start: str) -> str:
    return f"{owner.rsplit(':', 1)[0]}:{start}"


OWNERS: list[tuple[str, Callable[[str], str], bool]] = [
    ("this process", lambda me: me, True),
    ("another machine's", lambda me: f"elsewhere:{me.split(':', 1)[1]}", True),
    ("a process number used again", lambda me: _began(me, "1.00"), False),
    ("the same by ticks", lambda me: _began(me, f"1@{me.rsplit('@')[-1]}"), False),
    ("the same number and ticks before a reboot", lambda me: me[:-1] + "x", False),
    ("a start as a time of day", lambda me: _began(me, f"{psutil.Process().create_time():.2f}"), True),
    ("a clock put right a little", lambda me: _began(me, f"{psutil.Process().create_time() + 4:.2f}"), True),
    ("another process by its time of day", lambda me: _began(me, f"{time.time() + 60:.2f}"), False),
    ("an unused number", lambda me: f"{me.split(':', maxsplit=1)[0]}:{2**22 + 1}:1.00", False),
    ("no process could have it", lambda me: f"{me.split(':', maxsplit=1)[0]}:{'9' * 30}:1.00", True),
    ("no time", lambda me: _began(me, "soon"), True),
    ("invalid", lambda me: "invalid", True),
    ("no number", lambda me: f"{me.split(':', maxsplit=1)[0]}:x:1.00", True),
]


@pytest.mark.parametrize(("make", "alive"), [row[1:] for row in OWNERS], ids=[row[0] for row in OWNERS])
def test_owners(make: Callable[[str], str], alive: bool) -> None:
    assert owner_is_alive(make(owner_name())) is alive


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have only the time of day")
@pytest.mark.parametrize("step_s", [1, 3600, -3600])
def test_a_clock_change_does_not_end_an_owner(monkeypatch: pytest.MonkeyPatch, step_s: int) -> None:
    """psutil's start is the clock's time at boot and the ticks since: it moves when the clock is set."""
    owner, began = owner_name(), psutil.Process().create_time()
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: began + step_s)
    assert owner_is_alive(owner)
    assert owner_name() == owner
    assert owner.startswith(f"{socket.gethostname()}:{os.getpid()}:")


def test_owners_without_ticks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    linux = owner_name()
    monkeypatch.setattr("newsdesk.scheduler.run.owners._PROC", tmp_path)
    owner = owner_name()
    assert "@" not in owner and owner_is_alive(owner)
    assert not owner_is_alive(_began(owner, "1.00"))
    assert owner_is_alive(linux)  # not known: the lease expires


CLAIMER = """
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.records.rate_limits import RateLimits
from newsdesk.storage.hosts.leases import Wanted, claim
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.visits import Limits, VisitResult
from newsdesk.storage.visits.keep import keep_visit, start_run
owner, wanted = sys.argv[2], Wanted(requested_at=from_iso(sys.argv[3]))
now = lambda: datetime.now(UTC)
spans = []
with Writer(Path(sys.argv[1])) as writer:
    run = writer.do(lambda db: start_run(db, kind="test", owner=owner, requested_at=wanted.requested_at))
    print("ready", flush=True)
    input()
    left = 1
    while left:
        claims = writer.do(lambda db: claim(db, wanted, owner=owner, now=now(), hosts=3, lease_s=3600,
                                            rate_limits=RateLimits(delay_s=0), limits=Limits(), visits=7))
        for one in claims:
            begun, kept = time.monotonic(), []
            for visit in one.visits:
                last = visit is one.visits[-1]
                result = VisitResult(source_id=visit.source_id, host=one.host, started_at=now(),
                                     ended_at=now(),
                                     outcome=Outcome(code="unchanged", category="ok", message=""))
                ended = time.monotonic()
                writer.do(lambda db: keep_visit(db, result, run_id=run, follow=None,
                                                release_owner=owner if last else None))
                kept.append(visit.source_id)
            spans.append((one.host, begun, ended, kept))
        if not claims:
            time.sleep(0.01)
        left = writer.do(lambda db: db.conn.execute(
            "SELECT count(*) FROM source WHERE last_visit_at IS NULL").fetchone()[0])
print(json.dumps(spans))
"""


def test_eight_processes_share_800_sources_of_40_hosts(tmp_path: Path) -> None:
    """Each source once, no host by two at a time."""
    path = tmp_path / "newsdesk.db"
    prepare(path)

    def add(db: Database) -> None:
        for number in range(800):
            host = f"host{number % 40}.test"
            add_source(db, NewSource(address=f"http://{host}/{number}", host=host, site=host), now=NOW)

    with Writer(path) as writer:
        writer.do(add)
    requested_at = to_iso(utc_now())
    started = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMER, str(path), f"owner{number}", requested_at],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(8)
    ]  # fmt: skip
    assert [process.stdout.readline() for process in started if process.stdout] == ["ready\n"] * 8
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    by_owner = [json.loads(process.communicate(timeout=PATIENCE_S)[0]) for process in started]
    spans = [span for spans in by_owner for span in spans]
    visited = [source for *_, kept in spans for source in kept]
    assert sorted(visited) == list(range(1, 801))
    assert sum(bool(spans) for spans in by_owner) >= 2  # they did share
    for host in {span[0] for span in spans}:
        mine = sorted((begun, ended) for name, begun, ended, _ in spans if name == host)
        assert all(ended <= begun for (_, ended), (begun, _) in pairwise(mine)), host
    with reading(path) as db:
        assert db.conn.execute("SELECT count(*) FROM host WHERE lease_owner IS NOT NULL").fetchone() == (0,)


# Whole processes


@pytest.fixture
def threaded_web() -> Any:
    with web_in_thread() as web:
        yield web


def test_two_crawls_at_once_visit_no_source_twice(tmp_path: Path, threaded_web: Web) -> None:
    web = threaded_web
    shell = Shell(tmp_path, web, config="hosts = 2")
    addresses = [web.url(f"host{number % 10}.test", f"/{number}.xml") for number in range(40)]
    for number in range(40):
        web.serve(f"/{number}.xml", rss(*many(2, site=f"s{number}.test")), wait_s=0.1)
    shell.run("add", "--force", *addresses)
    crawls = [shell.start("crawl", "--verbose") for _ in range(2)]
    outputs = [crawl.communicate(timeout=PATIENCE_S) for crawl in crawls]
    assert [crawl.returncode for crawl in crawls] == [0, 0], outputs
    asked = Counter((request.host, request.path) for request in web.log)
    assert len(asked) == 40 and set(asked.values()) == {1}
    assert shell.rows("SELECT count(*) FROM story") == [80]
    assert shell.rows("SELECT count(DISTINCT run_id), count(*) FROM visit") == [(2, 40)]  # both had work


async def test_stop_finishes_present_visits_and_releases_the_rest(tmp_path: Path, web: Web) -> None:
    stopped = threading.Event()
    for name in ("a", "b", "c"):
        web.serve(f"/{name}.xml", rss(*many(2, site=f"{name}.test")), until=stopped)
    async with open_runner(tmp_path, web) as runner:
        for name in ("a", "b", "c"):
            runner.add("slow.test", f"/{name}.xml")
        running = runner.runner()
        task = asyncio.create_task(running.run(Wanted(requested_at=utc_now())))
        await asyncio.to_thread(wait_until, lambda: web.log)
        running.stop()
        stopped.set()
        summary = await task
        assert (summary.stopped, summary.visits, summary.counts.new, summary.left) == (True, 1, 2, None)
        assert runner.rows("SELECT count(*) FROM host WHERE lease_owner IS NOT NULL") == [0]
        assert runner.rows("SELECT ended_by FROM run") == ["stopped"]
        assert (await runner.crawl()).visits == 3


async def test_stop_cancels_visits_that_take_too_long(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", hang=True)
    async with open_runner(tmp_path, web, stop_s=0.3) as runner:
        runner.add("slow.test")
        runner.settings = replace(runner.settings, limits=Limits(visit_s=3600))
        running = runner.runner()
        task = asyncio.create_task(running.run(Wanted(requested_at=utc_now())))
        await asyncio.to_thread(wait_until, lambda: web.log)
        running.stop()
        summary = await task  # it would never end by itself
        assert (summary.visits, summary.stopped) == (0, True)
        assert runner.rows("SELECT count(*) FROM host WHERE lease_owner IS NOT NULL") == [0]
        assert runner.rows("SELECT last_visit_at FROM source") == [None]  # the source did not fail


def test_ctrl_c_finishes_present_visits(tmp_path: Path, threaded_web: Web) -> None:
    web = threaded_web
    shell = Shell(tmp_path, web)
    release = threading.Event()
    for number in range(6):
        web.serve(f"/{number}.xml", rss(*many(2, site=f"s{number}.test")), until=release)
    web.serve("/feed.xml", rss(*many(1)))
    feeds = [web.url(f"host{number % 2}.test", f"/{number}.xml") for number in range(6)]
    shell.run("add", "--force", web.url("daily.test", "/feed.xml"), *feeds)
    crawl = shell.start("crawl")
    wait_until(lambda: len(web.log) == 3 and shell.rows("SELECT count(*) FROM story") == [1])
    os.killpg(crawl.pid, signal.SIGINT)  # as a terminal does: to the whole group
    message = read_until(crawl.stderr, "finishing visits in progress")
    release.set()
    out, err = crawl.communicate(timeout=PATIENCE_S)
    assert crawl.returncode == 130, out + err
    assert "3 visits, 0 failed" in out and "Traceback" not in message + err
    assert shell.rows("SELECT count(*) FROM story") == [5]
    assert shell.rows("SELECT count(*) FROM host WHERE lease_owner IS NOT NULL") == [0]
    wait_until(lambda: not group_of(crawl.pid), what="the readers to end")
    shell.run("crawl")
    assert shell.rows("SELECT count(*) FROM story") == [13]


def test_ctrl_c_does_not_reach_the_worker_processes(tmp_path: Path, threaded_web: Web) -> None:
    """The process that forks the workers imports for most of a second before it handles signals."""
    web = threaded_web
    shell = Shell(tmp_path, web)
    web.serve("/feed.xml", FEED)
    shell.run("add", "--force", web.url("daily.test", "/feed.xml"))
    crawl = shell.start("crawl")
    wait_until(lambda: len(group_of(crawl.pid)) > 1 or crawl.poll() is not None)
    sent = 0
    while crawl.poll() is None:
        for process in group_of(crawl.pid):
            if process.pid != crawl.pid:
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGINT)
                    sent += 1
        time.sleep(0.01)
    out, err = crawl.communicate(timeout=PATIENCE_S)
    assert (crawl.returncode, err, sent > 0) == (0, "", True)
    assert "1 visit, 0 failed" in out and shell.rows("SELECT count(*) FROM story") == [2]


def test_a_second_ctrl_c_stops_at_once(tmp_path: Path, threaded_web: Web) -> None:
    web = threaded_web
    shell = Shell(tmp_path, web)
    web.serve("/feed.xml", hang=True, host="slow.test")
    web.serve("/feed.xml", FEED, host="daily.test")
    shell.run("add", "--force", web.url("slow.test", "/feed.xml"), web.url("daily.test", "/feed.xml"))
    crawl = shell.start("crawl")
    wait_until(lambda: shell.rows("SELECT count(*) FROM story") == [2])
    os.killpg(crawl.pid, signal.SIGINT)
    message = read_until(crawl.stderr, "finishing visits in progress")
    os.killpg(crawl.pid, signal.SIGINT)
    out, err = crawl.communicate(timeout=PATIENCE_S)
    assert crawl.returncode == 130, out + err
    assert "stopped at once" in err and "Traceback" not in message + err
    wait_until(lambda: not group_of(crawl.pid), what="the readers to end")
    assert shell.rows("SELECT count(*) FROM host WHERE lease_owner IS NOT NULL") == [1]
    web.serve("/feed.xml", FEED, host="slow.test")
    assert "2 visits, 0 failed" in shell.run("crawl")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE source SET last_visit_at = '2028-01-01T00:00:00.000Z'",
        "UPDATE source SET next_visit_at = '2028-01-01T00:00:00.000Z'",
        "UPDATE host SET blocked_until = '2028-01-01T00:00:00.000Z'",
        "UPDATE host SET lease_owner = 'elsewhere:1:1@x', lease_until = '2028-01-01T00:00:00.000Z'",
    ],
)
async def test_times_in_the_far_future_do_not_stop_visits(tmp_path: Path, web: Web, statement: str) -> None:
    web.serve("/feed.xml", FEED)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        runner.writer.do(lambda db: db.conn.execute(statement))
        assert (await runner.crawl(due=True)).visits == 1


async def test_a_429_without_a_time_blocks_the_whole_host(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        for number in range(5):
            web.serve(f"/{number}.xml", status=429, host="busy.test")
            runner.add("busy.test", f"/{number}.xml")
        assert (await runner.crawl()).visits == 1
        assert len(web.log) == 1
        assert (await runner.crawl()).visits == 0  # nor in the next run
        [minutes] = runner.rows(
            "SELECT round((julianday(blocked_until) - julianday('now')) * 1440) FROM host"
            " WHERE blocked_until IS NOT NULL"
        )
        assert minutes == 15
