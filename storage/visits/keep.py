"""Visits and runs: keep what came of a visit, whole or not at all.

One visit = its stories, entries, search words, validators and next visit in one savepoint, so that a crash
loses no story and doubles none.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.hosts.leases import release, release_dead_leases
from newsdesk.storage.hosts.politeness import keep_host_updates
from newsdesk.storage.records.digests import without_entries
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.publication_profile import NextVisitPlan, VisitNews
from newsdesk.storage.records.visits import Counts, VisitResult
from newsdesk.storage.records.zone_offsets import lags_as_json
from newsdesk.storage.sources.next_visit import profile_columns
from newsdesk.storage.stories.keep import keep_entries


def start_run(db: Database, *, kind: str, owner: str, requested_at: datetime) -> int:
    """A new run row: one session of visits."""
    cursor = db.conn.execute(
        "INSERT INTO run (kind, owner, requested_at) VALUES (?, ?, ?)", (kind, owner, to_iso(requested_at))
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def end_run(db: Database, run_id: int, *, ended_by: str, now: datetime, keep_empty: bool = True) -> None:
    """Close a run. A service's session in which nothing fell due is not kept."""
    db.conn.execute("UPDATE run SET ended_at = ?, ended_by = ? WHERE id = ?", (to_iso(now), ended_by, run_id))
    if not keep_empty:
        db.conn.execute(
            "DELETE FROM run WHERE id = ? AND NOT EXISTS (SELECT 1 FROM visit WHERE run_id = run.id)",
            (run_id,),
        )


def end_dead_runs(db: Database, *, alive: Callable[[str], bool], now: datetime, delay_s: float) -> int:
    """End what the dead left open: their leases (see `release_dead`) and their runs. A run that died ends
    with its last sign of life. Returns how many owners of leases were dead."""
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
    new_a_day: int | None = None,
) -> Counts:
    """Keep one visit's result (or one part of it): entries, the visit's row, the source's row, manners.

    `follow` gives the next visit, from what this one brought; None leaves it as it is (a part that is not the
    last). `release_owner` frees the host's lease in the same transaction. `backlog`: of how many stories, the
    newest, the pages become due of what stood in the feed before we knew it; None for all. `new_a_day`: how
    many stories, beside those, a source may bring on one day (UTC); what is more is refused, and read again
    until its day comes.
    """
    now = to_iso(result.ended_at)
    counts, news = Counts(), VisitNews()
    if result.entries or result.known_entries is not None:
        site, full_text, new_day, new_count = db.conn.execute(
            "SELECT site, full_text, new_stories_day, new_stories_count FROM source WHERE id = ?",
            (result.source_id,),
        ).fetchone()
        today = new_count if new_day == now[:10] else 0
        kept = keep_entries(
            db,
            result.entries,
            missed=() if result.backfill is None else result.backfill.entries,
            source_id=result.source_id,
            site=site,
            full_text=bool(full_text),
            whole=result.whole and result.part == 1 and result.last,
            scheme_changed=result.identity_scheme != "guid",
            now=now,
            backlog=backlog,
            most_new=None if new_a_day is None else new_a_day - today,
        )
        counts, news = kept.counts, kept.brought
        if kept.news:
            _count_new(db, result.source_id, now[:10], today + kept.news)
        if kept.flood:
            result = replace(result, outcome=_over_daily_limit(result.outcome, kept.flood, new_a_day))
        if kept.again:  # read again with the next visit, though the document may not change till then
            known = None if result.known_entries is None else without_entries(result.known_entries, kept.again)
            result = replace(result, known_entries=known, body_digest="", validators=(None, None))
    result, lied = _check_validators(db, result)
    counts = replace(counts, visit_id=_write_visit(db, result, run_id, counts))
    following = None if follow is None else follow(news)
    _write_source(db, result, following, counts, now, run_id=run_id)
    if lied:
        db.conn.execute(
            "UPDATE source SET validators_unreliable_since = ? WHERE id = ?", (now, result.source_id)
        )
    keep_host_updates(db, result.host_updates, now=result.ended_at)
    if release_owner is not None:
        release(db, result.host, owner=release_owner)
    return counts


def _check_validators(db: Database, result: VisitResult) -> tuple[VisitResult, bool]:
    """Whether the entries changed under validators that did not, and the result that says so: the server
    would go on to answer that nothing changed."""
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
    words = f"{result.outcome.message}; its {name} stayed the same: it is asked without from now on"
    return replace(result, outcome=replace(result.outcome, message=words)), True


def _over_daily_limit(outcome: Outcome, flood: int, most: int | None) -> Outcome:
    words = f"{outcome.message}; {flood} new ones refused for today, {most} of a source are kept on one day"
    return Outcome(code="flood", category="ok", message=words, status=outcome.status)


def _count_new(db: Database, source_id: int, day: str, count: int) -> None:
    db.conn.execute(
        "UPDATE source SET new_stories_day = ?, new_stories_count = ? WHERE id = ?", (day, count, source_id)
    )


