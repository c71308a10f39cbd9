"""Keep the result of reading one page: its story, the row of the visit, and when the page is read again.

Runs inside the writer's transaction. `storage.pages.verdict` decides what becomes of the story.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from newsdesk.storage.clusters.arrivals import link_stored, link_stories
from newsdesk.storage.clusters.canonical import keep_canonical
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.hosts.leases import release
from newsdesk.storage.hosts.politeness import keep_host_updates
from newsdesk.storage.hosts.robots import keep_robots
from newsdesk.storage.links.settle import settle_links
from newsdesk.storage.pages.claims import settle_claims
from newsdesk.storage.pages.holds import HoldUntil, keep_hold
from newsdesk.storage.pages.known import read_page_facts
from newsdesk.storage.pages.verdict import decide_page
from newsdesk.storage.records.pages import PageResult
from newsdesk.storage.records.rate_limits import queue_of
from newsdesk.storage.records.stories import Story, Verdict
from newsdesk.storage.records.visits import Counts
from newsdesk.storage.rights.reserved import without_reserved_text
from newsdesk.storage.stories.batch import Batch
from newsdesk.storage.stories.boilerplate import learn_sentences
from newsdesk.storage.stories.rows import complete_revision, drop_text, merge_stories, rewrite_story
from newsdesk.storage.stories.stored import PAGE
from newsdesk.storage.stories.verdict import Decision

log = logging.getLogger(__name__)

_MOST_REDIRECTED = 5  # hosts whose robots.txt is claimed together with that of one


def keep_page(
    db: Database,
    result: PageResult,
    *,
    run_id: int,
    retry: Callable[[int, bool], datetime | None],
    hold: HoldUntil,
    release_owner: str | None = None,
    store_reserved_text: bool = True,
) -> Counts:
    """Keep the result of one page: story, row of the visit, row of the page, rate limits of hosts. `retry` gives
    the time of the next attempt after so many, None for none, of a page with or without a story; `hold` until when
    the other pages of its host wait after a challenge. `release_owner` releases the host in the same transaction.
    `store_reserved_text` False: a story whose text is reserved is kept without it. A page that was read counts as one
    story. Where the story was purged meanwhile, nothing is kept."""
    if not db.conn.execute("SELECT EXISTS (SELECT 1 FROM page WHERE id = ?)", (result.page_id,)).fetchone()[
        0
    ]:
        log.info(
            "the story of page %d was purged during its visit: nothing of the visit is kept", result.page_id
        )
        keep_host_updates(db, result.host_updates, now=result.ended_at)
        if release_owner is not None:
            release(db, result.host, owner=release_owner)
        return Counts()
    now = to_iso(result.ended_at)
    verdict: Verdict | None = None
    if result.page_story is not None and result.story is not None:
        settled = settle_claims(result.page_story, result.story, result.claims)
        if not store_reserved_text:
            settled = replace(
                settled,
                page_story=without_reserved_text(settled.page_story),
                story=without_reserved_text(settled.story),
            )
        facts = read_page_facts(db, result.page_id, settled, now=now)
        decision = decide_page(settled, facts)
        _write_story(db, result.page_id, settled.page_story, settled.story, decision, now=now)
        notes = [*settled.notes, *([decision.reason] if decision.other_page else ())]
        if settled.page_story.text_reserved is not None:
            notes.append(f"its text is not stored: {settled.page_story.text_reserved}")
        result = _with_notes(result, notes)
        verdict = decision.verdict
        log.debug("page %d: %s, %s", result.page_id, verdict, decision.reason)
        if decision.read_again:  # with the next visit, although the page may not change until then
            result = replace(result, body_digest="", validators=(None, None))
    elif result.outcome.code in ("unchanged", "same-document"):
        verdict = "same"
    counts = Counts(**{verdict: 1}) if verdict else Counts()
    counts = replace(counts, visit_id=_write_visit(db, result, run_id, counts))
    _write_page(db, result, now, retry)
    settle_links(db, result.page_id, verdict=verdict, now=now)
    keep_host_updates(db, result.host_updates, now=result.ended_at)
    _keep_robots(db, result)
    keep_hold(db, result, until=hold)
    if release_owner is not None:
        release(db, result.host, owner=release_owner)
    return counts


def _with_notes(result: PageResult, notes: Sequence[str]) -> PageResult:
    """The result whose message says what became of its claims: `newsdesk explain` shows it."""
    if not notes:
        return result
    message = "; ".join((result.outcome.message, *notes))
    return replace(result, outcome=replace(result.outcome, message=message))


def _write_story(
    db: Database, page_id: int, page_story: Story, story: Story, decision: Decision, *, now: str
) -> None:
    """Write what is decided of a page's story: its rows, its addresses, and its merges with others."""
    batch = Batch(db, now=now)
    story_id = decision.story_id
    if story_id is None:
        story_id = batch.add_story(story, authority="page")
        link_stories(db, [(story_id, story)], now=now)
    page_url = page_story.addresses[0].url
    if decision.extends is not None:
        complete_revision(db, decision.extends, decision.changes, page_url=page_url)
    elif decision.changes:
        batch.add_revision(story_id, None, decision.changes, page_url=page_url)
    batch.add_corrections(story_id, None, decision.corrections, page_url=page_url)
    if decision.rights_change is not None:
        batch.add_rights_change(story_id, PAGE, decision.rights_change)
    if decision.snapshot is not None:
        batch.put_snapshot(story_id, PAGE, decision.snapshot)
    for address in decision.addresses:
        batch.add_address(story_id, address)
    batch.flush()
    if decision.rewrite is not None:
        changed_at = now if decision.changes else None
        _rewrite(db, batch, story_id, decision.rewrite, changed_at=changed_at, now=now)
    if decision.drops_text and page_story.text_reserved is not None:
        drop_text(db, story_id, term=page_story.text_reserved)
    if not decision.other_page:
        learn_sentences(db, [(story_id, page_story)], site=page_story.site, now=now)
    db.conn.execute("UPDATE page SET story_id = ? WHERE id = ?", (story_id, page_id))
    link_stored(db, keep_canonical(db, page_id, page_story.other_canonical), now=now)
    for merge in decision.merges:
        younger, older = merge.younger or story_id, merge.older or story_id
        merge_stories(db, younger, older)
        log.info("story %d is merged into story %d", younger, older)
        if younger == story_id:  # the values of the page replace those of the older story
            _rewrite(db, batch, older, story, changed_at=None, now=now)
            story_id = older


