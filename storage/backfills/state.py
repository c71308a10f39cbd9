"""The state of a backfill: which documents wait, and what those that were read brought. Each document is one
transaction, so that a process that is killed repeats only the request that was in flight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from newsdesk.storage.db.service import SILENT_S
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.hosts.leases import release
from newsdesk.storage.hosts.politeness import keep_host_updates
from newsdesk.storage.links.keep import keep_links
from newsdesk.storage.records.addresses.links import LinkState
from newsdesk.storage.records.visits import Counts, VisitResult
from newsdesk.storage.stories.decisions import read_source
from newsdesk.storage.stories.keep import keep_entries
from newsdesk.storage.visits.keep import write_visit

MOST_ATTEMPTS = 3  # at a document, after causes that pass
_PASSING = {"temporary", "rate-limited", "internal-error"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """A backfill that goes on. `resumed`: it was begun by an earlier command."""

    id: int
    source_id: int
    since: date
    resumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDocument:
    id: int
    address: str
    relation: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillTotals:
    """The documents of a backfill, and what they brought. `first_day`: how far back they reach."""

    read: int
    failed: int
    waiting: int
    listed: int
    new: int
    undated: int
    first_day: str | None


def start_backfill(db: Database, source_id: int, *, address: str, since: date, now: datetime) -> Backfill:
    """The unfinished backfill of a source since that day, else a new one; one since another day ends."""
    row = db.conn.execute(
        "SELECT id FROM backfill WHERE source_id = ? AND since = ? AND ended_at IS NULL ORDER BY id DESC LIMIT 1",
        (source_id, since.isoformat()),
    ).fetchone()
    if row is not None:
        return Backfill(id=row[0], source_id=source_id, since=since, resumed=True)
    db.conn.execute(
        "UPDATE backfill SET ended_at = ?, message = 'another one was started'"
        " WHERE source_id = ? AND ended_at IS NULL",
        (to_iso(now), source_id),
    )
    cursor = db.conn.execute(
        "INSERT INTO backfill (source_id, since, started_at) VALUES (?, ?, ?)",
        (source_id, since.isoformat(), to_iso(now)),
    )
    assert cursor.lastrowid is not None
    _add_documents(db, cursor.lastrowid, [(address, "first")], most=1)
    return Backfill(id=cursor.lastrowid, source_id=source_id, since=since, resumed=False)


def _add_documents(
    db: Database, backfill_id: int, documents: Sequence[tuple[str, str]], *, most: int
) -> None:
    """Add the documents that are not known yet, up to `most` in all."""
    known = db.conn.execute(
        "SELECT count(*) FROM backfill_document WHERE backfill_id = ?", (backfill_id,)
    ).fetchone()[0]
    db.conn.executemany(
        "INSERT OR IGNORE INTO backfill_document (backfill_id, address, relation) VALUES (?, ?, ?)",
        [(backfill_id, address, relation) for address, relation in documents[: max(0, most - known)]],
    )


def next_document(db: Database, backfill_id: int) -> WaitingDocument | None:
    """The document to request next."""
    row = db.conn.execute(
        "SELECT id, address, relation, attempts FROM backfill_document"
        " WHERE backfill_id = ? AND read_at IS NULL ORDER BY id LIMIT 1",
        (backfill_id,),
    ).fetchone()
    return (
        None if row is None else WaitingDocument(id=row[0], address=row[1], relation=row[2], attempts=row[3])
    )


def keep_history(
    db: Database,
    backfill: Backfill,
    document: WaitingDocument,
    result: VisitResult,
    *,
    following: Sequence[tuple[str, str]],
    listed: int,
    first_day: date | None,
    undated: int,
    fingerprint: str | None,
    most_documents: int,
    run_id: int,
    release_owner: str,
) -> Counts:
    """Keep what a document brought, as backlog, and the documents that follow it; release the host. The row of the
    source stays as it is. A page that lists the same as an earlier one ends its line."""
    now = to_iso(result.ended_at)
    keep_host_updates(db, result.host_updates, now=result.ended_at)
    release(db, result.host, owner=release_owner)
    if not db.conn.execute(
        "SELECT EXISTS (SELECT 1 FROM source WHERE id = ?)", (backfill.source_id,)
    ).fetchone()[0]:
        return Counts()  # it was deleted meanwhile
    counts = _keep_listed(db, backfill, result, now)
    if (
        fingerprint is not None
        and db.conn.execute(
            "SELECT 1 FROM backfill_document WHERE backfill_id = ? AND fingerprint = ? AND id <> ?",
            (backfill.id, fingerprint, document.id),
        ).fetchone()
    ):
        following = ()
    _add_documents(db, backfill.id, following, most=most_documents)
    category = result.outcome.category
    again = category == "challenge" or (category in _PASSING and document.attempts + 1 < MOST_ATTEMPTS)
    db.conn.execute(
        "UPDATE backfill_document SET attempts = attempts + 1, read_at = ?, outcome = ?, message = ?, listed = ?,"
        " new = new + ?, undated = ?, first_day = ?, fingerprint = ? WHERE id = ?",
        (
            None if again else now, result.outcome.code, result.outcome.message, listed, counts.new + counts.due,
            undated, None if first_day is None else first_day.isoformat(), fingerprint, document.id,
        ),
    )  # fmt: skip
    write_visit(db, result, run_id, counts)
    return counts


def _keep_listed(db: Database, backfill: Backfill, result: VisitResult, now: str) -> Counts:
    source = read_source(db, backfill.source_id, site="", scheme_changed=False, new_per_day=None, now=now)
    counts = Counts()
    if result.entries:
        kept = keep_entries(
            db, (), backfill=result.entries, source=source, whole=False, now=now, backlog=None
        )
        counts += kept.counts
    if result.links:
        of_links = keep_links(
            db,
            result.links,
            source=source,
            state=LinkState(),  # says nothing of the layout of the source's own document
            whole=False,
            entries=[entry.entry_key for entry in result.entries],
            now=result.ended_at,
            backlog=None,
        )
        counts += of_links.counts
    return counts


def end_backfill(db: Database, backfill_id: int, *, message: str, now: datetime) -> None:
    """End a backfill: the same command starts a new one."""
    db.conn.execute(
        "UPDATE backfill SET ended_at = ?, message = ? WHERE id = ?", (to_iso(now), message, backfill_id)
    )


def backfill_totals(db: Database, backfill_id: int) -> BackfillTotals:
    """What the documents of a backfill brought so far."""
    row = db.conn.execute(
        "SELECT count(CASE WHEN read_at IS NOT NULL AND outcome = 'read' THEN 1 END),"
        " count(CASE WHEN read_at IS NOT NULL AND outcome <> 'read' THEN 1 END),"
        " count(CASE WHEN read_at IS NULL THEN 1 END), coalesce(sum(listed), 0), coalesce(sum(new), 0),"
        " coalesce(sum(undated), 0), min(first_day) FROM backfill_document WHERE backfill_id = ?",
        (backfill_id,),
    ).fetchone()
    return BackfillTotals(
        read=row[0],
        failed=row[1],
        waiting=row[2],
        listed=row[3],
        new=row[4],
        undated=row[5],
        first_day=row[6],
    )


def failed_documents(db: Database, backfill_id: int) -> list[tuple[str, str]]:
    """The address and message of the documents that could not be read. A page after the last one is no failure."""
    return db.conn.execute(
        "SELECT address, message FROM backfill_document WHERE backfill_id = ? AND read_at IS NOT NULL"
        " AND outcome <> 'read' AND NOT (relation IN ('paged', 'page') AND outcome IN ('not-found', 'gone'))"
        " ORDER BY id",
        (backfill_id,),
    ).fetchall()


def backlog_pages(db: Database, source_id: int, *, now: datetime) -> tuple[int, ...]:
    """The pages of old stories and links of a source that are due."""
    rows = db.conn.execute(
        "SELECT id FROM page WHERE why = 'backlog' AND due_at <= ? AND id IN ("
        " SELECT page_id FROM entry WHERE source_id = ? AND page_id IS NOT NULL"
        " UNION SELECT page.id FROM entry JOIN page ON page.story_id = entry.story_id WHERE entry.source_id = ?)",
        (to_iso(now), source_id, source_id),
    )
    return tuple(row[0] for row in rows)


def news_is_due(db: Database, host: str, *, now: datetime) -> bool:
    """Whether something new of the host is due, that a running service will visit: a backfill lets it go first."""
    row = db.conn.execute(
        "SELECT EXISTS (SELECT 1 FROM service WHERE ended_at IS NULL AND heartbeat_at > ?)"
        " AND EXISTS (SELECT 1 FROM host WHERE host = ?"
        " AND (due_at <= ? OR timed_out_due_at <= ? OR page_due_at <= ?))",
        (to_iso(now - timedelta(seconds=SILENT_S)), host, *(to_iso(now),) * 3),
    ).fetchone()
    return bool(row[0])
