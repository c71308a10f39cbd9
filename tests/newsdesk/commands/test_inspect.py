"""`newsdesk inspect`: the output of each step, the verdict, and that nothing is written."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsdesk.command_line import newsdesk
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask
from newsdesk.crawler.workers.inspect_task import InspectTask
from newsdesk.crawler.workers.readers.feed import read_feed_task
from newsdesk.crawler.workers.readers.inspection import inspect_document
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.pages.due import request_pages
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.rate_limits import RateLimits
from newsdesk.storage.records.visits import ClaimedVisit, Limits, VisitResult
from newsdesk.storage.sources.moves import Store
from newsdesk.storage.sources.sources import NewSource, add_source, source_as_claimed
from newsdesk.storage.stories.decisions import decide_document, read_source
from newsdesk.storage.visits.keep import keep_visit, start_run
from tests.crawler.sitemaps.documents import Listed, index, stories, urlset
from tests.storage.stories.test_verdicts import CASES
from tests.support.articles import article, json_ld
from tests.support.feeds import Item, many, rss
from tests.support.runner import open_runner, utc_now
from tests.support.shell import Shell
from tests.support.web import Web, web_in_thread

PAGE = article(
    head=json_ld(
        headline="Ferry timetable changes on Monday",
        datePublished="2026-11-24T07:36:00+02:00",
        author={"@type": "Person", "name": "Cem Aksoy"},
    ),
    above='<p class="byline">By Cem Aksoy</p>',
)
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>D</title><entry><id>tag:d,1</id>
<title>Ferry at six</title><link href="/ferry"/><updated>2026-11-24T05:36:00Z</updated></entry></feed>"""
JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "title": "D", "items": [{"id": "j1", "title": "Six"}]}'
)
LATIN = '<rss version="2.0"><channel><item><title>Fähre</title></item></channel></rss>'.encode("latin-1")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(*words: str, **report: Any) -> Result:
    return CliRunner().invoke(newsdesk, ["inspect", *words], catch_exceptions=False, **report)


def inspected(*words: str) -> dict[str, Any]:
    ended = typed(*words, "--json")
    assert ended.exit_code == 0, ended.output
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def field(report: dict[str, Any], name: str) -> dict[str, Any]:
    return next(row for row in report["fields"] if row["field"] == name)


FILES = [
    ("page.html", PAGE, (), "page", "Ferry timetable changes on Monday"),
    ("feed.xml", rss(*many(3)), ("--entry", "3"), "feed", "Story number 2 of daily.test"),
    ("feed.xml", LATIN, ("--charset", "iso-8859-1"), "feed", "Fähre"),
]
READ = [  # (document, which entry, its title)
    (rss(*many(3)), None, "Story number 0 of daily.test"),
    (rss(*many(3)), "daily.test-1", "Story number 1 of daily.test"),
    (rss(*many(3)), "http://daily.test/stories/1", "Story number 1 of daily.test"),
    (rss(*many(3)), "4", None),
    (ATOM.encode(), None, "Ferry at six"),
    (JSON.encode(), "j1", "Six"),
]


@pytest.mark.parametrize(("body", "entry", "title"), READ)
def test_an_entry_is_selected_by_number_guid_or_link(
    body: bytes, entry: str | None, title: str | None
) -> None:
    claimed = ClaimedVisit(source_id=0, address="http://daily.test/f", host="daily.test", site="daily.test")
    found = inspect_document(order_for(claimed, body, utc_now(), entry=entry))
    assert (found.story.title if found.story else None) == title
    assert (found.problem is None) is (title is not None)


@pytest.mark.parametrize(("name", "body", "words", "kind", "title"), FILES)
def test_a_file_is_inspected_without_a_store(
    here: Path, name: str, body: bytes, words: tuple[str, ...], kind: str, title: str
) -> None:
    (here / name).write_bytes(body)
    report = inspected(name, *words)
    assert report["document"]["kind"] == kind and field(report, "title")["story"] == title
    assert report["keep"]["verdict"] is None and "there is no file" in report["keep"]["store"]
    assert [path.name for path in here.iterdir()] == [name]


