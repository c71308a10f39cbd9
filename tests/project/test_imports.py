"""The layout: import direction, no circles, folder sizes, pure parts, one home for each outside library.

Reads the imports of every file; runs nothing of them. `python tools/import_map.py` prints the map.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.paths import ROOT


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


import_map = _load(ROOT / "tools" / "import_map.py")
FILES: list[Path] = list(import_map.files().values())

# Pure: no engine, database, socket, file, environment, log or clock; `now` is an argument.
PURE = (
    "storage/records",
    "storage/db/timestamps.py",
    "storage/maintenance/leaf_pages.py",
    "storage/pages/verdict.py",
    "storage/stories/matching.py",
    "storage/stories/revisions.py",
    "storage/stories/similarity.py",
    "storage/stories/verdict.py",
    "crawler/models.py",
    "crawler/backfill/older_documents.py",
    "crawler/credentials",
    "crawler/discovery/candidates.py",
    "crawler/discovery/home_page.py",
    "crawler/discovery/known_paths.py",
    "crawler/documents",
    "crawler/feeds",
    "crawler/http/decoding.py",
    "crawler/http/outcomes.py",
    "crawler/http/response.py",
    "crawler/http/target.py",
    "crawler/normalise",
    "crawler/links",
    "crawler/pages",
    "crawler/site_files/fields.py",
    "crawler/site_files/page.py",
    "crawler/site_files/selecting.py",
    "crawler/site_files/site_file.py",
    "crawler/sites",
    "crawler/workers/document.py",
    "crawler/workers/feed_task.py",
    "crawler/workers/inspect_task.py",
    "crawler/workers/page_task.py",
    "crawler/workers/readers",
    "crawler/workers/reparse_task.py",
    "crawler/workers/robots_task.py",
    "crawler/workers/sitemap_task.py",
    "crawler/workers/task.py",
    "scheduler/durations.py",
    "scheduler/alarms/alarms.py",
    "scheduler/alarms/source_status.py",
    "scheduler/cadence/cron.py",
    "scheduler/cadence/failures.py",
    "scheduler/cadence/first_visits.py",
    "scheduler/cadence/hourly_profile.py",
    "scheduler/cadence/intervals.py",
    "scheduler/cadence/next_visit.py",
    "scheduler/cadence/policy.py",
    "scheduler/cadence/publication_profile.py",
    "scheduler/cadence/reasons.py",
    "scheduler/cadence/server_hints.py",
    "scheduler/cadence/threshold.py",
    "scheduler/simulation",
    "storage/records/addresses/areas.py",
    "storage/sources/merge_proof.py",
)
IMPURE = {
    "aiohttp", "asyncio", "http", "httptools", "logging", "multiprocessing", "os", "pathlib", "pebble", "psutil",
    "random", "requests", "scrapy", "shutil", "socket", "sqlite3", "sqlite_utils", "subprocess", "sys",
    "tempfile", "threading", "time", "urllib.request",
}  # fmt: skip
IMPURE_CALLS = {"open", "print", "input"}

HOMES = {
    "scrapy": (
        "crawler/commands",
        "crawler/spiders",
        "crawler/spider_process",
        "crawler/settings.py",
    ),
    "feedparser": ("crawler/feeds",),
    "sqlite_utils": ("storage",),
    "sqlite3": ("storage",),
    "aiohttp": (
        "newsdesk/demo",
        "newsdesk/web",
    ),
    "httptools": ("crawler/http/connection.py",),
    "pebble": ("crawler/workers/pool.py",),
    "parsel": ("crawler/site_files",),
    "cssselect": ("crawler/site_files",),
    "protego": ("crawler/workers/readers/robots.py",),
    "trafilatura": ("crawler/pages/text/reader.py",),
    "psutil": (
        "crawler/workers/worker.py",
        "crawler/spider_process/process.py",
        "scheduler/run/owners.py",
    ),
    "zstandard": ("crawler/http/decoding.py", "storage/stories/rows.py"),
    "brotli": ("crawler/http/decoding.py",),
    "lxml": (
        "crawler/documents",
        "crawler/feeds",
        "crawler/links",
        "crawler/pages",
        "crawler/site_files",
        "crawler/sitemaps",
        "crawler/discovery",
        "newsdesk/sources/opml.py",
        "newsdesk/demo",
    ),
    "idna": (
        "crawler/http/target.py",
        "crawler/normalise/urls/hosts.py",
        "crawler/normalise/urls/sites.py",
        "storage/pages/due.py",
    ),
    "charset_normalizer": ("crawler/documents/charset.py",),
    "w3lib": ("crawler/documents/charset.py",),
    "nh3": ("crawler/normalise/text/html.py",),
    "tldextract": ("crawler/normalise/urls/sites.py",),
    "click": ("newsdesk",),
    "rich": ("newsdesk",),
    "starlette": ("newsdesk/web",),
    "uvicorn": ("newsdesk/web",),
    "prometheus_client": ("newsdesk/web",),
}
APSCHEDULER_TRIGGERS = "apscheduler.triggers"  # pure arithmetic, allowed anywhere in the scheduler
APSCHEDULER_HOME = "scheduler/service/clock.py"


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _within(path: Path, places: tuple[str, ...]) -> bool:
    name = _name(path)
    return any(name == place or name.startswith(f"{place}/") for place in places)


def test_no_rule_of_the_layout_is_broken() -> None:
    """No circle, no import against the order of the packages, no folder with too many files."""
    assert import_map.broken() == []


def test_a_circle_is_found() -> None:
    edges = {"a": frozenset({"b"}), "b": frozenset({"c"}), "c": frozenset({"a"}), "d": frozenset({"a"})}
    assert import_map.circles(edges) == [["a", "b", "c"]]


def test_a_wrong_direction_is_found() -> None:
    edges = {
        "storage.db.writer": frozenset({"crawler.models"}),
        "crawler.models": frozenset({"storage.db.writer"}),
    }
    assert len(import_map.wrong_directions(edges)) == 2


@pytest.mark.parametrize("place", PURE)
def test_pure_parts_exist(place: str) -> None:
    assert (ROOT / place).exists()


@pytest.mark.parametrize("path", [path for path in FILES if _within(path, PURE)], ids=_name)
def test_pure_parts_touch_nothing(path: Path) -> None:
    for name in import_map.imported(path):
        assert not any(name == bad or name.startswith(f"{bad}.") for bad in IMPURE), (
            f"{_name(path)} imports {name}"
        )
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in IMPURE_CALLS, f"{_name(path)} calls {called}"
            assert not called.endswith((".now", ".utcnow", ".today")), (
                f"{_name(path)} reads a clock: {called}"
            )


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_each_outside_library_has_one_home(path: Path) -> None:
    for name in import_map.imported(path):
        head = name.split(".")[0]
        if head in HOMES:
            assert _within(path, HOMES[head]), f"{_name(path)} imports {name}"
        if head == "apscheduler" and not name.startswith(APSCHEDULER_TRIGGERS):
            assert _name(path) == APSCHEDULER_HOME, f"{_name(path)} imports {name}"


PYTHON_FILES = [
    path
    for top in (*import_map.PACKAGES, "tests", "benchmarks", "tools", "docs")
    for path in sorted((ROOT / top).rglob("*.py"))
]


@pytest.mark.parametrize("path", PYTHON_FILES, ids=_name)
def test_imports_are_written_in_full(path: Path) -> None:
    """`import crawler` works from the checkout, and gives a second copy of each module."""
    for name in import_map.imported(path):
        assert not name.startswith("."), f"{_name(path)}: write {name} in full"
        assert not re.match(r"(crawler|scheduler|storage)(\.|$)", name), (
            f"{_name(path)}: write newsdesk.{name}"
        )


def test_no_catch_all_names() -> None:
    for path in FILES:
        assert path.stem not in {"utils", "util", "helpers", "common", "manager", "base", "misc"}, _name(path)


def test_each_folder_says_its_job() -> None:
    for path in FILES:
        if path.name == "__init__.py":
            assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), _name(path)


def test_a_file_stays_one_idea() -> None:
    """At 300 lines we talk; tables and invented stories may be longer."""
    tables = (
        "newsdesk/demo/sites",
        "storage/db/schema.py",
        "crawler/normalise/bylines/tables/given_names.py",
    )
    for path in FILES:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 400 or _within(path, tables), f"{_name(path)} has {lines} lines"
