"""What `newsdesk doctor` looks at, one function a matter. Each gives findings: how bad, in words, what to do.

Nothing is changed, no network is used. A file that cannot be opened ends the looks into it, not the others.
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

from newsdesk.scheduler.run.owners import owner_is_alive, owner_name
from newsdesk.settings.reader import Settings, SettingsError, check_certificates, read_settings
from newsdesk.storage.db.database import check_place, prepare_error, reading, sqlite_version, wal_of
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.db.service import find_service, serves
from newsdesk.storage.maintenance.salvage import read_whole
from newsdesk.storage.queries import health

Level = Literal["ok", "warning", "error"]
MIB = 1024 * 1024
ROOM_BYTES = 100 * MIB  # free on the disk, or as much as the file: an upgrade and a repair copy it
NO_ROOM_BYTES = 10 * MIB
LOG_BYTES = 256 * MIB  # newsdesk's own log stays near 16 MiB
CLOCK_BEHIND = timedelta(minutes=2)
BUILT = datetime.fromisoformat("2026-11-01T00:00:00+00:00")  # no clock that is right shows less
REPAIR = "`newsdesk doctor --repair` saves what can be read; or put back a backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One matter. `remedy` is empty when nothing is to be done."""

    level: Level
    matter: str
    words: str
    remedy: str = ""


def examine(*, now: datetime, full: bool) -> Iterator[Finding]:
    """All findings, in the order in which one thing needs the other. `full` looks at every page and index."""
    yield from _machine(now)
    try:
        settings = read_settings()
        check_certificates(settings)
    except SettingsError as error:
        yield Finding(
            level="error", matter="settings", words=str(error), remedy="write it as told, or take it out"
        )
        return
    yield _settings(settings)
    place = list(_place(settings.db))
    yield from place
    if any(finding.level == "error" and finding.matter == "place" for finding in place):
        return
    yield from _file(settings.db, now=now, full=full)


def _machine(now: datetime) -> Iterator[Finding]:
    words = f"Python {platform.python_version()}, SQLite {sqlite_version()}, {sys.platform}"
    yield Finding(level="ok", matter="machine", words=words)
    try:
        ZoneInfo("Europe/Berlin")
        yield Finding(level="ok", matter="time zones", words="known by their names")
    except ZoneInfoNotFoundError:
        yield Finding(
            level="warning",
            matter="time zones",
            words="there is no time zone database: dates of sources with `--timezone` are read as UTC",
            remedy="install the system's tzdata",
        )
    if now < BUILT:
        yield Finding(
            level="error", matter="clock", words=f"it shows {now:%Y-%m-%d %H:%M} UTC", remedy="set the clock"
        )
    resolver = Path("/etc/resolv.conf")
    if resolver.is_file() and "nameserver" not in resolver.read_text(encoding="utf-8", errors="replace"):
        yield Finding(
            level="warning",
            matter="names",
            words="/etc/resolv.conf names no name server",
            remedy="add one, unless names are resolved otherwise here",
        )


def _settings(settings: Settings) -> Finding:
    files = sorted({origin for origin in settings.origin.values() if origin.endswith(".toml")})
    told = sum(origin != "default" for origin in settings.origin.values())
    words = f"{told} set, the others by default" + (f"; read from {', '.join(files)}" if files else "")
    return Finding(level="ok", matter="settings", words=words)


def _place(db: Path) -> Iterator[Finding]:
    """Folder, rights, disk, network file system, log."""
    folder = db.parent
    try:
        check_place(db, create=True)
    except StoreError as error:
        yield Finding(level="error", matter="place", words=str(error))
        return
    if not folder.is_dir():
        yield Finding(
            level="error",
            matter="place",
            words=f"there is no folder {folder}",
            remedy="make it, or name another by `db`",
        )
        return
    for path in (folder, *([db] if db.exists() else [])):
        if not os.access(path, os.R_OK | os.W_OK):
            yield Finding(
                level="error", matter="place", words=f"{path} may not be read and written by this user",
                remedy="give the rights, or run newsdesk as its owner",
            )  # fmt: skip
            return
    yield Finding(level="ok", matter="place", words=f"{db}, on a disk of this machine, may be written")
    free = shutil.disk_usage(folder).free
    size = db.stat().st_size if db.exists() else 0
    needed = max(ROOM_BYTES, size)
    yield Finding(
        level="error" if free < NO_ROOM_BYTES else "warning" if free < needed else "ok",
        matter="disk",
        words=f"{free // MIB} MiB free, the file has {-(-size // MIB)}",
        remedy=f"make room: {needed // MIB} MiB should be free, an upgrade copies the file"
        if free < needed
        else "",
    )
    log = wal_of(db).stat().st_size if wal_of(db).exists() else 0
    if log > LOG_BYTES:
        yield Finding(
            level="warning", matter="log", words=f"{wal_of(db).name} has {log // MIB} MiB",
            remedy="a program that reads the file for hours keeps it from shrinking: end it",
        )  # fmt: skip


