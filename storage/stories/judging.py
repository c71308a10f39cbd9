"""What keeping would decide, and why; nothing is kept. Reads only.

Asks what `storage.stories.keep` and `storage.pages.keep` ask, in their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.stories import Story, Verdict
from newsdesk.storage.stories.batch import Batch
from newsdesk.storage.stories.entries import PAGE, StoredEntries, StoredEntry
from newsdesk.storage.stories.known import Known
from newsdesk.storage.stories.matching import RANK, Candidate, authority_of, may_change
from newsdesk.storage.stories.revisions import (
    changed_fields,
    is_believed_today,
    is_same,
    last_snapshot,
    revision_of,
    stored_words,
    told_again,
)
from newsdesk.storage.stories.rows import said_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict in words. `changes`: per field [old, new], against what is stored; `fold`: a second story
    that is this one."""

    verdict: Verdict
    why: str
    story_id: int | None = None
    changes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    fold: int | None = None


def judge_entry(
    db: Database,
    entries: Sequence[FeedEntry],
    at: int,
    *,
    source_id: int,
    site: str,
    scheme_changed: bool,
    whole: bool,
    now: str,
) -> Judged:
    """What the entry at that place of a document would be. `source_id` 0: of no source that is known."""
    entry = entries[at]
    story = entry.story
    if entry.state == "repeated":
        return Judged(verdict="duplicate", why="it stood before in this document")
    if story is None:
        left = "it is left for a later visit by the limit on entries"
        return Judged(verdict="refused", why=entry.reason or left)
    keys = [key for one in entries for key in one.keys]
    stored_entries = StoredEntries(db, Batch(db, now=now), source_id=source_id, keys=keys, now=now)
    known = Known(
        db,
        entries,
        stored_entries,
        source_id=source_id,
        site=site,
        scheme_changed=scheme_changed,
        whole=whole,
    )
    met = known.meet(entry, story, besides=frozenset())
    if met.known is None:
        purged = known.purged(story)
        if purged is not None:
            return Judged(verdict="refused", why=f"it was purged on {purged} for its age")
        return Judged(verdict="new", why=met.match.why)
    own = stored_entries.of_story(met.known.story_id, met.earlier)
    if own is None:
        judged = _of_stranger(met.known, met.match.why, site=site)
    else:
        judged = _of_own(db, own, story, met.known, site=site, now=now)
    return Judged(
        verdict=judged.verdict,
        why=judged.why,
        story_id=met.known.story_id,
        changes=judged.changes,
        fold=met.match.fold,
    )


def _of_stranger(known: Candidate, why: str, *, site: str) -> Judged:
    outranks = RANK[authority_of(site, known.site)] > RANK[known.authority]
    words = "its words outrank those stored" if outranks else "another's words are stored, and stay"
    return Judged(verdict="duplicate", why=f"{why}; {words}")


def _of_own(db: Database, own: StoredEntry, story: Story, known: Candidate, *, site: str, now: str) -> Judged:
    before = last_snapshot(db, known.story_id, own.id)
    if before is None or before[:2] == (story.digest, story.reader_version):
        return Judged(verdict="same", why="its source said so already")
    if before[1] != story.reader_version:
        return Judged(verdict="same", why="its source's last words were read by other rules: a baseline")
    if is_same(before[2], said_of(story)):
        return Judged(verdict="same", why="its source said so already")
    if is_same(before[2], told_again(before[2], story)):
        return Judged(verdict="same", why="its source says so still: its date is read otherwise, not printed")
    if not may_change(known, site=site):
        return Judged(
            verdict="changed", why="its source says otherwise than it did, but another's words are stored"
        )
    words = stored_words(db, known.story_id)
    fields = revision_of(story, words, changed_fields(before[2], story, words))
    if fields and not is_believed_today(db, known.story_id, own.id, fields, now=now):
        return Judged(verdict="same", why="its source changed it too often today to be believed")
    return Judged(verdict="changed", why="its source says otherwise than it did", changes=fields)


def judge_page(db: Database, own: Story, story: Story, *, url: str, now: str) -> Judged:
    """What a page would be that says `own`, which with its feed's words is `story`."""
    row = db.conn.execute("SELECT story_id FROM page WHERE url = ?", (url,)).fetchone()
    story_id = row[0] if row else None
    if story_id is None:
        row = db.conn.execute(
            "SELECT story_id FROM address WHERE key = ?", (story.addresses[0].key,)
        ).fetchone()
        story_id = row[0] if row else None
    if story_id is None:
        return Judged(verdict="new", why="no story had this address")
    before = last_snapshot(db, story_id, PAGE)
    words = stored_words(db, story_id)
    if before is None:
        return Judged(verdict="same", why="the page's first words: a baseline", story_id=story_id)
    if before[1] != own.reader_version:
        return Judged(
            verdict="same", why="its last words were read by other rules: a baseline", story_id=story_id
        )
    if before[0] == own.digest or is_same(before[2], said_of(own)):
        return Judged(verdict="same", why="the page said so already", story_id=story_id)
    if is_same(before[2], told_again(before[2], own)):
        why = "the page says so still: its date is read otherwise, not printed"
        return Judged(verdict="same", why=why, story_id=story_id)
    fields = revision_of(story, words, changed_fields(before[2], own, words))
    if not is_believed_today(db, story_id, None, fields, now=now):
        why = "the page changed too often today to be believed"
        return Judged(verdict="same", why=why, story_id=story_id)
    return Judged(
        verdict="changed", why="the page says otherwise than it did", story_id=story_id, changes=fields
    )
