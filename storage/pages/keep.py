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
from newsdesk.storage.records.pages import PageResult
from newsdesk.storage.records.rate_limits import queue_of
from newsdesk.storage.records.stories import Story, Verdict
from newsdesk.storage.records.visits import Counts
from newsdesk.storage.stories.batch import Batch
from newsdesk.storage.stories.boilerplate import learn_sentences
from newsdesk.storage.stories.entries import PAGE
from newsdesk.storage.stories.revisions import (
    FIELDS,
    changed_fields,
    is_believed_today,
    is_same,
    last_snapshot,
    revision_of,
    stored_words,
    told_again,
    with_kept,
)
from newsdesk.storage.stories.rows import fold, pack_text, rewrite_story, said_of

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
        verdict = _keep_story(db, result.page_id, result.page_story, result.story, now)
        if verdict is None:  # not believed for now: read again with the next visit, though it may not change
            verdict = "same"
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


def _keep_story(db: Database, page_id: int, own: Story, story: Story, now: str) -> Verdict | None:
    """None: a change that is not believed for now."""
    story_id = db.conn.execute("SELECT story_id FROM page WHERE id = ?", (page_id,)).fetchone()[0]
    if story_id is None:
        story_id = _story_at(db, story.addresses[0].key)
    batch = Batch(db, now=now)
    verdict: Verdict | None
    if story_id is None:
        story_id = batch.add_story(story, authority="page")
        batch.add_address(story_id, story.addresses[0])
        batch.add_snapshot(story_id, PAGE, own)
        verdict = "new"
    else:
        verdict = _keep_known(db, batch, story_id, own, story, now)
    batch.flush()
    learn_sentences(db, [(story_id, own)], site=own.site, now=now)
    db.conn.execute("UPDATE page SET story_id = ? WHERE id = ?", (story_id, page_id))
    _learn_addresses(db, story_id, story, now)
    return verdict


def _keep_known(
    db: Database, batch: Batch, story_id: int, own: Story, story: Story, now: str
) -> Verdict | None:
    """The page's words compared with its own earlier ones, and put in the story's place. None: it has changed
    them too often today to be believed."""
    before = last_snapshot(db, story_id, PAGE)
    revised = False
    if before is None:
        batch.add_snapshot(story_id, PAGE, own)
    else:
        digest, reader_version, said = before
        rules = reader_version == own.reader_version
        told = told_again(said, own) if rules else said_of(own)
        revised = rules and digest != own.digest and not is_same(said, told)
        words = stored_words(db, story_id)
        if told != said_of(own):
            story = with_kept(story, words, frozenset(FIELDS) - {"published"})
        if revised:
            fields = revision_of(story, words, changed_fields(said, own, words))
            if not is_believed_today(db, story_id, None, fields, now=now):
                return None
            db.conn.execute(
                "INSERT INTO revision (story_id, found_at, fields) VALUES (?, ?, ?)",
                (story_id, now, json.dumps(fields, ensure_ascii=False)),
            )
        db.conn.execute(
            "UPDATE snapshot SET digest = ?, reader_version = ?, published_values = ?, taken_at = ?"
            " WHERE story_id = ? AND entry_id = ?",
            (own.digest, own.reader_version, pack_text(told), now, story_id, PAGE),
        )
    batch.flush()
    rewrite_story(db, story_id, story, authority="page", changed_at=now if revised else None)
    batch.add_authors(story_id, story.authors)
    return "changed" if revised else "same"


def _learn_addresses(db: Database, story_id: int, story: Story, now: str) -> None:
    """Further names that the page gave itself. One that another story has makes the two one, but only if
    that tells the same: sites exist whose every page names the same canonical address."""
    for address in story.addresses:
        other = _story_at(db, address.key)
        if other is None:
            db.conn.execute(
                "INSERT INTO address (key, story_id, url, found_in, added_at, disambiguation) VALUES (?, ?, ?, ?, ?, ?)",
                (address.key, story_id, address.url, address.found_in, now, address.disambiguation),
            )
        elif other != story_id and _tells_the_same(db, other, story):
            older, younger = sorted((other, story_id), key=lambda one: _seen_first(db, one))
            fold(db, younger, older)
            if younger == story_id:  # the page's words go along
                rewrite = Batch(db, now=now)
                rewrite_story(db, older, story, authority="page", changed_at=None)
                rewrite.add_authors(older, story.authors)
                rewrite.flush()
            story_id = older


def _story_at(db: Database, key: str) -> int | None:
    row = db.conn.execute("SELECT story_id FROM address WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def _seen_first(db: Database, story_id: int) -> tuple[str, int]:
    row = db.conn.execute("SELECT first_seen_at FROM story WHERE id = ?", (story_id,)).fetchone()
    return row[0], story_id


def _tells_the_same(db: Database, story_id: int, story: Story) -> bool:
    title, site = db.conn.execute("SELECT title, site FROM story WHERE id = ?", (story_id,)).fetchone()
    return site == story.site and title is not None and title == story.title


def _write_visit(db: Database, result: PageResult, run_id: int, counts: Counts) -> int | None:
    cursor = db.conn.execute(
        "INSERT INTO visit (run_id, page_id, started_at, ended_at, outcome, outcome_category, outcome_message, outcome_status,"
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
        "INSERT INTO host (host, robots_txt, robots_read_at, delay_s) VALUES (?, ?, ?, ?) ON CONFLICT (host) DO UPDATE"
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
