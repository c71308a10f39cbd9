"""`scrapy crawl` with exit code 1 when the address was not visited, or its visit failed.

The exit code of Scrapy's own command reports only spiders that could not be created.
"""

from __future__ import annotations

import argparse

from scrapy.commands import crawl
from scrapy.exceptions import UsageError

FAILED = "newsdesk/failed"  # what the pipeline counts


class Command(crawl.Command):
    """Scrapy finds the command by this name, and requires this base class."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run one spider. Exit code 1 when its visit failed."""
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl feed -a url=https://news.example/feed.xml")
        assert self.crawler_process is not None
        crawler = self.crawler_process.create_crawler(args[0])
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        failed = crawler.stats is None or crawler.stats.get_value(FAILED, 0)
        self.exitcode = int(self.crawler_process.bootstrap_failed or bool(failed))