def _file(db: Path, *, now: datetime, full: bool) -> Iterator[Finding]:
    if not db.exists() or not db.is_file():
        yield Finding(
            level="warning",
            matter="file",
            words=f"there is no file {db} yet",
            remedy="`newsdesk add ADDRESS` makes it",
        )
        return
    words = prepare_error(db)
    if words is not None:
        yield Finding(level="error", matter="file", words=words)
        return
    try:
        with reading(db) as store:
            wrong = health.quick_faults(store)
            older = health.steps_to_come(store)
            if not wrong and not older:
                sources, stories = health.count_kept(store)
                words = (
                    f"sound, by a {'full' if full else 'quick'} look; {sources} sources, {stories} stories"
                )
        if full and not wrong:
            wrong = read_whole(db)
        if wrong:
            yield Finding(level="error", matter="file", words=f"damaged: {'; '.join(wrong)}", remedy=REPAIR)
            return
        if older:
            yield Finding(
                level="warning", matter="file", words=f"sound, and of an older newsdesk (before {older[0]})",
                remedy="the next `newsdesk crawl` upgrades it, and keeps a copy of it as it is",
            )  # fmt: skip
            return
        yield Finding(level="ok", matter="file", words=words or "sound")
        with reading(db) as store:
            for look in LOOKS:
                yield from look(store, now)
    except StoreError as error:
        yield Finding(
            level="error", matter="file", words=str(error), remedy=REPAIR if "damaged" in str(error) else ""
        )


def _clock(store: health.Store, now: datetime) -> Iterator[Finding]:
    newest = health.newest_moment(store)
    if newest is not None and newest > now + CLOCK_BEHIND:
        yield Finding(
            level="error",
            matter="clock",
            words=f"it shows {now:%Y-%m-%d %H:%M} UTC, and the newest visit is of {newest:%Y-%m-%d %H:%M}",
            remedy="set the clock; nothing is lost by it, visits come when their time has come",
        )
    else:
        yield Finding(
            level="ok", matter="clock", words=f"{now:%Y-%m-%d %H:%M} UTC, not behind the newest visit"
        )


def _dead(store: health.Store, now: datetime) -> Iterator[Finding]:
    leases, runs = health.left_by_the_dead(store, alive=owner_is_alive, now=now)
    if leases or runs:
        yield Finding(
            level="warning", matter="crawls", words=f"killed ones left {runs} runs and {leases} hosts open",
            remedy="nothing to do: the next crawl ends them",
        )  # fmt: skip
    else:
        yield Finding(level="ok", matter="crawls", words="none was killed since the latest one")


def _service(store: health.Store, now: datetime) -> Iterator[Finding]:
    row = find_service(store)
    if row is None or row.ended_at is not None:
        return
    here = owner_name().rsplit(":", 2)[0]
    if serves(row, alive=owner_is_alive, here=here, now=now):
        words = f"process {row.pid} on {row.machine} since {row.started_at:%Y-%m-%d %H:%M} UTC"
        yield Finding(level="ok", matter="service", words=words)
    else:
        yield Finding(
            level="warning", matter="service",
            words=f"it died after {row.heartbeat.at:%Y-%m-%d %H:%M} UTC, as process {row.pid} on {row.machine}",
            remedy="`newsdesk serve` starts it again",
        )  # fmt: skip


def _sources(store: health.Store, now: datetime) -> Iterator[Finding]:
    ailing = health.ailing_sources(store, now=now)
    for one in ailing[: health.SHOWN]:
        yield Finding(
            level="warning", matter=f"source {one.source_id}", words=f"{one.name}: {one.why}",
            remedy=f"`newsdesk sources show {one.source_id}`, or `newsdesk sources retire {one.source_id}`",
        )  # fmt: skip
    if len(ailing) > health.SHOWN:
        more = f"{len(ailing) - health.SHOWN} more are in trouble"
        yield Finding(level="warning", matter="sources", words=more, remedy="`newsdesk sources` lists all")
    if not ailing:
        yield Finding(level="ok", matter="sources", words="none is in trouble")
    for host, until, why in health.blocked_hosts(store, now=now)[: health.SHOWN]:
        yield Finding(
            level="warning", matter="host", words=f"{host} is left alone until {until[:16]} UTC: {why}",
            remedy="nothing to do; a longer `politeness.delay_s` is kinder",
        )  # fmt: skip
    given_up = health.pages_given_up(store)
    if given_up:
        yield Finding(
            level="warning", matter="pages", words=f"{given_up} could not be read, and are not tried again",
            remedy="`newsdesk crawl --url ADDRESS` tries one; its story stays as the feed told it",
        )  # fmt: skip


LOOKS: tuple[Callable[[health.Store, datetime], Iterator[Finding]], ...] = (_clock, _service, _dead, _sources)
