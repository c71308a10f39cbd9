"""A user's spider as a source, by the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.crawler.spider_process.spider_folder import SpiderFolder
from tests.support.shell import Shell, wait_until
from tests.support.web import Web, web_in_thread

SPIDER = """
import scrapy


class Paper(scrapy.Spider):
    name = "paper"

    def __init__(self, start, **kwargs):
        super().__init__(**kwargs)
        self.first = start

    async def start(self):
        yield scrapy.Request(self.first)

    def parse(self, response):
        yield {"url": response.url, "title": response.css("h1::text").get()}
        if self.settings.getbool("BREAK"):
            raise KeyError("byline")
"""


@pytest.fixture
def web() -> Iterator[Web]:
    with web_in_thread() as web:
        web.serve("/ferry", "<h1>Ferry timetable changes</h1>", type="text/html")
        yield web


@pytest.fixture
def shell(tmp_path: Path, web: Web) -> Shell:
    shell = Shell(tmp_path, web, config="[spiders]\nfolder = 'spiders'\n[serve]\ntick_s = 0.1")
    SpiderFolder(tmp_path).write("paper.py", SPIDER)
    return shell


def test_a_spider_is_added_changed_and_shown(shell: Shell, web: Web, tmp_path: Path) -> None:
    """A look at its first request says which host it belongs to; nothing is requested for that."""
    start = web.url("daily.test", "/ferry")
    add = ("add", "--spider", "paper", "--arg", f"start={start}")
    [added] = json.loads(shell.run(*add, "--tag", "own", "--every", "2h", "--json"))
    [one] = added["added"]
    assert (one["result"], one["address"]) == ("added", f"spider:paper?start={start}")
    assert web.log == []
    columns = (
        "kind, host, site, every_s, tags, json_extract(spider, '$.start'), json_extract(spider, '$.settings')"
    )
    row = ("spider", f"daily.test:{web.port}", "daily.test", 7200, '["own"]', start, "{}")
    assert shell.rows(f"SELECT {columns} FROM source") == [row]
    assert "known" in (again := shell.run(*add)) and "its settings stay unchanged" in again
    assert "changed 1: spider = " in shell.run(*add, "--set", "BREAK=1")
    assert shell.rows(f"SELECT {columns} FROM source") == [(*row[:-1], '{"BREAK":"1"}')]
    crawled = shell.run("crawl", code=1)
    assert "the spider raised KeyError: 'byline'; 1 item from 1 page" in crawled
    shown = shell.run("runs", "1")
    assert "in parse\n    raise KeyError(\"byline\")\nKeyError: 'byline'" in shown
    assert shown.count("File ") == 1  # only what is the spider's
    for command in ("sources", "why", "sources show", "explain"):
        words = (*command.split(), "1") if command != "sources" else ("sources",)
        assert "Traceback" not in shell.run(*words)
    assert "is a spider" in shell.run("sources", "edit", "1", "--address", "https://x.example/feed", code=2)
    shell.run("sources", "export", "all.opml")
    shell.environment["NEWSDESK_DB"] = str(tmp_path / "other.db")
    shell.run("sources", "import", "all.opml")
    shell.db = tmp_path / "other.db"
    assert shell.rows(f"SELECT {columns} FROM source") == [(*row[:-1], '{"BREAK":"1"}')]


def test_doctor_names_a_folder_of_spiders_that_others_may_write_to(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "spiders"
    assert f"nobody else may write to {folder}" in shell.run("doctor")
    folder.chmod(0o777)
    found = shell.run("doctor", code=1)
    folder.chmod(0o700)
    assert f"{folder}: others may write to this folder (mode 777)" in found
    assert "until then no spider of yours is run" in found


REFUSED = [  # what is typed after `add`, and a part of the line that it prints
    ((), "give an address, or a spider of yours with --spider NAME"),
    (("x.example", "--spider", "paper"), "--spider takes no ADDRESS"),
    (("--reasons", "--spider", "paper"), "--spider takes no ADDRESS"),
    (("x.example", "--arg", "a=b"), "--arg and --set are for a spider"),
    (("--spider", "paper", "--arg", "start"), "--arg 'start': write it as KEY=VALUE"),
    (("--spider", "paper", "--arg", "a=1", "--arg", "a=2"), "--arg gives 'a' twice"),
    (("--spider", "paper"), "the spider needs the argument 'start'; give it with --arg start=…"),
    (("--spider", "papper", "--arg", "start=x"), "no spider 'papper' in the folder of spiders; there are: paper"),
    (("--spider", "paper", "--arg", "start=ftp://x.test/"), "its first request: "),
    (("--spider", "paper", "--arg", "start=nonsense"), "it raised ValueError: Missing scheme in request url"),
    (
        ("--spider", "paper", "--arg", "start=http://x.test/", "--set", "DOWNLOAD_DELAY=0.1"),
        "the spider sets DOWNLOAD_DELAY to '0.1', which is fixed: newsdesk sets the rate of each host",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("words", "line"), REFUSED, ids=[" ".join(row[0]) for row in REFUSED])
def test_what_cannot_be_added_says_why(shell: Shell, words: tuple[str, ...], line: str) -> None:
    assert line in shell.run("add", *words, code=2)
    assert not shell.db.exists()


def test_the_service_runs_a_spider_when_it_is_due(shell: Shell, web: Web) -> None:
    shell.run(
        "add", "--spider", "paper", "--arg", f"start={web.url('daily.test', '/ferry')}", "--every", "1h"
    )
    service = shell.start("serve", "--no-web", stdout=None, stderr=None)
    try:
        wait_until(lambda: shell.rows("SELECT outcome FROM source") == ["read"])
    finally:
        service.terminate()
        service.wait()
    assert shell.rows("SELECT title FROM story") == ["Ferry timetable changes"]
    assert shell.rows("SELECT kind, visits, failed FROM runs") == [("serve", 1, 0)]
    assert shell.rows("SELECT next_visit_why FROM source") == ["every 1 h"]


@pytest.mark.parametrize(
    "parse", ["time.sleep(600)", "while True: pass", "yield scrapy.Request(response.urljoin('/slow'))"]
)
def test_a_spider_ends_with_a_newsdesk_that_is_killed(
    shell: Shell, web: Web, tmp_path: Path, parse: str
) -> None:
    """The next crawl takes the host over."""
    pid = tmp_path / "pid"
    start = web.url("daily.test", "/ferry")
    lines = f"open({str(pid)!r}, 'w').write(str(os.getpid()))\n        {parse}"
    (tmp_path / "spiders" / "slow.py").write_text(
        "import os, time, scrapy\n\n\nclass Slow(scrapy.Spider):\n    name = 'slow'\n"
        f"    start_urls = [{start!r}]\n\n    def parse(self, response):\n        {lines}\n"
    )
    (tmp_path / "spiders" / "slow.py").chmod(0o600)
    web.serve("/slow", b"", hang=True)
    shell.run("add", "--spider", "slow")
    crawl = shell.start("crawl")
    wait_until(lambda: pid.exists() and pid.read_text())
    process = psutil.Process(int(pid.read_text()))
    crawl.kill()
    crawl.wait()
    wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    assert os.getpid() != process.pid
    (tmp_path / "spiders" / "slow.py").write_text(
        SPIDER.replace("paper", "slow").replace("start, **", "**").replace("= start", f"= {start!r}")
    )
    assert "1 seen = 1 new" in shell.run("crawl")
