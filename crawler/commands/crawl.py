"""`scrapy crawl` with one line for wrong use, and exit code 1 when the address was not visited, its visit failed, or
the spider raised an exception.

The exit code of Scrapy's own command reports only spiders that could not be created.
"""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import crawl
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from newsdesk.crawler.spider_process.checked_crawler import CheckedCrawler, RefusedError, missing_argument
from newsdesk.crawler.spider_process.loader import FolderSpiderLoader
from newsdesk.crawler.spiders.site import SiteSpider

FAILED = "newsdesk/failed"  # what the pipeline counts
RAISED = "spider_exceptions/count"  # what Scrapy counts


class Command(crawl.Command):
    """Scrapy finds the command by this name, and requires this base class."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check what was typed before anything is started."""
        super().process_options(args, opts)
        problem = self._problem(args, opts)
        if problem is not None:
            print(f"scrapy crawl: {problem}", file=sys.stderr)
            sys.exit(2)

    def _problem(self, args: list[str], opts: argparse.Namespace) -> str | None:
        if len(args) != 1:
            return "name one spider: scrapy crawl feed -a url=https://news.example/feed.xml"
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        if args[0] not in loader.list():
            return (
                loader.missing(args[0])
                if isinstance(loader, FolderSpiderLoader)
                else f"no spider {args[0]!r}"
            )
        spider = loader.load(args[0])
        missing = missing_argument(spider, opts.spargs)
        if missing is not None:
            value = "https://news.example/…" if missing == "url" else "…"
            return f"the spider {args[0]} needs an argument: scrapy crawl {args[0]} -a {missing}={value}"
        return SiteSpider.wrong_argument(opts.spargs) if spider is SiteSpider else None

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run one spider. Exit code 1 when its visit failed, or it raised."""
        assert self.crawler_process is not None and self.settings is not None
        ours = Settings()
        ours.setmodule("newsdesk.crawler.settings", priority="project")
        spider = self.crawler_process.spider_loader.load(args[0])
        crawler = CheckedCrawler(spider, self.settings, before=ours)
        try:
            crawler.check()
        except RefusedError as error:
            print(f"scrapy crawl: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        failed = crawler.stats is None or any(crawler.stats.get_value(name, 0) for name in (FAILED, RAISED))
        self.exitcode = int(self.crawler_process.bootstrap_failed or bool(failed))