def test_each_candidate_is_shown_with_its_origin_and_result(here: Path) -> None:
    (here / "page.html").write_bytes(PAGE)
    report = inspected("page.html", "--address", "http://daily.test/ferry")
    published = field(report, "published")
    assert next((one["origin"], one["value"]) for one in published["candidates"]) == (
        "json-ld",
        "2026-11-24T07:36:00+02:00",
    )
    assert published["story"] == {
        "instant": "2026-11-24T05:36:00.000Z",
        "day": "2026-11-24",
        "precision": "second",
        "offset_min": 120,
    }
    assert {one["origin"] for one in field(report, "title")["candidates"]} == {
        "headline",
        "json-ld",
        "document",
    }
    assert field(report, "authors")["story"][0]["name"] == "Cem Aksoy"
    for columns in ("72", "160"):  # one below the other, side by side
        output = " ".join(typed("page.html", env={"COLUMNS": columns}).stdout.split())
        for words in (
            "* headline: Ferry timetable",
            "read by iso",
            "Cem Aksoy",
            "verdict none: there is no file",
        ):
            assert words in output, (columns, output)


HINTS = [
    ((), "2026-11-24T07:36:00.000Z"),
    (("--timezone", "Europe/Athens"), "2026-11-24T05:36:00.000Z"),
    (("--source", "1"), "2026-11-24T07:36:00.000Z"),  # its zone is UTC
    (("--source", "daily", "--timezone", "Europe/Athens"), "2026-11-24T05:36:00.000Z"),
]


async def test_options_and_sources_complete_the_document(here: Path, web: Web) -> None:
    (here / "feed.xml").write_bytes(rss(Item(date="2026-11-24 07:36:00")))
    async with open_runner(here, web) as runner:
        runner.add("daily.test", timezone="UTC", name="daily")
    for words, instant in HINTS:
        report = await asyncio.to_thread(inspected, "feed.xml", *words)
        assert field(report, "published")["story"]["instant"] == instant, words


WRONG = [
    (("nothing.xml",), 2, "'nothing.xml' cannot be read"),
    ((".",), 2, "'.' cannot be read"),
    (("http://",), 2, "'http://' is not an address"),
    (("http://me:secret@daily.test/",), 2, "newsdesk"),
    (("feed.xml", "--entry", "9"), 1, "no entry '9' in this feed, which has 3"),
    (("feed.xml", "--source", "1"), 2, "--source: there is no file"),
    (("feed.xml", "--language", "klingonisch!"), 2, "klingonisch!"),
    (("http://127.0.0.1:1/x", "--charset", "utf-8"), 2, "--charset describe a FILE"),
    (("http://127.0.0.1:1/x",), 1, "127.0.0.1"),  # the guard
    (("text.txt",), 1, "there is no HTML in this document"),
]


@pytest.mark.parametrize(("words", "code", "message"), WRONG)
def test_errors_name_value_and_remedy(here: Path, words: tuple[str, ...], code: int, message: str) -> None:
    (here / "feed.xml").write_bytes(rss(*many(3)))
    (here / "text.txt").write_text("only words")
    ended = typed(*words)
    assert ended.exit_code == code and message in ended.output, ended.output
    assert "secret" not in ended.stdout


