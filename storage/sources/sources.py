"""Sources: add, list, pause, resume and retire them; `deletion` deletes them. Callers check addresses and make them
absolute."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlite_utils import Database

from newsdesk.storage.db.errors import NoSuchSourceError
from newsdesk.storage.db.timestamps import from_iso_or_none, to_iso
from newsdesk.storage.hosts.politeness import blocked_hosts, host_schedule_at
from newsdesk.storage.hosts.robots import stored_robots
from newsdesk.storage.pages.due import host_key
from newsdesk.storage.records.hosts import Robots
from newsdesk.storage.records.rate_limits import HostSchedule, RateLimits, queue_of
from newsdesk.storage.records.sources.spiders import SpiderCall, spider_json, stored_spider
from newsdesk.storage.records.visits import NO_SECRETS, ClaimedVisit, Limits, SecretNames, SourceKind
from newsdesk.storage.records.zone_offsets import stored_zone_habit
from newsdesk.storage.sources.feed_recovery import recovery_pages
from newsdesk.storage.sources.gaps import GAP_COLUMNS, gap_since
from newsdesk.storage.sources.known_sitemaps import sitemaps_from_json
from newsdesk.storage.sources.moves import list_moves
from newsdesk.storage.sources.secret_names import SECRET_COLUMNS, keep_names, secret_names_of
from newsdesk.storage.stories.boilerplate import known_sentences

MOST_UNCHANGED = 19  # responses 304 in a row, then a request without validators
State = Literal["active", "paused", "retired"]
LONG_PAUSE = timedelta(days=7)  # since a source was read: its unknown entries are backlog then
NEWS_SINCE = "news_since = CASE WHEN last_ok_at > ? THEN news_since END"  # when it is resumed or revived


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """A source to add. `every_s` in seconds or `cron` as five fields in UTC, not both. `language` is a BCP 47
    tag, `country` has two letters, `timezone` is a name like Europe/Berlin. `found_by` says how its address
    was found, `found_on` on which page. `keep_days`: how long its stories are kept, 0 for ever, None as the
    setting says."""

    address: str
    host: str
    site: str
    kind: SourceKind = "feed"
    spider: SpiderCall | None = None
    name: str | None = None
    tags: tuple[str, ...] = ()
    every_s: int | None = None
    cron: str | None = None
    full_text: bool = False
    language: str | None = None
    country: str | None = None
    timezone: str | None = None
    state: State = "active"
    found_by: str | None = None
    found_on: str | None = None
    keep_days: int | None = None
    secrets: SecretNames = NO_SECRETS


def add_source(
    db: Database, new: NewSource, *, now: datetime
) -> tuple[int, Literal["added", "known", "revived"]]:
    """Add a source, due now. A known one is left as it is; a retired one is revived with the new settings,
    and with its old tags unless new ones are given."""
    queue = queue_of(new.host)
    db.conn.execute("INSERT OR IGNORE INTO host (host) VALUES (?)", (queue,))
    tags = json.dumps(new.tags, ensure_ascii=False)
    spider = None if new.spider is None else spider_json(new.spider)
    row = db.conn.execute("SELECT id, state FROM source WHERE address = ?", (new.address,)).fetchone()
    if row is not None:
        if row[1] != "retired":
            return row[0], "known"
        db.conn.execute(
            "UPDATE source SET kind = ?, spider = ?, state = ?, next_visit_at = ?, next_visit_why = 'revived',"
            " name = coalesce(?, name), every_s = ?, cron = ?, full_text = ?,"
            " language = coalesce(?, language), country = coalesce(?, country),"
            " timezone = coalesce(?, timezone), keep_days = coalesce(?, keep_days),"
            f" {NEWS_SINCE}, found_by = ?, found_on = ?,"
            " tags = CASE ? WHEN '[]' THEN tags ELSE ? END WHERE id = ?",
            (
                new.kind, spider, new.state, to_iso(now), new.name, new.every_s, new.cron, int(new.full_text),
                new.language, new.country, new.timezone, new.keep_days, to_iso(now - LONG_PAUSE),
                new.found_by, new.found_on, tags, tags, row[0],
            ),
        )  # fmt: skip
        keep_names(db, [(new.address, new.secrets)])
        return row[0], "revived"
    cursor = db.conn.execute(
        "INSERT INTO source (address, kind, spider, host, site, name, tags, every_s, cron, full_text, language,"
        " country, timezone, keep_days, state, found_by, found_on, added_at, next_visit_at, next_visit_why)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'never visited')",
        (
            new.address,
            new.kind,
            spider,
            queue,
            new.site,
            new.name,
            tags,
            new.every_s,
            new.cron,
            int(new.full_text),
            new.language,
            new.country,
            new.timezone,
            new.keep_days,
            new.state,
            new.found_by,
            new.found_on,
            to_iso(now),
            to_iso(now),
        ),
    )
    assert cursor.lastrowid is not None
    keep_names(db, [(new.address, new.secrets)])
    return cursor.lastrowid, "added"


def find_or_add_source(db: Database, new: NewSource, *, now: datetime) -> tuple[int, State]:
    """The source of an address and its state: the known one, whatever `new` says, or `new` added."""
    row = db.conn.execute("SELECT id, state FROM source WHERE address = ?", (new.address,)).fetchone()
    return (row[0], row[1]) if row is not None else (add_source(db, new, now=now)[0], new.state)


def find_sources(db: Database, named: Sequence[str]) -> tuple[int, ...]:
    """The ids of sources named by id, address or name (complete, or a part that fits only one).

    Raises NoSuchSourceError if a name fits none or several.
    """
    return tuple(dict.fromkeys(_find_source(db, name) for name in named))


def _find_source(db: Database, named: str) -> int:
    if not named.strip():
        raise NoSuchSourceError("an empty name fits no source: `newsdesk sources` lists them")
    if named.isdecimal():
        row = db.conn.execute("SELECT id FROM source WHERE id = ?", (int(named[:18]),)).fetchone()
        if row:
            return int(row[0])
    exact = ("address = :named", "lower(coalesce(name, title)) = lower(:named)")
    part = "instr(lower(address), lower(:named)) OR instr(lower(coalesce(name, title, '')), lower(:named))"
    for condition in exact if named.isdecimal() else (*exact, part):  # a number is only an id
        rows = db.conn.execute(
            f"SELECT id, address FROM source WHERE {condition} LIMIT 6", {"named": named}
        ).fetchall()
        if len(rows) == 1:
            return int(rows[0][0])
        if rows:
            some = ", ".join(f"{row[0]} ({row[1]})" for row in rows[:5])
            raise NoSuchSourceError(f"{named!r} fits more than one source: {some}; use an id")
    raise NoSuchSourceError(f"no source is named {named!r}: `newsdesk sources` lists them")


def tagged_sources(db: Database, tag: str) -> tuple[int, ...]:
    """The ids of active sources with a tag. Raises NoSuchSourceError if there are none."""
    if not tag.strip():
        raise NoSuchSourceError("a tag cannot be empty: `newsdesk sources` shows the tags")
    rows = db.conn.execute(
        "SELECT id FROM source WHERE state = 'active' AND EXISTS"
        " (SELECT 1 FROM json_each(source.tags) WHERE lower(value) = lower(?))",
        (tag,),
    ).fetchall()
    if not rows:
        raise NoSuchSourceError(f"no active source has the tag {tag!r}: `newsdesk sources` shows the tags")
    return tuple(row[0] for row in rows)


def set_state(db: Database, source_id: int, state: State, *, now: datetime) -> State:
    """Pause, resume or retire; a resumed source is due now. Returns the state before."""
    before: State = db.conn.execute("SELECT state FROM source WHERE id = ?", (source_id,)).fetchone()[0]
    db.conn.execute("UPDATE source SET state = ? WHERE id = ?", (state, source_id))
    if state == "active" and before != "active":
        db.conn.execute(
            f"UPDATE source SET next_visit_at = ?, next_visit_why = 'resumed', {NEWS_SINCE} WHERE id = ?",
            (to_iso(now), to_iso(now - LONG_PAUSE), source_id),
        )
    return before


_LISTED = (
    "FROM sources WHERE (:retired OR state <> 'retired') AND (:state IS NULL OR state = :state)"
    " AND (:tag IS NULL OR EXISTS (SELECT 1 FROM json_each(sources.tags) WHERE lower(value) = lower(:tag)))"
)


def list_sources(
    db: Database,
    *,
    tag: str | None = None,
    state: State | None = None,
    retired: bool = False,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Rows of the view `sources` by id; retired sources only on request."""
    most = -1 if limit is None else limit
    values = {"retired": int(retired or state == "retired"), "state": state, "tag": tag, "limit": most}
    rows = db.query(f"SELECT * {_LISTED} ORDER BY id LIMIT :limit", values)
    return [{**row, "tags": json.loads(row["tags"])} for row in rows]


