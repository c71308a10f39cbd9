"""Backfills: what they request and store, how they end, and that they go on after a kill."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from newsdesk.crawler.backfill.history import HistoryDocument, HistoryReading
from newsdesk.scheduler.backfill.plan import BackfillPlan, plan_backfill
from newsdesk.storage.backfills.state import news_is_due
from newsdesk.storage.db.database import prepare
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.visits import VisitResult
from newsdesk.storage.sources.moves import Store
from newsdesk.storage.sources.sources import NewSource, add_source
from tests.crawler.sitemaps.documents import Listed, index, urlset
from tests.support.feeds import Item, rss
from tests.support.papers.paper import Paper
from tests.support.shell import PATIENCE_S, Shell
from tests.support.web import Web, web_in_thread

DOCUMENTS, A_DOCUMENT = 100, 50
FIRST = datetime(2026, 11, 20, tzinfo=UTC)


def item(number: int) -> Item:
    """The stories of the archive, the newest first, one each two hours."""
    moment = FIRST - timedelta(hours=2 * number)
    return Item(
        title=f"Story {number}: what the council said on day {number // 12}",
        link=f"http://daily.test/stories/{number}",
        guid=f"s-{number}",
        text=f"<p>Council number {number} has met, and {number * 7} people came to the hall {number * 11}.</p>",
        date=moment.strftime("%a, %d %b %Y %H:%M:%S GMT"),
    )


def archived(
    web: Web, *, documents: int, a_document: int, relation: str = "prev-archive", wait_s: float = 0.0
) -> None:
    """A feed with its archive, RFC 5005: each document names the one before."""
    for number in range(documents):
        items = [item(number * a_document + place) for place in range(a_document)]
        body = rss(*items).decode()
        if number + 1 < documents:
            atom, older = 'xmlns:a="http://www.w3.org/2005/Atom"', f"/archive/{number + 1}.xml"
            link = f'<a:link {atom} rel="{relation}" href="{older}"/>'
            body = body.replace("</title>", f"</title>{link}", 1)
        path = "/feed.xml" if number == 0 else f"/archive/{number}.xml"
        web.serve(path, body, host="daily.test", wait_s=wait_s)


def add(shell: Shell, web: Web, path: str = "/feed.xml", *words: str) -> None:
    shell.run("add", "--force", web.url("daily.test", path), *words)


def requests(web: Web, *parts: str) -> Counter[str]:
    return Counter(one.path for one in web.log if not parts or any(part in one.path for part in parts))


def wait_for(web: Web, count: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while len(requests(web, "/archive/", "/feed")) < count:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_backfill_of_five_thousand_stories_killed_twice_ends_complete(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        archived(web, documents=DOCUMENTS, a_document=A_DOCUMENT)
        add(shell, web)
        for killed_after in (DOCUMENTS // 4, DOCUMENTS // 2):
            started = shell.start("backfill", "1", "--since", "2025-01-01")
            wait_for(web, killed_after)
            os.killpg(started.pid, signal.SIGKILL)
            started.communicate(timeout=PATIENCE_S)
            assert 0 < shell.rows("SELECT count(*) FROM story")[0] < DOCUMENTS * A_DOCUMENT
        output = shell.run("backfill", "1", "--since", "2025-01-01")
        assert "goes on: " in output and f"{DOCUMENTS} documents read, 5,000 listed, " in output
        assert shell.rows("SELECT count(*), count(DISTINCT url) FROM story") == [(5000, 5000)]
        assert shell.rows("SELECT count(*) FROM address") == [5000]
        repeated = {
            path: times - 1 for path, times in requests(web, "/archive/", "/feed").items() if times > 1
        }
        assert sum(repeated.values()) <= 2, repeated  # those in flight at the kills
        assert shell.rows("SELECT count(*) FROM run WHERE kind = 'backfill' AND ended_by = 'killed'") == [2]
        again = shell.run("backfill", "1", "--since", "2026-11-19")  # another one, and nothing is new
        assert "0 new" in again and shell.rows("SELECT count(*) FROM story") == [5000]
        # the source itself is as it was: never visited
        assert shell.rows("SELECT last_visit_at, new_stories_count FROM source") == [(None, 0)]


def test_it_goes_back_to_the_day_and_no_farther(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        archived(web, documents=10, a_document=12, relation="next")  # a document a day
        add(shell, web)
        plan = shell.run("backfill", "1", "--since", "2026-11-17", "--dry-run")
        assert "back to 2026-11-17: about " in plan and "nothing was stored" in plan
        assert shell.rows("SELECT count(*) FROM story") == [0] and len(web.log) == 1
        shown = json.loads(shell.run("backfill", "1", "--since", "2026-11-17", "--dry-run", "--json"))
        assert shown["dry_run"] and not shown["exact"] and shown["pages"] == 0
        web.log.clear()
        shell.run("backfill", "1", "--since", "2026-11-17")
        assert min(shell.rows("SELECT published_day FROM story")) == "2026-11-17"
        assert set(requests(web, "/feed", "/archive/")) == {
            "/feed.xml",
            *(f"/archive/{number}.xml" for number in (1, 2, 3)),
        }


def test_the_dates_of_entries_that_are_stored_already_count(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        archived(web, documents=10, a_document=24, relation="next")  # a document each two days
        add(shell, web, "/feed.xml", "--full-text")
        plan = shell.run("backfill", "1", "--since", "2026-11-17", "--dry-run", "--json")
        shell.run("sources", "edit", "1", "--no-full-text")
        shell.run("crawl")
        shell.run("sources", "edit", "1", "--full-text")
        again = json.loads(shell.run("backfill", "1", "--since", "2026-11-17", "--dry-run", "--json"))
        assert again["documents"] == json.loads(plan)["documents"] and again["pages"] == 0
        within = shell.run("backfill", "1", "--since", "2026-11-19")
        assert "1 document read" in within and "back to 2026-11-18" in within


def test_the_same_page_again_ends_it(tmp_path: Path) -> None:
    """A publishing system that answers each page number with the first page."""
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        items = [item(number) for number in range(5)]
        generator = "<generator>https://wordpress.org/?v=6.7</generator>"
        body = rss(*items).decode().replace("</title>", f"</title>{generator}", 1)
        for path in ("/feed/", "/feed/?paged=2", "/feed/?paged=3"):
            web.serve(path, body, host="daily.test")
        add(shell, web, "/feed/")
        output = shell.run("backfill", "1", "--since", "2020-01-01")
        assert "2 documents read" in output and set(requests(web, "feed")) == {"/feed/", "/feed/?paged=2"}
        assert shell.rows("SELECT count(*) FROM story") == [5]


def test_the_history_of_a_sitemap_is_in_its_index_and_its_pages(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        months = ("2025-12", "2026-09", "2026-10", "2026-11")
        children = [web.url("daily.test", f"/map-{month}.xml") for month in months]
        xml = {"type": "application/xml", "host": "daily.test"}
        web.serve("/sitemap.xml", index(*children, web.url("daily.test", "/tags.xml")), **xml)
        text = "".join(
            f"<p>What people said of the harbour in sentence {number} is told here, at some length.</p>"
            for number in range(20)
        )
        for month in months:
            listed = []
            for day in ("03", "17"):
                path = f"/{month.replace('-', '/')}/{day}/what-happened-at-the-harbour-{month}-{day}"
                page = f"<html><body><article><h1>Harbour {month} {day}</h1>{text}</article></body></html>"
                web.serve(path, page, host="daily.test", type="text/html")
                listed.append(Listed(link=web.url("daily.test", path)))
            listed.append(Listed(link=web.url("daily.test", f"/about/{month}-how-we-work-and-who-we-are")))
            web.serve(f"/map-{month}.xml", urlset(*listed), **xml)
        add(shell, web, "/sitemap.xml", "--kind", "sitemap", "--full-text")
        plan = shell.run("backfill", "1", "--since", "2026-09-10", "--dry-run")
        assert "4 documents, and the page of each story" in plan
        output = shell.run("backfill", "1", "--since", "2026-09-10")
        assert "3 addresses without a date left out" in output
        days = shell.rows("SELECT published_day FROM story ORDER BY published_day")
        assert days == ["2026-09-17", "2026-10-03", "2026-10-17", "2026-11-03", "2026-11-17"]
        assert not requests(web, "2025-12", "tags", "/about/")
        assert shell.rows("SELECT ended_at IS NOT NULL FROM backfill") == [1]


def test_a_document_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        archived(web, documents=3, a_document=2)
        web.serve("/archive/1.xml", b"", host="daily.test", status=404)
        add(shell, web)
        output = shell.run("backfill", "1", "--since", "2020-01-01", code=1)
        assert "failed  " in output and "/archive/1.xml" in output and "404" in output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("1", "--since", "2199-01-01"), "is to come"),
        (("7", "--since", "2025-01-01"), "no source is named '7'"),
        (("1",), "Missing option '--since'"),
    ],
)
def test_wrong_use(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        add(shell, web)
        assert message in shell.run("backfill", *words, code=2)


def reading_of(*relations: str, days: tuple[str, str] | None = None) -> HistoryReading:
    result = VisitResult(
        source_id=1,
        host="daily.test",
        started_at=FIRST,
        ended_at=FIRST,
        outcome=Outcome(code="read", category="ok", message=""),
    )
    return HistoryReading(
        result=result,
        following=tuple(
            HistoryDocument(address=f"http://daily.test/{one}", relation=one) for one in relations
        ),
        days=None if days is None else (date.fromisoformat(days[0]), date.fromisoformat(days[1])),
    )


@pytest.mark.parametrize(
    ("first", "reads_pages", "plan"),
    [
        (reading_of(), False, BackfillPlan(documents=1, exact=True, pages=0, seconds=2.0)),
        (
            reading_of("sitemap", "sitemap"),
            False,
            BackfillPlan(documents=3, exact=True, pages=0, seconds=6.0),
        ),
        (
            reading_of("sitemap", "sitemap"),
            True,
            BackfillPlan(documents=3, exact=True, pages=None, seconds=None),
        ),
        (
            reading_of("next", days=("2026-11-15", "2026-11-20")),
            False,
            BackfillPlan(documents=8, exact=False, pages=0, seconds=16.0),
        ),
        (reading_of("next"), False, BackfillPlan(documents=None, exact=False, pages=0, seconds=None)),
    ],
)
def test_the_plan(first: HistoryReading, reads_pages: bool, plan: BackfillPlan) -> None:
    assert (
        plan_backfill(first, since=date(2026, 10, 11), now=FIRST, reads_pages=reads_pages, request_s=2.0)
        == plan
    )


def test_the_pages_after_a_section_page_are_followed_back_to_the_day(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        paper = Paper(web, "daily.test")
        for back in range(23, -1, -1):
            paper.publish(date(2026, 11, 24) - timedelta(days=back))
        newest = paper.stories[::-1]
        for number in range(4):
            shown = paper.layout(newest[6 * number : 6 * number + 6])
            older = f'<nav class="pagination"><a rel="next" href="/news/page/{number + 2}">Older</a></nav>'
            path = "/news" if number == 0 else f"/news/page/{number + 1}"
            body = paper.page("News", f"{shown}{older}")
            web.serve(path, body, host="daily.test", type="text/html")
        add(shell, web, "/news", "--kind", "site")
        shell.run("backfill", "1", "--since", "2026-11-10")
        days = shell.rows("SELECT published_day FROM story ORDER BY published_day")
        assert days == [f"2026-11-{day}" for day in range(10, 25)]
        assert set(requests(web, "/news")) == {"/news", "/news/page/2", "/news/page/3"}
        # what was found is known to the visits of the source: nothing is requested again
        web.log.clear()
        shell.run("crawl", code=None)
        assert set(requests(web)) <= {"/news", "/robots.txt"}
        assert len(shell.rows("SELECT id FROM story")) == 15


def test_news_of_the_host_goes_first_where_a_service_runs(tmp_path: Path) -> None:
    path = tmp_path / "newsdesk.db"
    prepare(path)
    with Writer(path) as writer:
        new = NewSource(address="http://daily.test/feed.xml", host="daily.test", site="daily.test")
        writer.do(lambda db: add_source(db, new, now=FIRST))

        def waits(*, due: datetime, heartbeat: datetime | None, ended: datetime | None = None) -> bool:
            def job(db: Store) -> bool:
                db.conn.execute("UPDATE source SET next_visit_at = ?", (to_iso(due),))
                db.conn.execute("DELETE FROM service")
                if heartbeat is not None:
                    db.conn.execute(
                        "INSERT INTO service (id, owner, version, started_at, heartbeat_at, uptime_s, ended_at)"
                        " VALUES (1, 'x:1:1', '0', ?, ?, 1, ?)",
                        (to_iso(heartbeat), to_iso(heartbeat), None if ended is None else to_iso(ended)),
                    )
                return news_is_due(db, "daily.test", now=FIRST)

            return writer.do(job)

        minute = timedelta(minutes=1)
        assert waits(due=FIRST - minute, heartbeat=FIRST - minute)
        assert not waits(due=FIRST + minute, heartbeat=FIRST - minute)  # nothing is due
        assert not waits(due=FIRST - minute, heartbeat=None)  # nobody would visit it
        assert not waits(due=FIRST - minute, heartbeat=FIRST - minute, ended=FIRST)
        assert not waits(due=FIRST - minute, heartbeat=FIRST - 5 * minute)  # it was killed


def test_a_bot_challenge_stops_it_and_the_same_command_goes_on(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        archived(web, documents=3, a_document=2)
        fields = {"status": 403, "type": "text/html", "headers": {"cf-mitigated": "challenge"}}
        web.serve("/archive/1.xml", "<title>Just a moment...</title>", host="daily.test", **fields)
        add(shell, web)
        output = shell.run("backfill", "1", "--since", "2020-01-01", code=1)
        assert "not done: " in output and "challenge" in output and "the same command goes on" in output
        assert len(requests(web, "/archive/")) == 1 and shell.rows("SELECT count(*) FROM story") == [2]
        archived(web, documents=3, a_document=2)
        assert "3 documents read" in shell.run("backfill", "1", "--since", "2020-01-01")
        assert shell.rows("SELECT count(*) FROM story") == [6]