def test_an_address_is_requested_through_the_http_client(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        web.serve("/robots.txt", "User-agent: *\nDisallow: /private/\n", type="text/plain")
        web.redirect("/old", web.url("daily.test", "/ferry"))
        web.serve("/ferry", PAGE, type="text/html")
        report = json.loads(shell.run("inspect", web.url("daily.test", "/old"), "--json"))
        assert (
            report["page"]["redirects"] == [web.url("daily.test", "/ferry")]
            and report["page"]["status"] == 200
        )
        assert [request.path for request in web.log] == [
            "/robots.txt",
            "/.well-known/tdmrep.json",
            "/old",
            "/ferry",
        ]
        secret = shell.run("inspect", web.url("daily.test", "/ferry?token=CANARY"))
        assert "token=***" in secret and "CANARY" not in secret
        output = shell.run("inspect", web.url("daily.test", "/private/x"), code=1)
        assert "robots" in output and not web.requests_to("/private/x")
        assert not shell.db.exists()


def rows_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as conn:
        return list(conn.iterdump())


async def test_the_verdict_is_shown_and_nothing_is_written(tmp_path: Path, web: Web) -> None:
    first, second = many(2)
    web.serve("/feed.xml", rss(first, second), host="daily.test")
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        before = rows_of(runner.path)
        edited = replace(first, title="Another title", date="Tue, 24 Nov 2026 09:36:00 GMT")
        (tmp_path / "feed.xml").write_bytes(rss(edited, second, *many(1, start=7)))
        address = web.url("daily.test", "/feed.xml")
        report = {}
        for entry in "123":
            words = ("feed.xml", "--address", address, "--entry", entry)
            report[entry] = (await asyncio.to_thread(inspected, *words))["keep"]
        assert [report[entry]["verdict"] for entry in "123"] == ["changed", "same", "new"]
        assert report["1"]["story_id"] == 1 and set(report["1"]["changes"]) == {"title", "published"}
        words = ("feed.xml", "--address", "http://hub.test/feed.xml", "--entry", "2")
        other_site = (await asyncio.to_thread(inspected, *words))["keep"]
        assert (other_site["verdict"], other_site["story_id"]) == ("duplicate", 2)
        assert rows_of(runner.path) == before


async def test_the_verdict_of_a_page_is_that_of_keeping(tmp_path: Path, web: Web) -> None:
    page = web.url("daily.test", "/ferry")
    web.serve("/ferry", PAGE, host="daily.test", type="text/html")
    web.serve("/feed.xml", rss(Item(link=page, text="")), host="daily.test")
    edited = PAGE.replace(b"Monday", b"Tuesday")
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)

        async def verdict_of(body: bytes) -> tuple[str, int | None, set[str]]:
            (tmp_path / "page.html").write_bytes(body)
            keep = (await asyncio.to_thread(inspected, "page.html", "--address", page))["keep"]
            return keep["verdict"], keep["story_id"], set(keep["changes"])

        assert await verdict_of(PAGE) == ("new", None, set())
        await runner.crawl()
        assert await verdict_of(PAGE) == ("same", 1, set())
        assert await verdict_of(edited) == ("changed", 1, {"title"})
        web.serve("/ferry", edited, host="daily.test", type="text/html")
        runner.writer.do(lambda db: request_pages(db, [page], now=utc_now()))
        await runner.crawl()
        assert [list(json.loads(fields)) for fields in runner.rows("SELECT fields FROM revision")] == [
            ["title"]
        ]
        assert await verdict_of(edited) == ("same", 1, set())


@pytest.mark.parametrize(
    ("zone", "reason"),
    [
        ((), "the page published the same values as last time"),
        (
            ("--timezone", "Asia/Tokyo"),
            "the page printed the same date as last time; only its parsed value differs",
        ),
    ],
    ids=["read as before", "read in another zone"],
)
async def test_a_date_that_is_only_parsed_differently_is_reported(
    tmp_path: Path, web: Web, zone: tuple[str, ...], reason: str
) -> None:
    page, body = web.url("daily.test", "/ferry"), PAGE.replace(b"07:36:00+02:00", b"07:36:00")
    web.serve("/ferry", body, host="daily.test", type="text/html")
    web.serve("/feed.xml", rss(Item(link=page, text="")), host="daily.test")
    (tmp_path / "page.html").write_bytes(body)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        await runner.crawl()
        keep = (await asyncio.to_thread(inspected, "page.html", "--address", page, *zone))["keep"]
    assert (keep["verdict"], keep["reason"]) == ("same", reason)


