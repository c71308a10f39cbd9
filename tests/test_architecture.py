"""The house as the design draws it: import direction, pure hearts, one home for each outside library.

Reads the imports of every file; runs nothing of them.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("storage", "crawler", "scheduler", "newsdesk")  # each imports only rooms to its left
CRAWLER_MAY = {"storage.records", "storage.hints", "storage.fingerprints", "storage.paces", "storage.zones"}

PURE = (
    "storage/handover.py",
    "storage/hints.py",
    "storage/records.py",
    "storage/fingerprints.py",
    "storage/leaves.py",
    "storage/likeness.py",
    "storage/matching.py",
    "storage/instants.py",
    "storage/paces.py",
    "storage/zones.py",
    "crawler/addresses.py",
    "crawler/answers.py",
    "crawler/decoding.py",
    "crawler/items.py",
    "crawler/older.py",
    "crawler/outcomes.py",
    "crawler/redaction.py",
    "crawler/credentials.py",
    "crawler/cookies.py",
    "crawler/envelope.py",
    "crawler/discretion.py",
    "crawler/reading.py",
    "crawler/sitemap_reading.py",
    "crawler/candidates.py",
    "crawler/known_paths.py",
    "crawler/page_reading.py",
    "crawler/walking.py",
    "crawler/rereading.py",
    "crawler/readers",
    "crawler/normalise",
    "storage/alarms.py",
    "storage/rhythms.py",
    "scheduler/alarms.py",
    "scheduler/cadence.py",
    "scheduler/cron.py",
    "scheduler/failures.py",
    "scheduler/following.py",
    "scheduler/hours.py",
    "scheduler/price.py",
    "scheduler/reasons.py",
    "scheduler/replay.py",
    "scheduler/rhythm.py",
    "scheduler/simulate.py",
    "scheduler/spans.py",
    "scheduler/spread.py",
    "scheduler/whereabouts.py",
    "scheduler/wishes.py",
)
IMPURE = {
    "aiohttp", "asyncio", "http", "logging", "multiprocessing", "os", "pathlib", "pebble", "psutil",
    "random", "requests", "scrapy", "shutil", "socket", "sqlite3", "sqlite_utils", "subprocess", "sys",
    "tempfile", "threading", "time", "urllib.request",
}  # fmt: skip
IMPURE_CALLS = {"open", "print", "input"}

HOMES = {
    "scrapy": (
        "crawler/commands",
        "crawler/spiders",
        "crawler/settings.py",
        "crawler/handler.py",
        "crawler/session.py",
    ),
    "feedparser": ("crawler/readers",),
    "sqlite_utils": ("storage",),
    "sqlite3": ("storage",),
    "aiohttp": (
        "crawler/fetch.py",
        "crawler/faults.py",
        "crawler/heads.py",
        "crawler/resolver.py",
        "newsdesk/demo",
        "newsdesk/web",
    ),
    "pebble": ("crawler/pool.py",),
    "protego": ("crawler/robots.py",),
    "trafilatura": ("crawler/readers/body.py",),
    "psutil": ("crawler/pool.py", "scheduler/owners.py"),
    "zstandard": ("crawler/decoding.py", "storage/story_rows.py"),
    "brotli": ("crawler/decoding.py",),
    "lxml": ("crawler/readers", "newsdesk/opml.py", "newsdesk/demo"),
    "idna": ("crawler/addresses.py", "crawler/normalise/urls.py", "storage/pages.py"),
    "charset_normalizer": ("crawler/readers/charset.py",),
    "nh3": ("crawler/normalise/text.py",),
    "tldextract": ("crawler/normalise/sites.py",),
    "click": ("newsdesk",),
    "rich": ("newsdesk",),
    "starlette": ("newsdesk/web",),
    "uvicorn": ("newsdesk/web",),
    "prometheus_client": ("newsdesk/web",),
}
APSCHEDULER_TRIGGERS = "apscheduler.triggers"  # pure arithmetic, free for the scheduler's room
APSCHEDULER_HOME = "scheduler/clock.py"


def _files() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def _imports(path: Path) -> list[str]:
    """Every module that a file imports, wherever in it."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            module = node.module or ""
            found += [
                f"{module}.{alias.name}" if module.split(".")[0] in ROOMS else module for alias in node.names
            ]
    return found


def _within(path: Path, places: tuple[str, ...]) -> bool:
    relative = path.relative_to(ROOT).as_posix()
    return any(relative == place or relative.startswith(f"{place}/") for place in places)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", _files(), ids=_name)
def test_imports_only_rooms_to_its_left(path: Path) -> None:
    room = ROOMS.index(path.relative_to(ROOT).parts[0])
    for name in _imports(path):
        head = name.split(".")[0]
        if head in ROOMS:
            assert ROOMS.index(head) <= room, f"{_name(path)} imports {name}"
            if ROOMS[room] == "crawler" and head == "storage":
                assert any(name.startswith(allowed) for allowed in CRAWLER_MAY), (
                    f"{_name(path)} imports {name}"
                )


@pytest.mark.parametrize("path", [path for path in _files() if _within(path, PURE)], ids=_name)
def test_pure_hearts_touch_nothing(path: Path) -> None:
    for name in _imports(path):
        assert not any(name == bad or name.startswith(f"{bad}.") for bad in IMPURE), (
            f"{_name(path)} imports {name}"
        )
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in IMPURE_CALLS, f"{_name(path)} calls {called}"
            assert not called.endswith((".now", ".utcnow", ".today")), f"{_name(path)} asks a clock: {called}"


@pytest.mark.parametrize("path", _files(), ids=_name)
def test_each_outside_library_has_one_home(path: Path) -> None:
    for name in _imports(path):
        head = name.split(".")[0]
        if head in HOMES:
            assert _within(path, HOMES[head]), f"{_name(path)} imports {name}"
        if head == "apscheduler" and not name.startswith(APSCHEDULER_TRIGGERS):
            assert _name(path) == APSCHEDULER_HOME, f"{_name(path)} imports {name}"


def test_no_drawers() -> None:
    for path in _files():
        assert path.stem not in {"utils", "util", "helpers", "common", "manager", "base", "misc"}, _name(path)


def test_a_file_stays_one_idea() -> None:
    """At 300 lines we talk; tables and invented stories may be longer."""
    tables = ("newsdesk/demo/sites", "storage/migrations.py")
    for path in _files():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 400 or _within(path, tables), f"{_name(path)} has {lines} lines"
