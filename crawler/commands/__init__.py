"""Our version of Scrapy's commands."""

from collections.abc import Sequence


def run_scrapy(arguments: Sequence[str]) -> None:
    """Scrapy's command line; it ends the process with its exit code."""
    from scrapy.cmdline import execute  # late: Scrapy looks for commands in this package

    execute(["scrapy", *arguments])