VERDICTS = ("new", "changed", "same", "duplicate", "refused")


@pytest.mark.parametrize("name", CASES)
def test_the_verdict_is_that_of_keeping(name: str, tmp_path: Path) -> None:
    path, address = tmp_path / "newsdesk.db", "http://daily.test/feed.xml"
    prepare(path)
    with Writer(path) as writer:
        now = utc_now()
        new = NewSource(address=address, host="daily.test", site="daily.test")
        source_id = writer.do(lambda db: add_source(db, new, now=now))[0]
        run_id = writer.do(lambda db: start_run(db, kind="test", owner="x", requested_at=now))
        for at, (items, expected) in enumerate(CASES[name]):
            body, then = rss(*items), now + timedelta(hours=at)
            with reading(path) as db:
                claimed = source_as_claimed(
                    db, source_id, rate_limits=RateLimits(), limits=Limits(), now=then
                )
                verdict_of = verdicts(db, claimed, body, then)
            counts = writer.do(
                partial(keep_visit, result=visited(claimed, body, then), run_id=run_id, follow=None)
            )
            kept = {verdict: getattr(counts, verdict) for verdict in VERDICTS}
            assert kept == {**dict.fromkeys(VERDICTS, 0), **verdict_of}, items
            assert not expected or kept == {**dict.fromkeys(VERDICTS, 0), **expected}


def visited(claimed: ClaimedVisit, body: bytes, now: datetime) -> VisitResult:
    """A visit that brought this document."""
    read = read_feed_task(
        FeedTask(document=Document(body=body, address=claimed.address, fetched_at=now), claimed=claimed)
    )
    return VisitResult(
        source_id=claimed.source_id,
        host=claimed.host,
        started_at=now,
        ended_at=now,
        outcome=Outcome(code="read", category="ok", message=""),
        entries=read.entries,
        known_entries=read.known,
        identity_scheme=read.identity,
        facts=read.facts,
        complete=read.whole,
    )


def verdicts(db: Store, claimed: ClaimedVisit, body: bytes, now: datetime) -> Counter[str]:
    """The verdicts of the entries of a document, from a connection that cannot write."""
    found = inspect_document(order_for(claimed, body, now))
    source = read_source(
        db, claimed.source_id, site=claimed.site, scheme_changed=found.scheme_changed, new_per_day=None,
        now=to_iso(now),
    )  # fmt: skip
    document = decide_document(db, found.entries, source=source, whole=found.whole, now=to_iso(now))
    return Counter(decision.verdict for decision in document.decisions if decision.verdict is not None)


def order_for(claimed: ClaimedVisit, body: bytes, now: datetime, *, entry: str | None = None) -> InspectTask:
    return InspectTask(
        document=Document(body=body, address=claimed.address, fetched_at=now),
        visit=claimed,
        page=ClaimedPage(page_id=0, url=claimed.address, host=claimed.host),
        entry=entry,
    )


def test_a_sitemap_is_shown_entry_by_entry(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        listed = [Listed(title="Ferry sinks", access="Subscription"), *stories(2)]
        web.serve("/news.xml", urlset(*listed), type="application/xml")
        web.serve("/all.xml", index("http://daily.test/news.xml"), type="application/xml")
        web.serve("/plain.xml", urlset(Listed()), type="application/xml")
        output = shell.run("inspect", web.url("daily.test", "/news.xml"))
        assert "Ferry sinks" in output and "news sitemap" in output and "paywalled" in output
        output = shell.run("inspect", web.url("daily.test", "/all.xml"), code=None)
        assert (
            "this is an index of 1 sitemaps; inspect one of them, like http://daily.test/news.xml" in output
        )
        output = shell.run("inspect", web.url("daily.test", "/plain.xml"), code=None)
        assert "a sitemap of 1 addresses without titles" in output
