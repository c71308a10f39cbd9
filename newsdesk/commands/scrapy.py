"""`newsdesk scrapy`: Scrapy's own command line with the settings of newsdesk, in any folder."""

from __future__ import annotations

import logging
import os

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}, add_help_option=True
)
@click.argument("arguments", metavar="[COMMAND…]", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Run a command of Scrapy with the settings of newsdesk.

    The spiders are `feed` and `page`, which visit one address and keep it as `newsdesk crawl` does, `site`, which
    follows a home or section page to its stories and keeps them, and those in the folder of the setting
    spiders.folder. Requests go through the HTTP client of newsdesk, with robots.txt and the
    rate limits of hosts. `crawl` of a spider of yours keeps nothing: it shows what the spider yields. `newsdesk add
    --spider` makes it a source.

    \b
    newsdesk scrapy list
    newsdesk scrapy crawl quotes -O quotes.jsonl
    newsdesk scrapy crawl feed -a url=https://harbour.example/feed.xml -O stories.jsonl
    newsdesk scrapy crawl site -a url=https://harbour.example/ -a pages=2 -O stories.jsonl
    newsdesk scrapy shell https://harbour.example/
    """
    from newsdesk.crawler.commands import run_scrapy

    for handler in list(logging.root.handlers):
        logging.root.removeHandler(handler)  # Scrapy logs by its own options: -L, --logfile, --nolog
    os.environ["SCRAPY_SETTINGS_MODULE"] = "newsdesk.crawler.settings"
    run_scrapy(arguments)
