"""The checks of `newsdesk doctor`, one function each. A check yields findings with a level, a message and a remedy.

Read-only, without network. A file that cannot be opened ends the checks of its content, not the others.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsdesk.crawler.site_files.index import find_site_files, has_own
from newsdesk.crawler.spider_process.safe_folder import UnsafeFolderError, check_folder
from newsdesk.output.times import instant
from newsdesk.scheduler.run.owners import owner_is_alive, owner_name
from newsdesk.settings.reader import Settings, SettingsError, check_certificates, read_settings
from newsdesk.storage.clusters.rules_version import REMEDY, other_links_version
from newsdesk.storage.db.database import check_place, prepare_error, reading, sqlite_version, wal_of
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.db.filesystem import file_mode
from newsdesk.storage.db.service import find_service, is_serving
from newsdesk.storage.maintenance.salvage import integrity_errors
from newsdesk.storage.plurals import count
from newsdesk.storage.queries import health
from newsdesk.storage.records.copies.keys import RULES_VERSION

Level = Literal["ok", "warning", "error"]
MIB = 1024 * 1024
FREE_BYTES = 100 * MIB  # or the size of the file, if that is more: an upgrade and a repair copy it
MIN_FREE_BYTES = 10 * MIB
MAX_WAL_BYTES = 256 * MIB  # newsdesk keeps its write-ahead log near 16 MiB
CLOCK_BEHIND = timedelta(minutes=2)
BUILT = datetime.fromisoformat("2026-11-01T00:00:00+00:00")  # a correct clock shows a later time
REPAIR = "run `newsdesk doctor --repair`, which saves everything readable, or restore a backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of one check. `remedy` is empty when there is nothing to do."""

    level: Level
    check: str
    message: str
    remedy: str = ""


def examine(*, now: datetime, full: bool) -> Iterator[Finding]:
    """All findings; later checks depend on earlier ones. `full` reads every page and index of the file."""
    yield from _machine(now)
    try:
        settings = read_settings()
        check_certificates(settings)
    except SettingsError as error:
        yield Finding(
            level="error", check="settings", message=str(error), remedy="correct the setting, or remove it"
        )
        return
    yield _settings(settings)
    yield from _site_files(settings)
    yield from _spiders(settings)
    folder = list(_folder(settings.db))
    yield from folder
    if any(finding.level == "error" and finding.check == "folder" for finding in folder):
        return
    yield from _file(settings.db, now=now, full=full)


def _machine(now: datetime) -> Iterator[Finding]:
    versions = f"Python {platform.python_version()}, SQLite {sqlite_version()}, {sys.platform}"
    yield Finding(level="ok", check="system", message=versions)
    try:
        ZoneInfo("Europe/Berlin")
        yield Finding(level="ok", check="time zones", message="the time zone database is there")
    except ZoneInfoNotFoundError:
        yield Finding(
            level="warning",
            check="time zones",
            message="there is no time zone database: dates of sources with --timezone are read as UTC",
            remedy="install the package tzdata of your system",
        )
    if now < BUILT:
        yield Finding(
            level="error",
            check="clock",
            message=f"it shows {instant(now)}, which is too early",
            remedy="set the clock",
        )
    resolver = Path("/etc/resolv.conf")
    if resolver.is_file() and "nameserver" not in resolver.read_text(encoding="utf-8", errors="replace"):
        yield Finding(
            level="warning",
            check="DNS",
            message="/etc/resolv.conf has no nameserver line",
            remedy="add one, unless this machine resolves names in another way",
        )


def _settings(settings: Settings) -> Finding:
    files = sorted({origin for origin in settings.origin.values() if origin.endswith(".toml")})
    changed = sum(origin != "default" for origin in settings.origin.values())
    message = f"{changed} set, the others have their defaults"
    return Finding(
        level="ok", check="settings", message=message + (f"; read from {', '.join(files)}" if files else "")
    )


def _spiders(settings: Settings) -> Iterator[Finding]:
    """The folder of own spiders, which nobody else may write to; none of it is run."""
    folder = settings.runner.session.spiders.folder
    if not Path(folder).is_dir():
        return
    try:
        check_folder(Path(folder))
    except (UnsafeFolderError, OSError) as error:
        yield Finding(
            level="error",
            check="spiders",
            message=str(error),
            remedy="until then no spider of yours is run",
        )
    else:
        yield Finding(level="ok", check="spiders", message=f"nobody else may write to {folder}")


