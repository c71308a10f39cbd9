"""Spiders for tests: a folder with their files, and a runner that has them as sources.

folder = SpiderFolder(tmp_path)
folder.write("quotes.py", QUOTES)
async with open_runner(tmp_path, web, **folder.settings(web)) as runner:
    add_spider(runner, "quotes", web.url("quotes.test", "/page/1/"))
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.session_settings import SessionSettings, SpiderSettings
from newsdesk.storage.records.sources.spiders import SpiderCall
from newsdesk.storage.sources.sources import NewSource, add_source
from tests.support.runner import TestRunner, utc_now
from tests.support.web import Web

# The spider of Scrapy's own tutorial; its item has the keys of newsdesk.
QUOTES = """
import scrapy


class QuotesSpider(scrapy.Spider):
    name = "quotes"
    start_urls = ["{start}"]

    def parse(self, response):
        for quote in response.css("div.quote"):
            yield {{
                "url": response.urljoin(quote.css("a::attr(href)").get()),
                "title": quote.css("span.text::text").get(),
                "text": quote.css("span.text::text").get(),
                "authors": quote.css("small.author::text").getall(),
            }}

        next_page = response.css("li.next a::attr(href)").get()
        if next_page is not None:
            yield response.follow(next_page, callback=self.parse)
"""


def quotes_page(number: int, *, last: int = 3, quotes: int = 3) -> str:
    """A page of quotes with a link to the next one."""
    shown = "".join(
        f'<div class="quote"><span class="text">Quote {number}-{at} about the harbour</span>'
        f'<small class="author">Ada Marsh</small><a href="/quote/{number}-{at}">(about)</a></div>'
        for at in range(quotes)
    )
    following = f'<li class="next"><a href="/page/{number + 1}/">Next</a></li>' if number < last else ""
    return f"<html><body>{shown}<ul class='pager'>{following}</ul></body></html>"


def serve_quotes(web: Web, *, last: int = 3) -> None:
    for number in range(1, last + 1):
        web.serve(f"/page/{number}/", quotes_page(number, last=last), type="text/html")


class SpiderFolder:
    """A folder that only its owner may write to."""

    def __init__(self, parent: Path) -> None:
        self.path = parent / "spiders"
        self.path.mkdir(mode=0o700)

    def write(self, name: str, text: str) -> Path:
        file = self.path / name
        file.write_text(text)
        file.chmod(0o600)
        return file

    def spider(self, name: str, parse: str, *, start: str, more: str = "") -> None:
        """A spider whose `parse` has these lines."""
        self.write(
            f"{name}.py",
            "import os, sys, time, scrapy\n\n\n"
            f"class S(scrapy.Spider):\n    name = {name!r}\n    start_urls = [{start!r}]\n"
            f"{indent(dedent(more), '    ')}\n"
            f"    def parse(self, response):\n{indent(dedent(parse), '        ')}\n",
        )

    def settings(self, web: Web, **changes: Any) -> SessionSettings:
        spiders = replace(SpiderSettings(folder=str(self.path), timeout_s=60.0), **changes)
        return SessionSettings(
            client=web.settings(), workers=1, delay_s=0.0, per_minute=None, spiders=spiders
        )


def add_spider(
    runner: TestRunner,
    name: str,
    start: str,
    *,
    arguments: tuple[tuple[str, str], ...] = (),
    settings: tuple[tuple[str, str], ...] = (),
    **fields: Any,
) -> int:
    """A source with a spider, without a look at it."""
    call = SpiderCall(name=name, start=start, arguments=arguments, settings=settings)
    new = NewSource(
        address=call.address, host=host_of(start), site=site_of(start), kind="spider", spider=call, **fields
    )
    return runner.writer.do(lambda db: add_source(db, new, now=utc_now()))[0]
