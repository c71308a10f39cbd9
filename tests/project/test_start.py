"""Commands that only read start quickly, and so does a crawl that finds nothing new: the modules that they may import.

Each is run in a new process; what it imported is listed there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.formats import FOLDER, unpack

SCRIPT = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from newsdesk.__main__ import main
main()
"""
COMMANDS = (
    "--help",
    "--version",
    "clusters",
    "config",
    "events",
    "runs",
    "sources",
    "sources show 1",
    "stories",
    "stories --json",
    "stories ferry",
    "stories --clusters",
    "story 1",
    "why 1",
)
LIBRARIES = {
    "click",
    "dateutil",  # of sqlite-utils, as the four after it
    "click_default_group",
    "pluggy",
    "sqlite_fts4",
    "tabulate",
    "idna",
    "rich",
    "sqlite_utils",
    "six",
    "zstandard",
}
OURS = (  # of the crawler: the settings of a session, addresses, and names without tables
    "newsdesk.crawler.credentials",
    "newsdesk.crawler.http.guard",
    "newsdesk.crawler.http.target",
    "newsdesk.crawler.session_settings",
)
NO_DRAWING = ("--version", "config", "stories --json")


NOT_NEEDED = (  # parsers are for workers; the rest is imported when there is a document, a bar or a lost feed
    "aiohttp",
    "newsdesk.crawler.discovery",
    "newsdesk.crawler.documents.",
    "newsdesk.crawler.feeds",
    "newsdesk.crawler.normalise.",
    "newsdesk.crawler.pages",
    "newsdesk.crawler.workers.readers",
    "lxml",
    "multiprocessing",
    "nh3",
    "pebble",
    "protego",
    "requests",
    "rich",
    "scrapy",
    "tldextract",
    "trafilatura",
)
LIGHT = (  # addresses, and no tables
    "newsdesk.crawler.documents.charset",
    "newsdesk.crawler.documents.windows1252",
    "newsdesk.crawler.normalise.reader_version",
    "newsdesk.crawler.normalise.urls",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "newsdesk.db"
    unpack(FOLDER / "0001_initial.db.gz", path, port=1)
    return path


def _imported(command: str, store: Path, *, code: int = 0) -> set[str]:
    ran = subprocess.run(
        [sys.executable, "-P", "-c", SCRIPT, *command.split()],
        env={**os.environ, "NEWSDESK_DB": str(store)},
        cwd=store.parent,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == code, ran.stderr
    return set(ran.stderr.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reading_command_imports_little(command: str, store: Path) -> None:
    modules = _imported(command, store) - _imported_by_python()
    outside = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names - LIBRARIES
    assert {name for name in outside if not name.startswith("_")} == {"newsdesk"}
    crawler = {name for name in modules if name.startswith("newsdesk.crawler.")}
    assert {name for name in crawler if not name.startswith(OURS)} <= {"newsdesk.crawler.http"}


@pytest.mark.parametrize("command", NO_DRAWING)
def test_nothing_that_draws_is_imported_when_nothing_is_drawn(command: str, store: Path) -> None:
    assert "rich.console" not in _imported(command, store)


def test_a_crawl_without_documents_imports_little(store: Path) -> None:
    """The source is on port 1, which refuses the connection: all but parsing runs."""
    modules = _imported("crawl 1", store, code=1)
    assert "newsdesk.crawler.feed_visit" in modules
    assert {name for name in modules if name.startswith(NOT_NEEDED) and not name.startswith(LIGHT)} == set()


def _imported_by_python() -> set[str]:
    """What Python imports by itself, from files that lie in its folder of packages."""
    ran = subprocess.run(
        [sys.executable, "-P", "-c", "import sys; print(*sys.modules)"], capture_output=True, text=True
    )
    return set(ran.stdout.split())
