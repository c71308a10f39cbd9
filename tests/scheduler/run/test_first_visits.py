"""First visits of imported sources: they use slots that are free, before their time, and nobody waits for them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.scheduler.run.runner import Runner
from newsdesk.scheduler.service.first_visits import first_visits_message
from newsdesk.storage.hosts.leases import Wanted, first_visits
from newsdesk.storage.sources.sources import NewSource
from newsdesk.storage.sources.subscriptions import ImportedSource, import_sources
from tests.support.feeds import many, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.shell import Shell, wait_until
from tests.support.web import Web, web_in_thread


def _import(runner: TestRunner, *addresses: str, hours: float = 1.0) -> None:
    """Sources whose first visits are due later, as after an import."""
    now = utc_now()
    imported = [
        ImportedSource(
            new=NewSource(address=address, host=host_of(address), site=site_of(address)),
            first_at=now + timedelta(hours=hours, seconds=number),
        )
        for number, address in enumerate(addresses)
    ]
    runner.writer.do(lambda db: import_sources(db, imported, now=now))


async def _stay(runner: TestRunner, visits: int) -> None:
    """Run as the service does, until so many visits were kept."""
    running = Runner(runner.writer, runner.settings, on_visit=runner.visits.append)
    task = asyncio.create_task(
        running.run(Wanted(requested_at=utc_now(), due=True), kind="serve", stay_s=600)
    )
    while len(runner.visits) < visits:
        assert not task.done()
        await asyncio.sleep(0.02)
    running.stop()
    await task


async def test_the_service_makes_first_visits_while_nothing_is_due(tmp_path: Path, web: Web) -> None:
    web.serve("/a.xml", rss(*many(1)))
    async with open_runner(tmp_path, web) as runner:
        _import(runner, *(web.url(f"h{n % 3}.test", f"/a.xml?{n}") for n in range(24)))
        assert runner.writer.do(first_visits)[:2] == (24, 3)
        await _stay(runner, 24)
        assert runner.rows("SELECT count(*) FROM source WHERE last_visit_at IS NULL") == [0]
        assert runner.writer.do(first_visits) == (0, 0, None)


async def test_a_crawl_of_due_sources_leaves_first_visits_to_their_time(tmp_path: Path, web: Web) -> None:
    web.serve("/a.xml", rss(*many(1)))
    async with open_runner(tmp_path, web) as runner:
        _import(runner, web.url("h.test", "/a.xml"))
        assert (await runner.crawl(due=True)).visits == 0
        assert (await runner.crawl()).visits == 1


async def test_due_sources_come_first_and_paused_ones_never(tmp_path: Path, web: Web) -> None:
    web.serve("/a.xml", rss(*many(1)))
    async with open_runner(tmp_path, web, hosts=1) as runner:
        _import(runner, *(web.url("new.test", f"/a.xml?{n}") for n in range(12)))
        runner.writer.do(lambda db: db.conn.execute("UPDATE source SET state = 'paused' WHERE id = 1"))
        due = [runner.add(f"due{n}.test", "/a.xml") for n in range(3)]
        await _stay(runner, 14)
        visited = [kept.source_id for kept in runner.visits]
        assert sorted(visited[:3]) == due
        assert runner.rows("SELECT id FROM source WHERE last_visit_at IS NULL") == [1]


async def test_a_source_that_falls_due_waits_for_few_first_visits_of_its_host(
    tmp_path: Path, web: Web
) -> None:
    web.serve("/a.xml", rss(*many(1)))
    async with open_runner(tmp_path, web) as runner:
        _import(runner, *(web.url("h.test", f"/a.xml?{n}") for n in range(40)))
        running = Runner(
            runner.writer, runner.settings, on_visit=lambda kept: _add_once(runner, kept.source_id)
        )
        task = asyncio.create_task(
            running.run(Wanted(requested_at=utc_now(), due=True), kind="serve", stay_s=600)
        )
        while runner.rows("SELECT count(*) FROM visit") < [41]:  # noqa: ASYNC110 - rows are polled
            await asyncio.sleep(0.02)
        running.stop()
        await task
        order = runner.rows("SELECT source_id FROM visit ORDER BY id")
        assert order.index(41) <= 10  # five of the claim in which it fell due, five of the next at most


def _add_once(runner: TestRunner, source_id: int | None) -> None:
    if source_id == 1:
        runner.add("h.test", "/due.xml")


@pytest.mark.parametrize(
    ("sources", "hosts", "begins"),
    [
        (1, 1, "1 source on 1 host waits for its first visit: "),
        (900, 12, "900 sources on 12 hosts wait for their"),
    ],
)
def test_the_message(sources: int, hosts: int, begins: str) -> None:
    assert first_visits_message(sources, hosts, utc_now()).startswith(begins)


def test_after_an_import_the_service_says_how_first_visits_are_spread_and_does_not_idle(
    tmp_path: Path,
) -> None:
    with web_in_thread() as web:
        web.serve("/a.xml", rss(*many(1)))
        shell = Shell(tmp_path, web, config='[serve]\ntick_s = 0.1\nlisten = "127.0.0.1:0"\n')
        urls = [web.url(f"h{n % 3}.test", f"/a.xml?{n}") for n in range(12)]
        (tmp_path / "list.txt").write_text("\n".join(urls))
        shell.run("sources", "import", "list.txt")
        started = shell.start("serve", "--no-web")
        wait_until(
            lambda: shell.rows("SELECT count(*) FROM source WHERE last_visit_at IS NULL") == [0],
            seconds=60,
            what="all first visits, long before they are due",
        )
        started.terminate()
        _, err = started.communicate(timeout=60)
        assert "12 sources on 3 hosts wait for their first visits: made as soon as slots are free" in err