def count_sources(
    db: Database, *, tag: str | None = None, state: State | None = None, retired: bool = False
) -> int:
    """How many sources `list_sources` has without a limit."""
    values = {"retired": int(retired or state == "retired"), "state": state, "tag": tag}
    return int(db.conn.execute(f"SELECT count(*) {_LISTED}", values).fetchone()[0])


def show_source(db: Database, source_id: int) -> dict[str, Any]:
    """One source with everything stored about it, and its latest ten visits."""
    row = next(iter(db.query("SELECT * FROM source WHERE id = ?", (source_id,))))
    del row["known_entries"], row["known_sitemaps"], row["profile_hourly"], row["timezone_samples"]  # packed
    row["tags"] = json.loads(row["tags"])
    row["headers"] = json.loads(row["headers"])
    row["proposed_addresses"] = json.loads(row["proposed_addresses"])
    row["stories"] = db.conn.execute(
        "SELECT count(DISTINCT story_id) FROM entry WHERE source_id = ?", (source_id,)
    ).fetchone()[0]
    row["moves"] = list_moves(db, source_id)
    row["alarms"] = list(
        db.query(
            "SELECT kind, created_at, message FROM event WHERE source_id = ? AND state = 'open'"
            " AND ended_at IS NULL ORDER BY id",
            (source_id,),
        )
    )
    row["visits"] = list(
        db.query("SELECT * FROM visit WHERE source_id = ? ORDER BY id DESC LIMIT 10", (source_id,))
    )
    return row


