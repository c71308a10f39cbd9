"""A crawler of Scrapy that refuses a spider which changed a fixed setting, and what a spider needs to be made."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from newsdesk.crawler.spider_process.fixed_settings import FIXED, changed_setting


class RefusedError(Exception):
    """The spider is not run; the text says why, and what to do."""


class CheckedCrawler(Crawler):
    """When the engine is made all settings are in force: those of the spider, of its add-ons, and of its old
    attributes. `before`: the settings that are fixed, as newsdesk has them."""

    def __init__(self, spidercls: type[Spider], settings: Settings, *, before: Settings) -> None:
        self._before = {name: before.get(name) for name in FIXED}
        super().__init__(spidercls, settings)

    def check(self) -> None:
        """Raises RefusedError."""
        changed = changed_setting(self._before, self.settings)
        if changed is not None:
            raise RefusedError(changed)

    def _create_engine(self) -> Any:
        self.check()
        return super()._create_engine()


def missing_argument(spider: type[Spider], arguments: Mapping[str, str]) -> str | None:
    """The first argument that a spider requires and does not get; None if there is none."""
    parameters = list(inspect.signature(spider.__init__).parameters.values())[1:]  # without self
    for one in parameters:
        keyword = one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
        if keyword and one.default is one.empty and one.name not in arguments:
            return one.name
    return None