def _site_files(settings: Settings) -> Iterator[Finding]:
    """Own site files, without running them: `newsdesk sites` does."""
    site_files = settings.runner.session.site_files
    if not has_own(site_files):
        return
    found = find_site_files(site_files)
    for problem in found.problems:
        yield Finding(
            level="warning", check="site files", message=str(problem), remedy="`newsdesk sites` checks all"
        )
    if not found.problems:
        yield Finding(level="ok", check="site files", message=f"{count(len(found.own), 'file')} of yours")


def _folder(db: Path) -> Iterator[Finding]:
    """Folder, permissions, free space, network file system, write-ahead log."""
    folder = db.parent
    try:
        check_place(db, create=True)
    except StoreError as error:
        yield Finding(level="error", check="folder", message=str(error))
        return
    if not folder.is_dir():
        yield Finding(
            level="error",
            check="folder",
            message=f"there is no folder {folder}",
            remedy="create it, or change the setting db",
        )
        return
    for path in (folder, *([db] if db.exists() else [])):
        if not os.access(path, os.R_OK):
            yield Finding(
                level="error",
                check="folder",
                message=f"this user may not read {path}",
                remedy="change its permissions, or run newsdesk as its owner",
            )
            return
    yield from _writable(folder, db)
    yield from _permissions(db)
    free = shutil.disk_usage(folder).free
    size = db.stat().st_size if db.exists() else 0
    needed = max(FREE_BYTES, size)
    yield Finding(
        level="error" if free < MIN_FREE_BYTES else "warning" if free < needed else "ok",
        check="disk",
        message=f"{free // MIB} MiB free; the store has {-(-size // MIB)} MiB",
        remedy=f"free some space: an upgrade copies the store and needs {needed // MIB} MiB"
        if free < needed
        else "",
    )
    log = wal_of(db).stat().st_size if wal_of(db).exists() else 0
    if log > MAX_WAL_BYTES:
        yield Finding(
            level="warning",
            check="write-ahead log",
            message=f"{wal_of(db).name} has {log // MIB} MiB",
            remedy="end the program that has been reading the store for hours: SQLite cannot shrink the log meanwhile",
        )


def _writable(folder: Path, db: Path) -> Iterator[Finding]:
    """Whether the file can be written; where it exists, commands that only read work without."""
    fixed = next((path for path in (folder, db) if path.exists() and not os.access(path, os.W_OK)), None)
    if fixed is None:
        yield Finding(level="ok", check="folder", message=f"{db} can be written, and is on a local disk")
        return
    yield Finding(
        level="warning" if db.exists() else "error",
        check="folder",
        message=f"{fixed} may not be written; commands that read work, crawls and changes do not"
        if db.exists()
        else f"{fixed} may not be written",
        remedy="change its permissions, mount its disk writable, or run newsdesk as its owner",
    )


def _permissions(db: Path) -> Iterator[Finding]:
    """Files of the store that others may read or write, and a folder in which others may replace them."""
    allowed = file_mode()
    folder = db.parent.stat().st_mode
    if folder & 0o002 and not folder & 0o1000:
        yield Finding(
            level="warning",
            check="permissions",
            message=f"every user may replace files in {db.parent} (mode {folder & 0o7777:04o})",
            remedy=f"`chmod o-w {db.parent}`",
        )
    for file in sorted(db.parent.glob(f"{db.name}*")):  # with its log files and copies
        mode = file.stat().st_mode & 0o777
        if file.is_file() and mode & 0o077 & ~allowed:
            yield Finding(
                level="warning",
                check="permissions",
                message=f"other users may open {file} (mode {mode:04o}); it may hold tokens",
                remedy=f"`chmod {allowed:o} {file}`, or set db_group",
            )


