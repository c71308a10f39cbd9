"""Site files in a crawl: the folder's own files are checked at start, edits are noticed, failures stop nothing."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from pathlib import Path

import pytest

from newsdesk.crawler.discovery.search import DiscoveryRequest
from newsdesk.crawler.session import Session
from newsdesk.crawler.session_settings import SiteFileSettings
from newsdesk.crawler.site_files.checking import site_file_problems
from newsdesk.crawler.site_files.index import find_site_files
from newsdesk.crawler.workers.pool import WorkerPool
from tests.crawler.site_files.own_files import write_site_file
from tests.crawler.site_files.test_reading import HEAD, PAGE, SITE
from tests.storage.pages.test_pages import crawl_pages
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

HTML = "text/html; charset=utf-8"
TITLE = "Ferry timetable changes on Monday"


def use_folder(runner: TestRunner, folder: Path) -> None:
    session = replace(runner.settings.session, site_files=SiteFileSettings(folder=str(folder)))
    runner.settings = replace(runner.settings, session=session)


def stored(runner: TestRunner) -> list[tuple[str, str]]:
    return runner.rows(
        "SELECT title, outcome FROM story JOIN page ON page.story_id = story.id ORDER BY page.id"
    )


async def test_a_page_is_read_by_the_file_of_its_host(tmp_path: Path, web: Web) -> None:
    folder = tmp_path / "sites"
    web.serve("/ferry", PAGE, type=HTML)
    write_site_file(folder, SITE)
    async with open_runner(tmp_path, web) as runner:
        use_folder(runner, folder)
        await crawl_pages(runner, web.url("www.daily.test", "/ferry"))
        assert stored(runner) == [(TITLE, "read")]

        # an edited file has the same document read again, and so has one that is taken away
        write_site_file(folder, SITE.replace(".kop", ".kop, .more"))
        await crawl_pages(runner, web.url("www.daily.test", "/ferry"))
        assert stored(runner) == [(TITLE, "read")]
        await crawl_pages(runner, web.url("www.daily.test", "/ferry"))
        assert stored(runner) == [(TITLE, "same-document")]
        (folder / "daily_test.py").unlink()
        await crawl_pages(runner, web.url("www.daily.test", "/ferry"))
        assert [outcome for _, outcome in stored(runner)] == ["read"]


async def test_an_edited_file_reads_a_page_that_did_not_change(tmp_path: Path, web: Web) -> None:
    folder = tmp_path / "sites"
    web.serve("/ferry", PAGE, type=HTML, etag='"1"')
    write_site_file(folder, SITE.replace(".kop", ".gone"))
    url = web.url("daily.test", "/ferry")
    async with open_runner(tmp_path, web) as runner:
        use_folder(runner, folder)
        await crawl_pages(runner, url)
        await crawl_pages(runner, url)
        assert [outcome for _, outcome in stored(runner)] == ["unchanged"]
        write_site_file(folder, SITE)
        await crawl_pages(runner, url)
        assert stored(runner) == [(TITLE, "read")]
        await crawl_pages(runner, url)
        assert stored(runner) == [(TITLE, "unchanged")]


async def test_what_a_file_raises_is_the_outcome_of_its_page(tmp_path: Path, web: Web) -> None:
    folder = tmp_path / "sites"
    web.serve("/ferry", PAGE, type=HTML)
    path = write_site_file(folder, f"{SITE}\ndef read(page):\n    return {{'title': page.css('.x')[0]}}\n")
    async with open_runner(tmp_path, web) as runner:
        use_folder(runner, folder)
        summary = await crawl_pages(runner, web.url("daily.test", "/ferry"))
        assert summary.pages_failed == 0
        assert stored(runner) == [(TITLE, "site-file-failed")]
        (row,) = runner.rows("SELECT outcome_category, outcome_message, traceback FROM visit")
        assert row[0] == "ok"
        assert f"{path}:8: read(page) raised IndexError" in row[1]
        assert f'"{path}", line 8, in read' in row[2]


async def test_a_file_that_never_ends_is_stopped(tmp_path: Path, web: Web) -> None:
    folder = tmp_path / "sites"
    web.serve("/ferry", PAGE, type=HTML)
    web.serve("/other", PAGE, type=HTML)
    write_site_file(folder, f"{SITE}\ndef read(page):\n    while True: pass\n")
    async with open_runner(tmp_path, web) as runner:
        use_folder(runner, folder)
        usual = runner.settings
        runner.settings = replace(usual, limits=replace(usual.limits, reading_s=1.0))
        summary = await crawl_pages(runner, web.url("daily.test", "/ferry"))
        assert (summary.pages, summary.pages_failed) == (1, 1)
        runner.settings = usual
        await crawl_pages(runner, web.url("other.test", "/other"))
        assert runner.rows("SELECT outcome FROM page ORDER BY id") == ["worker-limit", "read"]


async def test_a_wrong_file_is_named_at_start_and_stops_no_other(
    tmp_path: Path, web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "sites"
    web.serve("/ferry", PAGE, type=HTML)
    write_site_file(folder, SITE)
    wrong = write_site_file(folder, "SITE = SiteFile(hosts=('a.test',", name="a.py")
    bad = write_site_file(
        folder, "SITE = SiteFile(hosts=('b.test',), layouts=(Layout(\n    title='h1[',\n),))", name="b.py"
    )
    async with open_runner(tmp_path, web) as runner:
        use_folder(runner, folder)
        with caplog.at_level(logging.ERROR):
            await crawl_pages(runner, web.url("daily.test", "/ferry"), web.url("b.test", "/ferry"))
        named = [record.getMessage() for record in caplog.records]
        assert [one.partition(": ")[2].partition(": ")[0] for one in named] == [f"{wrong}:2", f"{bad}:3"]
        assert [outcome for _, outcome in stored(runner)] == ["read", "read"]
        assert stored(runner)[0][0] == TITLE


async def test_a_file_that_ends_its_worker_is_named(tmp_path: Path) -> None:
    write_site_file(tmp_path / "sites", SITE)
    path = write_site_file(tmp_path / "sites", f"{SITE}\nimport os\nos._exit(7)\n", name="a.py")
    refs = find_site_files(SiteFileSettings(folder=str(tmp_path / "sites"), shipped=False)).refs
    pool = WorkerPool(workers=1)
    try:
        (problem,) = await site_file_problems(pool, refs)
    finally:
        await pool.aclose()
    assert problem.path == str(path)
    assert "its worker process ended with exit code 7; mend what runs" in problem.message


@pytest.mark.parametrize(
    ("place", "mode", "message"),
    [
        ("sites", 0o770, "others may write to this folder (mode 770)"),
        ("sites", 0o707, "others may write to this folder (mode 707)"),
        ("sites/daily_test.py", 0o660, "others may write to this file (mode 660)"),
        (".", 0o777, "others may write to this folder (mode 777)"),  # and put another folder in its place
        (".", 0o1777, None),  # as /tmp: nobody else may move the folder away
        ("sites", 0o755, None),
    ],
)
def test_what_others_may_write_is_refused(tmp_path: Path, place: str, mode: int, message: str | None) -> None:
    write_site_file(tmp_path / "sites", SITE)
    (tmp_path / place).chmod(mode)
    found = find_site_files(SiteFileSettings(folder=str(tmp_path / "sites"), shipped=False))
    if message is None:
        assert (len(found.refs), found.problems) == (1, ())
        return
    (problem,) = found.problems
    assert found.refs == ()
    assert message in str(problem) and f"chmod go-w {(tmp_path / place).resolve()}" in str(problem)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    write_site_file(tmp_path / "sites", SITE)
    os.chown(tmp_path / "sites", 12345, -1)
    (problem,) = find_site_files(SiteFileSettings(folder=str(tmp_path / "sites"), shipped=False)).problems
    assert "belongs to another user (uid 12345)" in str(problem)


def test_a_link_to_a_file_that_others_may_write_is_refused(tmp_path: Path) -> None:
    write_site_file(tmp_path / "sites", SITE).rename(tmp_path / "shared.py")
    (tmp_path / "shared.py").chmod(0o666)
    (tmp_path / "sites" / "daily_test.py").symlink_to(tmp_path / "shared.py")
    found = find_site_files(SiteFileSettings(folder=str(tmp_path / "sites"), shipped=False))
    assert found.refs == ()
    assert "others may write to this file (mode 666)" in str(found.problems[0])


def test_own_files_come_before_shipped_ones_and_a_host_has_one(tmp_path: Path) -> None:
    assert HEAD in PAGE.decode()
    first = write_site_file(tmp_path / "sites", SITE, name="a.py")
    second = write_site_file(tmp_path / "sites", SITE, name="b.py")
    found = find_site_files(SiteFileSettings(folder=str(tmp_path / "sites")))
    ref = found.find("m.daily.test")
    assert ref is not None and ref.path == str(first)
    assert [problem.path for problem in found.problems] == [str(second)]
    assert found.find("test") is None and found.find("notdaily.test") is None


MORE = "/2026/11/24/more-stories-of-the-ferry-and-of-the-harbour"
HOME = f"""<!doctype html><html lang="en"><head><title>The Daily</title></head><body>
<nav><a href="/sport">Sport</a></nav><main><h2><a href="{MORE}">More stories of the ferry and of the harbour</a></h2>
<div class="kop"><a href="/a?utm_source=home">A</a></div><div class="kop"><a href="/b">B</a></div><div class="kop">
<a href="/a">A again</a></div></main></body></html>"""
LINKS = """
def links(page):
    return [(a.attrib["href"], a.css("::text").get()) for a in page.css(".kop a")]
