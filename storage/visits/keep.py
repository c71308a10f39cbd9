"""Runs and visits: store the result of a visit, all or nothing.

Stories, entries, search words, validators and the next visit share one transaction, so that a crash loses no
story and stores none twice.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.hosts.leases import release, release_dead_leases
from newsdesk.storage.hosts.politeness import keep_host_updates
from newsdesk.storage.hosts.robots import keep_robots
from newsdesk.storage.records.publication_profile import NextVisitPlan, VisitNews
from newsdesk.storage.records.visits import Counts, VisitResult
from newsdesk.storage.records.zone_offsets import lags_as_json
from newsdesk.storage.rights.reserved import without_reserved_texts
from newsdesk.storage.sources.known_sitemaps import sitemaps_as_json
from newsdesk.storage.sources.next_visit import profile_columns
from newsdesk.storage.visits.document import keep_document

log = logging.getLogger(__name__)


def start_run(db: Database, *, kind: str, owner: str, requested_at: datetime) -> int:
    """Insert a run: the visits of one process."""
    cursor = db.conn.execute(
        "INSERT INTO run (kind, owner, requested_at) VALUES (?, ?, ?)", (kind, owner, to_iso(requested_at))
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def end_run(db: Database, run_id: int, *, ended_by: str, now: datetime, keep_empty: bool = True) -> None:
    """End a run. The run of a service without visits is deleted."""
    db.conn.execute("UPDATE run SET ended_at = ?, ended_by = ? WHERE id = ?", (to_iso(now), ended_by, run_id))
    if not keep_empty:
        db.conn.execute(
            "DELETE FROM run WHERE id = ? AND NOT EXISTS (SELECT 1 FROM visit WHERE run_id = run.id)",
            (run_id,),
        )


def end_dead_runs(db: Database, *, alive: Callable[[str], bool], now: datetime, delay_s: float) -> int:
    """End the leases and runs of processes that have ended without doing so. Such a run ends with its last
    visit. Returns how many owners of leases had ended."""
    still_open = db.conn.execute("SELECT id, owner FROM run WHERE ended_at IS NULL").fetchall()
    db.conn.executemany(
        "UPDATE run SET ended_by = 'killed', ended_at = coalesce("
        "(SELECT max(ended_at) FROM visit WHERE visit.run_id = run.id), requested_at) WHERE id = ?",
        [(run_id,) for run_id, owner in still_open if not alive(owner)],
    )
    return release_dead_leases(db, alive=alive, now=now, delay_s=delay_s)


def keep_visit(
    db: Database,
    result: VisitResult,
    *,
    run_id: int,
    follow: Callable[[VisitNews], NextVisitPlan] | None,
    release_owner: str | None = None,
    backlog: int | None = None,
    new_per_day: int | None = None,
    store_reserved_text: bool = True,
) -> Counts:
    """Store the result of a visit (or of one part of it): entries, the row of the visit, the row of the
    source, the rate limits of hosts.

    `follow` plans the next visit from what this one brought; None leaves it as it is (a part that is not the last).
    `release_owner` releases the host in the same transaction. `backlog`: how many of the newest stories that were
    in the feed before newsdesk knew it get their page read; None for all. `new_per_day`: how many other new stories
    a source may bring on one day (UTC); more are refused, and read again on a later day. `store_reserved_text`
    False: stories whose text is reserved are kept without it. Of a source that was deleted meanwhile nothing is
    kept.
    """
    if not db.conn.execute(
        "SELECT EXISTS (SELECT 1 FROM source WHERE id = ?)", (result.source_id,)
    ).fetchone()[0]:
        log.info("source %d was deleted during its visit: nothing of the visit is kept", result.source_id)
        keep_host_updates(db, result.host_updates, now=result.ended_at)
        if release_owner is not None:
            release(db, result.host, owner=release_owner)
        return Counts()
    now = to_iso(result.ended_at)
    if not store_reserved_text:
        result = without_reserved_texts(result)
    result, counts, news = keep_document(db, result, backlog=backlog, new_per_day=new_per_day)
    result, unreliable = _check_validators(db, result)
    counts = replace(counts, visit_id=write_visit(db, result, run_id, counts))
    plan = None if follow is None else follow(news)
    _write_source(db, result, plan, counts, now, run_id=run_id)
    if unreliable:
        db.conn.execute(
            "UPDATE source SET validators_unreliable_since = ? WHERE id = ?", (now, result.source_id)
        )
    keep_host_updates(db, result.host_updates, now=result.ended_at)
    keep_robots(db, result.robots)
    if release_owner is not None:
        release(db, result.host, owner=release_owner)
    return counts


def _check_validators(db: Database, result: VisitResult) -> tuple[VisitResult, bool]:
    """Whether the entries changed though the validators did not, and the result that says so: otherwise the
    server would go on to answer that nothing changed."""
    if result.validators is None or result.known_entries is None or not any(result.validators):
        return result, False
    etag, last_modified, known, before = db.conn.execute(
        "SELECT etag, last_modified, known_entries, validators_unreliable_since FROM source WHERE id = ?",
        (result.source_id,),
    ).fetchone()
    same_rules = len(known) > 2 and known[:2] == result.known_entries[:2]
    same = etag == result.validators[0] if etag else last_modified == result.validators[1]
    if (
        before is not None
        or not same_rules
        or known == result.known_entries
        or not (etag or last_modified)
        or not same
    ):
        return result, False
    name = "ETag" if etag else "Last-Modified"
    message = f"{result.outcome.message}; its {name} did not change: requests have no validators from now on"
    return replace(result, outcome=replace(result.outcome, message=message)), True


def write_visit(db: Database, result: VisitResult, run_id: int, counts: Counts) -> int | None:
    """The row of a visit; its id."""
    facts = result.facts
    cursor = db.conn.execute(
        "INSERT INTO visit (run_id, source_id, part, started_at, ended_at, outcome, outcome_category,"
        " outcome_message,"
        " outcome_status, wire_bytes, parser, repairs, listed, waiting, seen, new, changed, same, duplicate, refused,"
        " left_out,"
        " traceback)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run_id, result.source_id, result.part, to_iso(result.started_at), to_iso(result.ended_at),
            result.outcome.code, result.outcome.category, result.outcome.message, result.outcome.status,
            result.wire_bytes, facts.parser if facts else None,
            json.dumps(facts.repairs) if facts and facts.repairs else None,
            result.listed, counts.waiting, counts.seen, counts.new, counts.changed, counts.same, counts.duplicate,
            counts.refused,
            facts.left_out if facts else 0, result.traceback,
        ),
    )  # fmt: skip
    return cursor.lastrowid


def _write_source(
    db: Database,
    result: VisitResult,
    plan: NextVisitPlan | None,
    counts: Counts,
    now: str,
    *,
    run_id: int,
) -> None:
    """Update the row of the source, only the columns that the visit decides."""
    values, expressions = _new_values(result, plan, counts, now), _expressions(result)
    db.conn.execute(
        _update(tuple(values), tuple(expressions)),
        {
            **values,
            "source_id": result.source_id,
            "target": result.moved_to,
            "run_id": run_id,
            "started_at": to_iso(result.started_at),
        },
    )


def _new_values(result: VisitResult, plan: NextVisitPlan | None, counts: Counts, now: str) -> dict[str, Any]:
    """Columns of the source with their new values."""
    ok = result.outcome.category == "ok"
    values: dict[str, Any] = {
        "outcome": result.outcome.code,
        "outcome_category": result.outcome.category,
        "outcome_message": result.outcome.message,
        "outcome_status": result.outcome.status,
        "outcome_at": now,
    }
    if ok:
        values |= {"last_ok_at": now, "failures": 0, "failing_since": None, "proposed_addresses": "[]"}
    if counts.new:
        values["last_new_at"] = now
    if plan is not None:
        values |= {
            "next_visit_at": to_iso(plan.next_visit.at),
            "next_visit_why": plan.next_visit.why,
            "status": plan.next_visit.status,
        }
        if plan.profile is not None:
            values |= profile_columns(plan.profile)
    if result.validators is not None:
        values["etag"], values["last_modified"] = result.validators
    if result.known_entries is not None:
        values |= {"known_entries": result.known_entries, "identity_scheme": result.identity_scheme}
    if result.zone is not None:
        values |= {"learned_timezone": result.zone.name, "timezone_samples": lags_as_json(result.zone)}
    if result.sitemaps is not None:
        values["known_sitemaps"] = sitemaps_as_json(result.sitemaps)
    if result.body_digest is not None:
        values["body_digest"] = result.body_digest
    if result.facts is not None and ok:
        values |= {"title": result.facts.title, "home": result.facts.home, "format": result.facts.format}
    return values


def _expressions(result: VisitResult) -> list[str]:
    """Assignments to columns of the source that depend on their present values."""
    ok = result.outcome.category == "ok"
    # If the clock was set back meanwhile, the same run must not want the source again.
    expressions = ["last_visit_at = max(:started_at, (SELECT requested_at FROM run WHERE id = :run_id))"]
    if result.outcome.code == "unchanged":
        expressions.append("unchanged_count = unchanged_count + 1")
    elif ok:
        expressions.append("unchanged_count = 0")
    if not ok:
        expressions += ["failures = failures + 1", "failing_since = coalesce(failing_since, :outcome_at)"]
    elif result.complete and result.last:
        expressions.append("news_since = coalesce(news_since, :outcome_at)")
    if ok:  # only redirects to a readable feed count
        expressions += [
            "moved_count = CASE WHEN :target IS NULL THEN 0 WHEN moved_to = :target THEN moved_count + 1"
            " ELSE 1 END",
            "moved_since = CASE WHEN :target IS NULL THEN NULL WHEN moved_to = :target"
            " THEN coalesce(moved_since, :outcome_at) ELSE :outcome_at END",
            "moved_to = :target",
        ]
    elif result.moved_to is not None:
        expressions += [
            "moved_count = CASE WHEN moved_to = :target THEN moved_count ELSE 0 END",
            "moved_since = CASE WHEN moved_to = :target THEN moved_since END",
            "moved_to = :target",
        ]
    return expressions


@lru_cache(maxsize=256)  # a statement for each kind of visit; building one costs as much as running it
def _update(columns: tuple[str, ...], expressions: tuple[str, ...]) -> str:
    assignments = [*(f"{name} = :{name}" for name in columns), *expressions]
    return f"UPDATE source SET {', '.join(assignments)} WHERE id = :source_id"


def list_runs(db: Database, *, limit: int | None) -> list[dict[str, Any]]:
    """The latest runs (None: all) with their totals, newest first."""
    most = -1 if limit is None else limit
    return list(db.query("SELECT * FROM runs ORDER BY id DESC LIMIT ?", (most,)))


def count_runs(db: Database) -> int:
    """How many runs are stored."""
    return int(db.conn.execute("SELECT count(*) FROM run").fetchone()[0])


def list_visits(db: Database, run_id: int) -> list[dict[str, Any]]:
    """The visits of a run in their order, with the addresses visited."""
    return list(
        db.query(
            "SELECT visit.*, coalesce(source.address, page.url) AS address,"
            " coalesce(source.name, source.title) AS name"
            " FROM visit LEFT JOIN source ON source.id = visit.source_id"
            " LEFT JOIN page ON page.id = visit.page_id WHERE run_id = ? ORDER BY visit.id",
            (run_id,),
        )
    )