def _file(db: Path, *, now: datetime, full: bool) -> Iterator[Finding]:
    if not db.exists() or not db.is_file():
        yield Finding(
            level="warning",
            check="file",
            message=f"{db} does not exist yet",
            remedy="`newsdesk add ADDRESS` creates it",
        )
        return
    unusable = prepare_error(db)
    if unusable is not None:
        yield Finding(level="error", check="file", message=unusable)
        return
    try:
        with reading(db) as store:
            wrong = health.quick_check_errors(store)
            older = health.pending_migrations(store)
            if not wrong and not older:
                sources, stories = health.count_sources_and_stories(store)
                totals = f"{count(sources, 'source')}, {count(stories, 'story', 'stories')}"
                summary = f"sound, by a {'full' if full else 'quick'} check; {totals}"
        if full and not wrong:
            wrong = integrity_errors(db)
        if wrong:
            yield Finding(level="error", check="file", message=f"damaged: {'; '.join(wrong)}", remedy=REPAIR)
            return
        if older:
            yield Finding(
                level="warning",
                check="file",
                message=f"sound, in an older format (before {older[0]})",
                remedy="the next `newsdesk crawl` upgrades it, and keeps a copy of the old file",
            )
            return
        yield Finding(level="ok", check="file", message=summary or "sound")
        with reading(db) as store:
            for check in CHECKS:
                yield from check(store, now)
    except StoreError as error:
        yield Finding(
            level="error", check="file", message=str(error), remedy=REPAIR if "damaged" in str(error) else ""
        )


def _clock(store: health.Store, now: datetime) -> Iterator[Finding]:
    newest = health.latest_time(store)
    if newest is not None and newest > now + CLOCK_BEHIND:
        yield Finding(
            level="error",
            check="clock",
            message=f"it shows {instant(now)}, but the newest visit is of {instant(newest)}",
            remedy="set the clock; nothing is lost",
        )
    else:
        yield Finding(level="ok", check="clock", message=f"{instant(now)}, later than the newest visit")


def _killed(store: health.Store, now: datetime) -> Iterator[Finding]:
    leases, runs = health.left_by_dead_processes(store, alive=owner_is_alive, now=now)
    if leases or runs:
        yield Finding(
            level="warning",
            check="crawls",
            message=f"killed crawls left {count(runs, 'run')} open, {count(leases, 'host')} leased",
            remedy="nothing to do: the next crawl closes them",
        )
    else:
        yield Finding(level="ok", check="crawls", message="no crawl was killed since the last one")


def _service(store: health.Store, now: datetime) -> Iterator[Finding]:
    row = find_service(store)
    if row is None or row.ended_at is not None:
        return
    here = owner_name().rsplit(":", 2)[0]
    if is_serving(row, alive=owner_is_alive, here=here, now=now):
        message = f"process {row.pid} on {row.machine} since {instant(row.started_at)}"
        yield Finding(level="ok", check="service", message=message)
    else:
        yield Finding(
            level="warning",
            check="service",
            message=f"it was killed after {instant(row.heartbeat.at)}, as process {row.pid} on {row.machine}",
            remedy="`newsdesk serve` starts it again",
        )


def _sources(store: health.Store, now: datetime) -> Iterator[Finding]:
    ailing = health.failing_sources(store, now=now)
    for one in ailing[: health.SHOWN]:
        yield Finding(
            level="warning",
            check=f"source {one.source_id}",
            message=f"{one.name}: {one.why}",
            remedy=f"see `newsdesk sources show {one.source_id}`, or retire it",
        )
    if len(ailing) > health.SHOWN:
        more = f"{count(len(ailing) - health.SHOWN, 'more source')} failing"
        yield Finding(level="warning", check="sources", message=more, remedy="`newsdesk sources` lists all")
    if not ailing:
        yield Finding(level="ok", check="sources", message="none needs attention")
    for host, until, why in health.blocked_hosts(store, now=now)[: health.SHOWN]:
        yield Finding(
            level="warning",
            check="host",
            message=f"{host} is not requested until {instant(until)}: {why}",
            remedy="nothing to do; if it recurs, raise politeness.delay_s",
        )
    given_up = health.pages_given_up(store)
    if given_up:
        yield Finding(
            level="warning",
            check="pages",
            message=f"{count(given_up, 'page')} could not be read; no more tries",
            remedy="`newsdesk crawl --url ADDRESS` tries one again; the stories keep what their feeds published",
        )


def _links(store: health.Store, now: datetime) -> Iterator[Finding]:
    version = other_links_version(store)
    if version is not None:
        yield Finding(
            level="warning",
            check="copies",
            message=f"the stored links are by other rules for copies ({version}; this version has {RULES_VERSION})",
            remedy=REMEDY,
        )


CHECKS: tuple[Callable[[health.Store, datetime], Iterator[Finding]], ...] = (
    _clock,
    _service,
    _killed,
    _sources,
    _links,
)
