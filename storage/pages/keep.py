"""Keep what reading one page brought: the story's words, its further address, the page's next turn.

A page is an origin like a source, with entry 0 (see `storage.stories.keep`): its first words are a
baseline, only its own later words are a change. Runs inside the writer's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.hosts.leases import release
from newsdesk.storage.hosts.politeness import keep_host_updates
from newsdesk.storage.pages.known import read_page_facts
from newsdesk.storage.pages.verdict import decide_page
from newsdesk.storage.records.pages import PageResult
from newsdesk.storage.records.rate_limits import queue_of
from newsdesk.storage.records.stories import Story, Verdict
from newsdesk.storage.records.visits import Counts
from newsdesk.storage.stories.batch import Batch
from newsdesk.storage.stories.boilerplate import learn_sentences
from newsdesk.storage.stories.rows import merge_stories, rewrite_story
from newsdesk.storage.stories.stored import PAGE
from newsdesk.storage.stories.verdict import Decision

_MOST_LED_TO = 5  # hosts whose rules come along with the pages of one


def keep_page(
    db: Database,
    result: PageResult,
    *,
    run_id: int,
    retry: Callable[[int], datetime | None],
    release_owner: str | None = None,
) -> Counts:
    """Keep one page's result: story, visit row, page row, manners. `release_owner` frees the host's lease in
    the same transaction. A page that was read is counted as one story seen."""
    now = to_iso(result.ended_at)
    verdict: Verdict | None = None
    if result.page_story is not None and result.story is not None:
        facts = read_page_facts(db, result.page_id, result.page_story, result.story, now=now)
        decision = decide_page(result.page_story, result.story, facts)
        _write_story(db, result.page_id, result.page_story, result.story, decision, now=now)
        verdict = decision.verdict
        if decision.read_again:  # with the next visit, although the page may not change until then
            result = replace(result, body_digest="", validators=(None, None))
    elif result.outcome.code in ("unchanged", "same-document"):
        verdict = "same"
    counts = Counts(**{verdict: 1}) if verdict else Counts()
    counts = replace(counts, visit_id=_write_visit(db, result, run_id, counts))
    _write_page(db, result, now, retry)
    keep_host_updates(db, result.host_updates, now=result.ended_at)
    _learn_robots(db, result)
    if release_owner is not None:
        release(db, result.host, owner=release_owner)
    return counts


def _write_story(
    db: Database, page_id: int, page_story: Story, story: Story, decision: Decision, *, now: str
) -> None:
    """Write what is decided of a page's story: its rows, its addresses, and its merges with others."""
    batch = Batch(db, now=now)
    story_id = decision.story_id or batch.add_story(story, authority="page")
    if decision.verdict == "changed":
        batch.add_revision(story_id, None, decision.changes)
    if decision.snapshot is not None:
        batch.put_snapshot(story_id, PAGE, decision.snapshot)
    for address in decision.addresses:
        batch.add_address(story_id, address)
    batch.flush()
    if decision.rewrite is not None:
        changed_at = now if decision.verdict == "changed" else None
        _rewrite(db, batch, story_id, decision.rewrite, changed_at=changed_at)
    learn_sentences(db, [(story_id, page_story)], site=page_story.site, now=now)
    db.conn.execute("UPDATE page SET story_id = ? WHERE id = ?", (story_id, page_id))
    for merge in decision.merges:
        younger, older = merge.younger or story_id, merge.older or story_id
        merge_stories(db, younger, older)
        if younger == story_id:  # the values of the page replace those of the older story
            _rewrite(db, batch, older, story, changed_at=None)
            story_id = older


def _rewrite(db: Database, batch: Batch, story_id: int, story: Story, *, changed_at: str | None) -> None:
    rewrite_story(db, story_id, story, authority="page", changed_at=changed_at)
    batch.add_authors(story_id, story.authors)
    batch.flush()


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


def _write_page(db: Database, result: PageResult, now: str, retry: Callable[[int], datetime | None]) -> None:
    """The page's row: done, or its next try, or given up in words."""
    outcome, words, due_at, attempts = result.outcome, result.outcome.message, None, 0
    if outcome.category != "ok":
        attempts = 1 + int(
            db.conn.execute("SELECT attempts FROM page WHERE id = ?", (result.page_id,)).fetchone()[0]
        )
        again = retry(attempts)
        due_at = to_iso(again) if again is not None else None
        if again is None:
            words += "; given up" + (f" after {attempts} tries" if attempts > 1 else "")
    db.conn.execute(
        "UPDATE page SET due_at = ?, attempts = ?, outcome = ?, outcome_category = ?, outcome_message = ?,"
        " outcome_at = ?, body_digest = coalesce(?, body_digest),"
        " reader_version = coalesce(?, reader_version) WHERE id = ?",
        (
            due_at, attempts, outcome.code, outcome.category, words, now, result.body_digest,
            result.page_story.reader_version if result.page_story else None, result.page_id,
        ),
    )  # fmt: skip
    if result.validators is not None:
        db.conn.execute(
            "UPDATE page SET etag = ?, last_modified = ? WHERE id = ?", (*result.validators, result.page_id)
        )


def _learn_robots(db: Database, result: PageResult) -> None:
    """The hosts' rules with their age; the pause that they ask for is the host's from now on. To which hosts
    the pages of a host led last is remembered, so that the next claim brings those rules along."""
    db.conn.executemany(
        "INSERT INTO host (host, robots_txt, robots_read_at, delay_s) VALUES (?, ?, ?, ?) ON CONFLICT"
        " (host) DO UPDATE"
        " SET robots_txt = excluded.robots_txt, robots_read_at = excluded.robots_read_at, delay_s = excluded.delay_s",
        [(one.host, one.robots_txt, to_iso(one.read_at), one.delay_s) for one in result.robots],
    )
    db.conn.executemany(  # a platform is asked as the last of its hosts wants it
        "UPDATE host SET delay_s = ? WHERE host = ?",
        [(one.delay_s, queue) for one in result.robots if (queue := queue_of(one.host)) != one.host],
    )
    led_to = [one.host for one in result.robots if queue_of(one.host) != result.host]
    if led_to:
        before = json.loads(
            db.conn.execute("SELECT redirects_to FROM host WHERE host = ?", (result.host,)).fetchone()[0]
        )
        latest = list(dict.fromkeys((*led_to, *before)))[:_MOST_LED_TO]
        db.conn.execute("UPDATE host SET redirects_to = ? WHERE host = ?", (json.dumps(latest), result.host))