"""


@pytest.mark.parametrize(
    ("links", "outcome", "requested"),
    [
        (LINKS, "read", {"/a", "/b"}),
        ("\ndef links(page):\n    return [page.urljoin('/b')]\n", "read", {"/b"}),
        ("\ndef links(page):\n    return []\n", "read", set()),
        ("\ndef links(page):\n    return page.css('.x')[0]\n", "site-file-failed", {MORE}),
        ("\ndef links(page):\n    return [3]\n", "site-file-failed", {MORE}),
    ],
)
async def test_a_site_file_chooses_the_links_of_a_site(
    tmp_path: Path, web: Web, links: str, outcome: str, requested: set[str]
) -> None:
    folder = tmp_path / "sites"
    web.serve("/", HOME.encode(), type=HTML)
    for path in ("/a", "/b", MORE):
        web.serve(path, PAGE, type=HTML)
    path = write_site_file(folder, f"SITE = SiteFile(hosts=('daily.test',))\n{links}")
    async with open_runner(tmp_path, web) as runner:
        use_folder(runner, folder)
        runner.add("daily.test", "/", kind="site")
        await runner.crawl()
        ((code, message, traceback),) = runner.rows(
            "SELECT outcome, outcome_message, traceback FROM visit WHERE source_id IS NOT NULL"
        )
        assert code == outcome
        paths = {request.path.partition("?")[0] for request in web.log}
        assert paths & {"/a", "/b", "/sport", MORE} == requested
        if outcome != "read":
            assert (
                f"{path}:5: links(page) raised" in message
                or f"{path}: links(page) raised TypeError: links(page) returned 3" in message
            )
            assert "Error" in traceback


async def test_a_site_is_proposed_by_the_links_of_its_file(tmp_path: Path, web: Web) -> None:
    folder = tmp_path / "sites"
    web.serve("/", HOME.encode(), type=HTML)
    write_site_file(folder, f"SITE = SiteFile(hosts=('daily.test',))\n{LINKS}")
    async with open_runner(tmp_path, web) as runner:
        use_folder(runner, folder)
        async with Session(runner.settings.session, now=utc_now) as session:
            found = await session.discover(
                DiscoveryRequest(
                    address=web.url("daily.test", "/"), kind="site", limits=runner.settings.limits
                )
            )
        (source,) = found.feeds
        assert (source.source_kind, source.entries) == ("site", 2)
        assert [link.title for link in found.links] == ["A", "B"]
        assert {link.reasons[0].name for link in found.links} == {"site file: links(page)"}