# Not every column: a dictionary of all costs more than reading the row.
CLAIMED = (
    "id", "address", "host", "site", "kind", "spider", "name", "title", "home", "etag", "last_modified",
    "body_digest", "known_entries", "known_sitemaps", "address_shapes", "news_since", "identity_scheme", "language",
    "country", "timezone", "learned_timezone", "timezone_samples", "last_ok_at", "full_text", "every_s", "cron",
    "validators_unreliable_since", "unchanged_count",
    "failures", "failing_since", "outcome_category", "recovery_tried_at", "found_on", *GAP_COLUMNS,
    *SECRET_COLUMNS,
)  # fmt: skip


def source_as_claimed(
    db: Database, source_id: int, *, rate_limits: RateLimits, limits: Limits, now: datetime
) -> ClaimedVisit:
    """A source as a claimed visit, without claiming it."""
    row = next(iter(db.query("SELECT * FROM source WHERE id = ?", (source_id,))))
    return claimed_visit(
        row,
        schedule=host_schedule_at(db, row["host"], rate_limits=rate_limits, now=now),
        blocked=blocked_hosts(db, now),
        boilerplate=known_sentences(db, [row["site"]], now=now),
        robots=stored_robots(db, filter(None, (host_key(row["address"]),))),
        limits=limits,
        now=now,
    )


def claimed_visit(
    row: Mapping[str, Any],
    *,
    schedule: HostSchedule,
    blocked: tuple[tuple[str, datetime], ...],
    boilerplate: bytes,
    robots: tuple[Robots, ...],
    limits: Limits,
    now: datetime,
) -> ClaimedVisit:
    """The visit that the crawler gets, from a row with the columns `CLAIMED`. Every twentieth visit sends no
    validators, because a server may answer 304 for ever."""
    reliable = row["validators_unreliable_since"] is None and row["unchanged_count"] < MOST_UNCHANGED
    return ClaimedVisit(
        source_id=row["id"],
        address=row["address"],
        host=row["host"],
        site=row["site"],
        kind=row["kind"],
        spider=None if row["spider"] is None else stored_spider(row["spider"]),
        name=row["name"] or row["title"],
        etag=row["etag"] if reliable else None,
        last_modified=row["last_modified"] if reliable else None,
        body_digest=row["body_digest"],
        known_entries=row["known_entries"],
        address_shapes=row["address_shapes"],
        first_read=row["news_since"] is None,
        gap_since=gap_since(row, now=now),
        identity_scheme=row["identity_scheme"],
        boilerplate=boilerplate,
        sitemaps=sitemaps_from_json(row["known_sitemaps"]),
        language=row["language"],
        country=row["country"],
        timezone=row["timezone"],
        zone=stored_zone_habit(row["learned_timezone"], row["timezone_samples"]),
        seen_at=from_iso_or_none(row["last_ok_at"]),
        full_text=bool(row["full_text"]),
        every_s=row["every_s"],
        cron=row["cron"],
        failures=row["failures"],
        failing_since=from_iso_or_none(row["failing_since"]),
        last_category=row["outcome_category"],
        recovery_pages=recovery_pages(row) if row["kind"] == "feed" else (),
        recovery_tried_at=from_iso_or_none(row["recovery_tried_at"]),
        secrets=secret_names_of(row),
        next_request_at=schedule.next_request_at,
        delay_s=schedule.rate_limit.delay_s,
        per_minute=schedule.rate_limit.per_minute,
        recent_requests=schedule.recent_requests,
        blocked=blocked,
        robots=robots,
        limits=limits,
    )
