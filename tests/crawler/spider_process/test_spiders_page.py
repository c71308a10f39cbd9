"""docs/spiders.md, typed: its files are written, its commands are run one after the other.

Only the address of the site is another one: that of the local server.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawler.spider_process.spider_folder import quotes_page, serve_quotes
from tests.support.paths import ROOT
from tests.support.shell import Shell
from tests.support.web import Web, web_in_thread

PAGE = (ROOT / "docs" / "spiders.md").read_text(encoding="utf-8")
SITE = "https://quotes.toscrape.com"


@pytest.fixture
def web() -> Iterator[Web]:
    with web_in_thread() as web:
        serve_quotes(web)
        web.serve("/tag/humor/", quotes_page(7, last=7), type="text/html")
        yield web


def test_the_page_can_be_typed(tmp_path: Path, web: Web) -> None:
    shell = Shell(tmp_path, web)
    (tmp_path / "newsdesk-spiders").mkdir(mode=0o755)
    blocks = re.findall(r"```(python|console)\n(.*?)```", PAGE, flags=re.DOTALL)
    assert [language for language, _ in blocks].count("python") == 2
    output = {}
    for language, block in blocks:
        if language == "python":
            name = re.match(r"# (newsdesk-spiders/\w+\.py)\n", block)
            assert name is not None and SITE in block
            (tmp_path / name[1]).write_text(block.replace(SITE, web.url("quotes.test").rstrip("/")))
            (tmp_path / name[1]).chmod(0o644)
            continue
        for line in re.findall(r"^\$ newsdesk (.*)$", block, flags=re.MULTILINE):
            output[line] = shell.run(*shlex.split(line))
    assert "quotes" in output["scrapy list"]
    assert len((tmp_path / "quotes.jsonl").read_text().splitlines()) == 9
    assert "9 seen = 9 new" in output["crawl quotes"]
    assert "Quote 3-2 about the harbour" in output["stories"]
    assert (
        "spider:tagged?tag=humor"
        in output["add --spider tagged --arg tag=humor --set CLOSESPIDER_PAGECOUNT=20"]
    )
    assert "3 seen = 3 new" in output["crawl tagged"]
    assert "read 9 items from 3 pages" in output["sources"]
    assert shell.rows("SELECT kind, count(*) FROM story GROUP BY kind") == [("article", 9), ("opinion", 3)]
    assert shell.rows("SELECT every_s FROM source") == [21600, None]