def _write_visit(db: Database, result: VisitResult, run_id: int, counts: Counts) -> int | None:
    facts = result.facts
    cursor = db.conn.execute(
        "INSERT INTO visit (run_id, source_id, part, started_at, ended_at, outcome, outcome_category, outcome_message,"
        " outcome_status, wire_bytes, parser, repairs, seen, new, changed, same, duplicate, refused, left_out,"
        " traceback)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run_id, result.source_id, result.part, to_iso(result.started_at), to_iso(result.ended_at),
            result.outcome.code, result.outcome.category, result.outcome.message, result.outcome.status,
            result.wire_bytes, facts.parser if facts else None,
            json.dumps(facts.repairs) if facts and facts.repairs else None,
            counts.seen, counts.new, counts.changed, counts.same, counts.duplicate, counts.refused,
            facts.left_out if facts else 0, result.traceback,
        ),
    )  # fmt: skip
    return cursor.lastrowid


def _write_source(
    db: Database,
    result: VisitResult,
    following: NextVisitPlan | None,
    counts: Counts,
    now: str,
    *,
    run_id: int,
) -> None:
    """The source's row after a visit: only what the visit taught is touched."""
    fine = result.outcome.category == "ok"
    columns: dict[str, Any] = {
        "outcome": result.outcome.code,
        "outcome_category": result.outcome.category,
        "outcome_message": result.outcome.message,
        "outcome_status": result.outcome.status,
        "outcome_at": now,
    }
    if fine:
        columns |= {"last_ok_at": now, "failures": 0, "failing_since": None, "proposed_addresses": "[]"}
    if counts.new:
        columns["last_new_at"] = now
    if following is not None:
        columns |= {
            "next_visit_at": to_iso(following.next_visit.at),
            "next_visit_why": following.next_visit.why,
            "status": following.next_visit.status,
        }
        if following.profile is not None:
            columns |= profile_columns(following.profile)
    if result.validators is not None:
        columns["etag"], columns["last_modified"] = result.validators
    if result.known_entries is not None:
        columns |= {"known_entries": result.known_entries, "identity_scheme": result.identity_scheme}
    if result.zone is not None:
        columns |= {"learned_timezone": result.zone.name, "timezone_samples": lags_as_json(result.zone)}
    if result.body_digest is not None:
        columns["body_digest"] = result.body_digest
    if result.facts is not None and fine:
        columns |= {"title": result.facts.title, "home": result.facts.home, "format": result.facts.format}
    # A clock that was set back meanwhile must not make the source wanted again by the same run.
    worked_out = ["last_visit_at = max(:started_at, (SELECT requested_at FROM run WHERE id = :run_id))"]
    if result.outcome.code == "unchanged":
        worked_out.append("unchanged_count = unchanged_count + 1")
    elif fine:
        worked_out.append("unchanged_count = 0")
    if not fine:
        worked_out += ["failures = failures + 1", "failing_since = coalesce(failing_since, :outcome_at)"]
    elif result.whole and result.last:
        worked_out.append("news_since = coalesce(news_since, :outcome_at)")
    if fine:  # only what leads to a readable feed counts
        worked_out += [
            "moved_count = CASE WHEN :target IS NULL THEN 0 WHEN moved_to = :target THEN moved_count + 1"
            " ELSE 1 END",
            "moved_since = CASE WHEN :target IS NULL THEN NULL WHEN moved_to = :target"
            " THEN coalesce(moved_since, :outcome_at) ELSE :outcome_at END",
            "moved_to = :target",
        ]
    elif result.moved_to is not None:
        worked_out += [
            "moved_count = CASE WHEN moved_to = :target THEN moved_count ELSE 0 END",
            "moved_since = CASE WHEN moved_to = :target THEN moved_since END",
            "moved_to = :target",
        ]
    db.conn.execute(
        _update(tuple(columns), tuple(worked_out)),
        {
            **columns,
            "source_id": result.source_id,
            "target": result.moved_to,
            "run_id": run_id,
            "started_at": to_iso(result.started_at),
        },
    )


@lru_cache(maxsize=256)  # of as many kinds as visits have; to put it together costs as much as to run it
def _update(columns: tuple[str, ...], worked_out: tuple[str, ...]) -> str:
    assignments = [*(f"{name} = :{name}" for name in columns), *worked_out]
    return f"UPDATE source SET {', '.join(assignments)} WHERE id = :source_id"


def list_runs(db: Database, *, limit: int) -> list[dict[str, Any]]:
    """The latest runs with their totals, newest first."""
    return list(db.query("SELECT * FROM runs ORDER BY id DESC LIMIT ?", (limit,)))


def list_visits(db: Database, run_id: int) -> list[dict[str, Any]]:
    """The visits of a run with the addresses visited, in their order."""
    return list(
        db.query(
            "SELECT visit.*, coalesce(source.address, page.url) AS address,"
            " coalesce(source.name, source.title) AS name"
            " FROM visit LEFT JOIN source ON source.id = visit.source_id"
            " LEFT JOIN page ON page.id = visit.page_id WHERE run_id = ? ORDER BY visit.id",
            (run_id,),
        )
    )
