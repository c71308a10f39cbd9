"""`scrapy crawl`, whose exit code says when the address was not visited, or its visit failed.

Scrapy's own tells only of spiders that could not be made. Named by `COMMANDS_MODULE` in `crawler.settings`.
"""

from __future__ import annotations

import argparse

from scrapy.commands import crawl
from scrapy.exceptions import UsageError

FAILED = "newsdesk/failed"  # what the pipeline counts


class Command(crawl.Command):
    """Scrapy finds a command by this name, and wants its own command's class."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run one spider. Exit code 1 when it did not do what it was asked."""
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl feed -a url=https://news.example/feed.xml")
        assert self.crawler_process is not None
        crawler = self.crawler_process.create_crawler(args[0])
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        failed = crawler.stats is None or crawler.stats.get_value(FAILED, 0)
        self.exitcode = int(self.crawler_process.bootstrap_failed or bool(failed))