def _rewrite(
    db: Database, batch: Batch, story_id: int, story: Story, *, changed_at: str | None, now: str
) -> None:
    rewrite_story(db, story_id, story, authority="page", changed_at=changed_at)
    batch.add_authors(story_id, story.authors)
    batch.flush()
    link_stories(db, [(story_id, story)], now=now, again=True)


def _write_visit(db: Database, result: PageResult, run_id: int, counts: Counts) -> int | None:
    cursor = db.conn.execute(
        "INSERT INTO visit (run_id, page_id, started_at, ended_at, outcome, outcome_category,"
        " outcome_message, outcome_status,"
        " wire_bytes, seen, new, changed, same, traceback) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run_id, result.page_id, to_iso(result.started_at), to_iso(result.ended_at), result.outcome.code,
            result.outcome.category, result.outcome.message, result.outcome.status, result.wire_bytes,
            counts.seen, counts.new, counts.changed, counts.same, result.traceback,
        ),
    )  # fmt: skip
    return cursor.lastrowid


def _write_page(
    db: Database, result: PageResult, now: str, retry: Callable[[int, bool], datetime | None]
) -> None:
    """Update the row of the page: read, or due again, or given up."""
    outcome, message, due_at, attempts = result.outcome, result.outcome.message, None, 0
    if outcome.category != "ok":
        before, is_story = db.conn.execute(
            "SELECT attempts, story_id IS NOT NULL FROM page WHERE id = ?", (result.page_id,)
        ).fetchone()
        attempts = before + 1
        again = retry(attempts, bool(is_story))
        due_at = to_iso(again) if again is not None else None
        if again is None:
            message += "; given up" + (f" after {attempts} tries" if attempts > 1 else "")
    db.conn.execute(
        "UPDATE page SET due_at = ?, attempts = ?, outcome = ?, outcome_category = ?, outcome_message = ?,"
        " outcome_at = ?, body_digest = coalesce(?, body_digest),"
        " reader_version = coalesce(?, reader_version) WHERE id = ?",
        (
            due_at, attempts, outcome.code, outcome.category, message, now, result.body_digest,
            result.page_story.reader_version if result.page_story else None, result.page_id,
        ),
    )  # fmt: skip
    if result.validators is not None:
        db.conn.execute(
            "UPDATE page SET etag = ?, last_modified = ? WHERE id = ?", (*result.validators, result.page_id)
        )


def _keep_robots(db: Database, result: PageResult) -> None:
    """Store the robots.txt of the hosts. Those to which pages of this one redirected last are noted, too, so that the
    next claim includes their robots.txt."""
    keep_robots(db, result.robots)
    redirected = [one.host for one in result.robots if queue_of(one.host) != result.host]
    if redirected:
        before = json.loads(
            db.conn.execute("SELECT redirects_to FROM host WHERE host = ?", (result.host,)).fetchone()[0]
        )
        latest = list(dict.fromkeys((*redirected, *before)))[:_MOST_REDIRECTED]
        db.conn.execute("UPDATE host SET redirects_to = ? WHERE host = ?", (json.dumps(latest), result.host))
