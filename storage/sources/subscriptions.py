"""Many sources at once: import and export; and changing the settings of one. Callers check addresses and
values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.publication_profile import NextVisit
from newsdesk.storage.records.rate_limits import queue_of
from newsdesk.storage.records.sources.spiders import spider_json
from newsdesk.storage.sources.secret_names import SECRET_COLUMNS, keep_names
from newsdesk.storage.sources.sources import LONG_PAUSE, NEWS_SINCE, NewSource, State

# What a user may set, and what an export contains.
SETTINGS = (
    "kind", "spider", "name", "tags", "language", "country", "timezone", "every_s", "cron", "keep_days", "full_text",
    "state", *SECRET_COLUMNS,
)  # fmt: skip
FIRST_WHY = "first visit, spread"
IMPORTED = "an imported list"  # the value of found_by


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedSource:
    """A source of an imported list, what the list says about its feed, and its first visit."""

    new: NewSource
    title: str | None = None
    home: str | None = None
    first_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCounts:
    """The result of an import. `tagged`: of the known ones, those that got a tag."""

    added: int = 0
    revived: int = 0
    known: int = 0
    tagged: int = 0


def states_of(db: Database, addresses: Iterable[str]) -> dict[str, State]:
    """The states of those addresses that are sources already."""
    rows = db.conn.execute(
        "SELECT address, state FROM source WHERE address IN (SELECT value FROM json_each(?))",
        (json.dumps(list(addresses)),),
    )
    return dict(rows.fetchall())


def revives(before: State | None, after: State) -> bool:
    """Whether a retired source is active again: not if the list has it as retired too."""
    return before == "retired" and after != "retired"


def import_sources(
    db: Database, imported: Sequence[ImportedSource], *, now: datetime, tags: Sequence[str] = ()
) -> ImportCounts:
    """Add the sources that are not known; revive retired ones, with the values of the list where it has any.
    Known ones get `tags`. Addresses are distinct."""
    before = states_of(db, [one.new.address for one in imported])
    added = [one for one in imported if one.new.address not in before]
    revived = [one for one in imported if revives(before.get(one.new.address), one.new.state)]
    db.conn.executemany(
        "INSERT OR IGNORE INTO host (host) VALUES (?)", {(queue_of(one.new.host),) for one in added}
    )
    db.conn.executemany(
        "INSERT INTO source (address, host, site, title, home, added_at, next_visit_at, next_visit_why, kind,"
        " spider, name, tags, language, country, timezone, every_s, cron, keep_days, full_text, state, found_by)"
        f" VALUES (?, ?, ?, ?, ?, ?, ?, '{FIRST_WHY}', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '{IMPORTED}')",
        [
            (
                one.new.address, queue_of(one.new.host), one.new.site, one.title, one.home, to_iso(now),
                to_iso(one.first_at), *_settings(one.new),
            )
            for one in added
        ],
    )  # fmt: skip
    db.conn.executemany(
        "UPDATE source SET next_visit_at = ?, next_visit_why = 'revived', kind = ?, spider = ?,"
        " name = coalesce(?, name), tags = coalesce(nullif(?, '[]'), tags), language = coalesce(?, language),"
        " country = coalesce(?, country), timezone = coalesce(?, timezone), every_s = ?, cron = ?,"
        " keep_days = coalesce(?, keep_days),"
        f" full_text = ?, state = ?, found_by = '{IMPORTED}', found_on = NULL, {NEWS_SINCE} WHERE address = ?",
        [
            (to_iso(one.first_at), *_settings(one.new), to_iso(now - LONG_PAUSE), one.new.address)
            for one in revived
        ],
    )
    keep_names(db, [(one.new.address, one.new.secrets) for one in (*added, *revived)])
    changed = {one.new.address for one in (*added, *revived)}
    known = [one.new.address for one in imported if one.new.address not in changed]
    return ImportCounts(
        added=len(added), revived=len(revived), known=len(known), tagged=len(_tag_sources(db, known, tags))
    )


def untagged(db: Database, addresses: Sequence[str], tags: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Those sources that lack a tag, by address, with all the tags that they would have."""
    rows = db.conn.execute(
        "SELECT address, tags FROM source WHERE address IN (SELECT value FROM json_each(?))",
        (json.dumps(list(addresses)),),
    ).fetchall()
    found = {}
    for address, stored in rows:
        known = tuple(json.loads(stored))
        lower = {tag.casefold() for tag in known}
        missing = tuple(tag for tag in tags if tag.casefold() not in lower)
        if missing:
            found[address] = known + missing
    return found


def _tag_sources(db: Database, addresses: Sequence[str], tags: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found = untagged(db, addresses, tags) if tags else {}
    db.conn.executemany(
        "UPDATE source SET tags = ? WHERE address = ?",
        [(json.dumps(all_tags, ensure_ascii=False), address) for address, all_tags in found.items()],
    )
    return found


def _settings(new: NewSource) -> tuple[Any, ...]:
    """In the order of SETTINGS, without the names of secrets."""
    return (
        new.kind, None if new.spider is None else spider_json(new.spider), new.name,
        json.dumps(new.tags, ensure_ascii=False), new.language, new.country, new.timezone,
        new.every_s, new.cron, new.keep_days, int(new.full_text), new.state,
    )  # fmt: skip


def exported_sources(
    db: Database, *, tag: str | None = None, state: State | None = None
) -> list[dict[str, Any]]:
    """Every source with its settings, by id; with retired ones unless `state` is given."""
    rows = db.query(
        f"SELECT address, title, home, {', '.join(SETTINGS)} FROM source"
        " WHERE (:state IS NULL OR state = :state) AND (:tag IS NULL OR EXISTS"
        " (SELECT 1 FROM json_each(source.tags) WHERE lower(value) = lower(:tag))) ORDER BY id",
        {"state": state, "tag": tag},
    )
    return [{**row, "tags": json.loads(row["tags"]), "headers": json.loads(row["headers"])} for row in rows]


def change_source(
    db: Database, source_id: int, changes: Mapping[str, Any], *, next_visit: NextVisit | None
) -> None:
    """Set some of SETTINGS; `tags` and `headers` as sequences. With `next_visit` the source is due then. With
    other secrets the document may be another, so the next request has no validators."""
    assert changes.keys() <= set(SETTINGS), changes
    values = dict(changes)
    for name in {"tags", "headers"} & values.keys():
        values[name] = json.dumps(list(values[name]), ensure_ascii=False)
    if set(SECRET_COLUMNS) & values.keys():
        values |= {"etag": None, "last_modified": None}
    if next_visit is not None:
        values |= {"next_visit_at": to_iso(next_visit.at), "next_visit_why": next_visit.why}
    if values:
        db.conn.execute(
            f"UPDATE source SET {', '.join(f'{name} = :{name}' for name in values)} WHERE id = :id",
            {**values, "id": source_id},
        )
