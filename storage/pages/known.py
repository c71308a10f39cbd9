"""What is stored of an article page and its story. Reads only; `storage.pages.verdict` decides."""

from __future__ import annotations

import json

from sqlite_utils import Database

from newsdesk.storage.pages.claims import Settled
from newsdesk.storage.pages.verdict import AddressHolder, FeedRevision, PageFacts, page_changed
from newsdesk.storage.records.stories import Story
from newsdesk.storage.stories.revisions import Earlier
from newsdesk.storage.stories.stored import (
    PAGE,
    earlier_revisions,
    known_corrections,
    last_snapshot,
    stored_values,
)


def read_page_facts(db: Database, page_id: int, settled: Settled, *, now: str) -> PageFacts:
    """What is known of a page (`page_id` 0: its address was never due) that gives these stories. The story at a claimed
    address whose values it has comes before its own. `now` as `to_iso` writes it."""
    page_story, story = settled.page_story, settled.story
    row = db.conn.execute("SELECT story_id, why FROM page WHERE id = ?", (page_id,)).fetchone()
    holders = _holders(db, story)
    holder = holders.get(story.addresses[0].key)
    story_id = row[0] if row is not None else None
    if (story_id is None or settled.moved) and holder is not None:
        story_id = holder.story_id
    if story_id is None:
        return PageFacts(story_id=None, first_seen_at=now, holders=holders)
    seen = db.conn.execute("SELECT first_seen_at, url FROM story WHERE id = ?", (story_id,)).fetchone()
    snapshot = last_snapshot(db, (story_id,), PAGE)
    changed = snapshot is not None and page_changed(snapshot, page_story)
    return PageFacts(
        story_id=story_id,
        first_seen_at=seen[0],
        main_url=None if settled.moved else seen[1],
        snapshot=snapshot,
        stored=None if snapshot is None else stored_values(db, story_id),
        earlier=earlier_revisions(db, (story_id,), None, now=now) if changed else Earlier(),
        holders=holders,
        feed_revision=_feed_revision(db, story_id) if changed and row and row[1] == "feed changed" else None,
        known_corrections=known_corrections(db, (story_id,)) if page_story.corrections else (),
    )


def _feed_revision(db: Database, story_id: int) -> FeedRevision | None:
    """The last revision of a story that its feed made since the page was read."""
    row = db.conn.execute(
        "SELECT id, fields FROM revision WHERE story_id = ? AND entry_id IS NOT NULL AND found_at >"
        " (SELECT taken_at FROM snapshot WHERE story_id = ? AND entry_id = ?) ORDER BY id DESC LIMIT 1",
        (story_id, story_id, PAGE),
    ).fetchone()
    return None if row is None else FeedRevision(id=row[0], fields=json.loads(row[1]))


def _holders(db: Database, story: Story) -> dict[str, AddressHolder]:
    """By address key, the stories that have one of these addresses."""
    keys = [address.key for address in story.addresses]
    marks = ", ".join("?" * len(keys))
    rows = db.conn.execute(
        "SELECT key, story.id, site, title, first_seen_at FROM address JOIN story ON story.id = story_id"
        f" WHERE key IN ({marks})",
        keys,
    )
    return {
        key: AddressHolder(story_id=story_id, site=site, title=title, first_seen_at=first_seen_at)
        for key, story_id, site, title, first_seen_at in rows
    }
