"""Loads spiders by name: ours, and those of the user's folder (setting `spiders.folder`).

The folder is imported as the package `newsdesk_spiders`, so its files can import each other and shadow no other
module. A file that cannot be imported hides no other spider.
"""

from __future__ import annotations

import pkgutil
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Self

from scrapy import Spider
from scrapy.http import Request
from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.spider import iter_spider_classes

from newsdesk.crawler.spider_process.safe_folder import PACKAGE, UnsafeFolderError, check_folder


class SpiderNameError(Exception):
    """Two spiders with one name."""


class FolderSpiderLoader:
    """Scrapy's setting `SPIDER_LOADER_CLASS`. `broken`: file → traceback of its import."""

    def __init__(self, settings: BaseSettings) -> None:
        own = SpiderLoader(settings)  # those of SPIDER_MODULES
        self._spiders: dict[str, type[Spider]] = {name: own.load(name) for name in own.list()}
        self._files = dict.fromkeys(self._spiders, "newsdesk")
        self.broken: dict[str, str] = {}
        self._folder = _folder(settings)
        if self._folder is not None:
            check_folder(self._folder)
            self._add_folder(self._folder)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """For Scrapy's commands: a folder that cannot be used ends the command with one line."""
        try:
            loader = cls(settings)
        except (UnsafeFolderError, SpiderNameError, OSError) as error:
            sys.exit(f"scrapy: {error}")
        for file, text in loader.broken.items():
            reason = text.strip().rpartition("\n")[2]
            print(f"scrapy: {file} in the folder of spiders cannot be imported: {reason}", file=sys.stderr)
        return loader

    def load(self, spider_name: str) -> type[Spider]:
        """Raises KeyError, whose text says which files cannot be imported."""
        try:
            return self._spiders[spider_name]
        except KeyError:
            raise KeyError(self.missing(spider_name)) from None

    def missing(self, name: str) -> str:
        """Why there is no such spider, on one line."""
        known = ", ".join(sorted(self._spiders.keys() - {"feed", "page", "site"}))
        if not known:
            known = f"none; the setting spiders.folder is {self._folder or 'not set'}"
        broken = f"; cannot be imported: {', '.join(sorted(self.broken))}" if self.broken else ""
        return f"there is no spider {name!r} in the folder of spiders; there are: {known}{broken}"

    def find_by_request(self, request: Request) -> list[str]:
        """The names of the spiders that say they handle an address."""
        return [name for name, spider in self._spiders.items() if spider.handles_request(request)]

    def _add_folder(self, folder: Path) -> None:
        sys.dont_write_bytecode = True  # the folder may belong to another user, and holds what people wrote
        package = ModuleType(PACKAGE)
        package.__path__ = [str(folder)]
        sys.modules[PACKAGE] = package
        for found in pkgutil.walk_packages([str(folder)], f"{PACKAGE}.", onerror=lambda name: None):
            self._add_module(found.name)

    def _add_module(self, name: str) -> None:
        file = name.removeprefix(f"{PACKAGE}.").replace(".", "/") + ".py"
        try:
            module = import_module(name)
        except Exception:  # whatever the file does while it is imported
            self.broken[file] = traceback.format_exc()
            return
        for spider in iter_spider_classes(module):
            if spider.name in self._files:
                raise SpiderNameError(
                    f"there are two spiders {spider.name!r}: in {self._files[spider.name]} and in {file}; rename one"
                )
            self._spiders[spider.name], self._files[spider.name] = spider, file

    def list(self) -> list[str]:
        """The names of all spiders."""
        return list(self._spiders)


def _folder(settings: Mapping[str, object] | BaseSettings) -> Path | None:
    """The folder of users' spiders, as the setting `NEWSDESK_SPIDERS` of Scrapy or the settings of newsdesk have
    it; None when there is none."""
    named = settings.get("NEWSDESK_SPIDERS")
    if named is None and settings.get("NEWSDESK_SETTINGS") is not None:
        named = pkgutil.resolve_name(str(settings.get("NEWSDESK_SETTINGS")))().runner.session.spiders.folder
    folder = Path(str(named)) if named else None
    return folder if folder is not None and folder.is_dir() else None
