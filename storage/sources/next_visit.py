"""Publication profiles and next visits of sources, and the threshold that all share. Times are stored as
`to_iso` writes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeAlias

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, from_iso_or_none, to_iso
from newsdesk.storage.records.publication_profile import Past, PublicationProfile, ThresholdState
from newsdesk.storage.records.server_hints import NO_HINTS, Hints

Store: TypeAlias = Database  # so that other packages need not import sqlite_utils
_NUMBERS = (
    "stories", "days", "finds", "recent", "recent_expected", "expected_since_new", "hourly", "evenness",
    "feed_size", "brought", "brought_first",
)  # fmt: skip
_NAMES = tuple(f"profile_{name}" for name in ("read_at", "new_at", *_NUMBERS))
_COLUMNS = ", ".join(_NAMES)
_PAST = f"failures, failing_since, feed_hints, response_hints, {_COLUMNS}"
_THRESHOLD = (
    "threshold, found_at, since, mean_profile, target_rate, visits_planned, visits_made, host_thresholds"
)
_numbers = attrgetter(*_NUMBERS)
_POOLED = "source.state = 'active' AND source.every_s IS NULL AND source.cron IS NULL"


def find_past(db: Database, source_id: int) -> Past:
    """What is known about a source when its next visit is planned."""
    row = db.conn.execute(f"SELECT {_PAST} FROM source WHERE id = ?", (source_id,)).fetchone()
    return _past(row)


def find_past_and_threshold(db: Database, source_id: int) -> tuple[Past, ThresholdState | None]:
    """What planning the next visit needs; the threshold is None before it was first found."""
    row = db.conn.execute(
        f"SELECT {_THRESHOLD}, {_PAST} FROM source LEFT JOIN threshold_state ON threshold_state.id = 1"
        " WHERE source.id = ?",
        (source_id,),
    ).fetchone()
    return _past(row[8:]), None if row[0] is None else _threshold_state(*row[:8])


def _past(row: tuple[Any, ...]) -> Past:
    failures, failing_since, of_feed, of_response, *numbers = row
    return Past(
        profile=_profile(tuple(numbers)),
        failures=failures,
        failing_since=from_iso_or_none(failing_since),
        hints=NO_HINTS if of_feed is None else _hints(json.loads(of_feed)),
        response_hints=NO_HINTS if of_response is None else _hints(json.loads(of_response)),
    )


def _hints(stored: dict[str, Any]) -> Hints:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
    }
    return Hints(**values)


def _profile(row: tuple[Any, ...]) -> PublicationProfile | None:
    if row[0] is None:
        return None
    return PublicationProfile(
        read_at=from_iso(row[0]).timestamp(),
        new_at=None if row[1] is None else from_iso(row[1]).timestamp(),
        **dict(zip(_NUMBERS, row[2:], strict=True)),
    )


def waiting_profiles(
    db: Database, *, now: datetime, after: int, most: int
) -> list[tuple[int, str, datetime, tuple[Hints, Hints], PublicationProfile]]:
    """The sources whose next visit follows from their profile, by id from `after` on: id, host, next visit,
    hints of the last document and of the last response, profile."""
    rows = db.conn.execute(
        f"SELECT id, host, next_visit_at, feed_hints, response_hints, {_COLUMNS} FROM source WHERE {_POOLED}"
        " AND failures = 0 AND profile_read_at IS NOT NULL AND next_visit_at > ? AND id > ? ORDER BY id LIMIT ?",
        (to_iso(now), after, most),
    ).fetchall()
    found = []
    for source_id, host, next_visit_at, of_feed, of_response, *numbers in rows:
        profile = _profile(tuple(numbers))
        assert profile is not None
        hints = tuple(NO_HINTS if one is None else _hints(json.loads(one)) for one in (of_feed, of_response))
        found.append((source_id, host, from_iso(next_visit_at), (hints[0], hints[1]), profile))
    return found


def bring_forward(db: Database, source_id: int, *, at: datetime, why: str) -> None:
    """Make the next visit earlier."""
    db.conn.execute(
        "UPDATE source SET next_visit_at = ?, next_visit_why = ? WHERE id = ?", (to_iso(at), why, source_id)
    )


def profile_columns(profile: PublicationProfile) -> dict[str, Any]:
    """The columns of a source that hold its profile."""
    values = (_iso(profile.read_at), _iso(profile.new_at), *_numbers(profile))
    return dict(zip(_NAMES, values, strict=True))


def keep_hints(db: Database, source_id: int, *, of_feed: Hints, of_response: Hints) -> None:
    """Keep what the last document and the last successful response say about the next visit; NULL for
    nothing."""
    db.conn.execute(
        "UPDATE source SET feed_hints = ?, response_hints = ? WHERE id = ?",
        (_to_json(of_feed), _to_json(of_response), source_id),
    )


def _to_json(hints: Hints) -> str | None:
    values = {name: value for name in hints.__slots__ if (value := getattr(hints, name))}
    return json.dumps(values) if values else None


def find_response_hints(db: Database, source_id: int) -> Hints:
    """The hints of the last successful response."""
    row = db.conn.execute("SELECT response_hints FROM source WHERE id = ?", (source_id,)).fetchone()
    return NO_HINTS if row[0] is None else _hints(json.loads(row[0]))


def find_threshold_state(db: Database) -> ThresholdState | None:
    """The threshold; None before it was first found."""
    row = db.conn.execute(f"SELECT {_THRESHOLD} FROM threshold_state WHERE id = 1").fetchone()
    return None if row is None else _threshold_state(*row)


@lru_cache(maxsize=2)  # read with every visit; changes every three hours
def _threshold_state(
    threshold: float,
    found_at: str | None,
    since: str | None,
    mean_profile: str,
    target_rate: float,
    visits_planned: float,
    visits_made: float,
    host_thresholds: str,
) -> ThresholdState:
    return ThresholdState(
        threshold=threshold,
        found_at=None if found_at is None else from_iso(found_at).timestamp(),
        since=None if since is None else from_iso(since).timestamp(),
        mean_profile=tuple(json.loads(mean_profile)),
        target_rate=target_rate,
        visits_planned=visits_planned,
        visits_made=visits_made,
        host_thresholds=tuple(json.loads(host_thresholds).items()),
    )


def keep_threshold_state(db: Database, planner: ThresholdState) -> None:
    db.conn.execute(
        f"INSERT OR REPLACE INTO threshold_state (id, {_THRESHOLD}) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            planner.threshold,
            _iso(planner.found_at),
            _iso(planner.since),
            json.dumps([round(share, 6) for share in planner.mean_profile]),
            planner.target_rate,
            planner.visits_planned,
            planner.visits_made,
            json.dumps(dict(planner.host_thresholds)),
        ),
    )


def pooled_profiles(db: Database) -> Iterator[tuple[str, PublicationProfile]]:
    """Host and profile of every active source that was read and has no interval of its own."""
    for row in db.conn.execute(
        f"SELECT host, {_COLUMNS} FROM source WHERE {_POOLED} AND profile_read_at IS NOT NULL"
    ):
        profile = _profile(row[1:])
        assert profile is not None
        yield row[0], profile


def own_intervals(db: Database) -> tuple[tuple[int | None, ...], int]:
    """The intervals of the active sources that have their own (None for a cron line), and the number of those
    that have none."""
    own = db.conn.execute(
        "SELECT every_s FROM source WHERE state = 'active' AND (every_s IS NOT NULL OR cron IS NOT NULL)"
    ).fetchall()
    pooled = db.conn.execute(f"SELECT count(*) FROM source WHERE {_POOLED}").fetchone()[0]
    return tuple(row[0] for row in own), pooled


def visits_since(db: Database, since: float) -> int:
    """Number of visits after a time, to sources without an interval of their own."""
    return int(
        db.conn.execute(
            f"SELECT count(*) FROM visit JOIN source ON source.id = visit.source_id"
            f" WHERE visit.ended_at > ? AND visit.part = 1 AND {_POOLED}",
            (_iso(since),),
        ).fetchone()[0]
    )


def _iso(moment: float | None) -> str | None:
    return None if moment is None else to_iso(datetime.fromtimestamp(moment, UTC))
