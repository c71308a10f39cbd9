"""Keep the entries of one document: decide all of them first, then write. Runs inside the writer's transaction."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from sqlite_utils import Database

from newsdesk.storage.clusters.arrivals import link_stories
from newsdesk.storage.db.timestamps import to_iso_or_none
from newsdesk.storage.pages.due import due_page
from newsdesk.storage.plurals import count
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.publication_profile import VisitNews
from newsdesk.storage.records.stories import Address, Story, Verdict
from newsdesk.storage.records.visits import Counts
from newsdesk.storage.stories.batch import Batch
from newsdesk.storage.stories.boilerplate import learn_sentences
from newsdesk.storage.stories.decisions import decide_document
from newsdesk.storage.stories.known import is_precise
from newsdesk.storage.stories.matching import NO_STORY
from newsdesk.storage.stories.rows import drop_text, merge_stories, rewrite_story
from newsdesk.storage.stories.tombstones import purged_columns
from newsdesk.storage.stories.verdict import Decision, SourceFacts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEntries:
    """The result of keeping a document. `read_again`: the keys of the entries that a daily limit refused or
    left as they were. `new_today`: how many stories are new that were published after we knew the source.
    `over_limit`: how many more would have been. `news`: what the publication profile learns from."""

    counts: Counts
    read_again: Set[str]
    new_today: int
    over_limit: int
    news: VisitNews


def keep_entries(
    db: Database,
    entries: Sequence[FeedEntry],
    *,
    backfill: Sequence[FeedEntry] = (),
    links: Collection[str] = (),
    source: SourceFacts,
    whole: bool,
    now: str,
    backlog: int | None = None,
) -> KeptEntries:
    """Keep the entries of one document in their order, then those that older documents had (`backfill`), from
    which nothing is learned about the document itself. The pages of new stories become due; those of stories
    from before we knew the source only for the newest `backlog` of it, None for all. `links`: the keys of links that
    the document has, too. `now` as `to_iso` writes it."""
    both = (*entries, *backfill)
    document = decide_document(db, both, source=source, whole=whole, links=links, now=now)
    writer = _DocumentWriter(db, source=source, now=now)
    for entry, decision in zip(both, document.decisions, strict=True):
        writer.write(entry, decision)
    writer.batch.flush()
    learn_sentences(db, writer.new, site=source.site, now=now)
    link_stories(db, writer.new, now=now)
    due = writer.write_due_pages(backlog)
    db.conn.executemany("UPDATE entry SET gone_at = ? WHERE id = ?", [(now, row) for row in document.gone])
    decided = list(zip(both, document.decisions, strict=True))
    first = [(entry, decision) for entry, decision in decided if _first(decision)]
    brought = [decision.verdict for entry, decision in first if not entry.backlog]
    read_again = {entry.entry_key for entry, decision in decided if decision.read_again}
    if read_again:
        log.warning(
            "over a daily limit, read again by the next visit: %s", count(len(read_again), "entry", "entries")
        )
    return KeptEntries(
        counts=_count(document.decisions, due=due),
        read_again=read_again,
        new_today=sum(decision.verdict == "new" and not entry.backlog for entry, decision in decided),
        over_limit=sum(one.verdict == "refused" and one.read_again for one in document.decisions),
        news=VisitNews(
            dates=tuple(_date(entry.story) for entry, _ in first if entry.story),
            entries=sum(entry.state != "repeated" for entry in entries),
            overlaps=any(_continues(entry, decision) for entry, decision in decided[: len(entries)]),
            brought=len(brought),
            brought_first=brought.count("new"),
        ),
    )


def _count(decisions: Sequence[Decision], *, due: int) -> Counts:
    count: dict[Verdict, int] = {"new": 0, "changed": 0, "same": 0, "duplicate": 0, "refused": 0}
    for decision in decisions:
        if decision.verdict is not None:
            count[decision.verdict] += 1
    return Counts(**count, waiting=sum(one.verdict is None for one in decisions), due=due)


def _first(decision: Decision) -> bool:
    """Whether the source did not have this story before."""
    return decision.verdict != "refused" and decision.entry in ("insert", "accept")


def _continues(entry: FeedEntry, decision: Decision) -> bool:
    """Whether the source had the entry before; its story may be purged."""
    had_purged = decision.tombstone_id is not None and decision.row is not None
    return (
        entry.state == "unchanged" or had_purged or (decision.story_id is not None and not _first(decision))
    )


def _refused_address(entry: FeedEntry, decision: Decision) -> Address | None:
    """The address under which a refused entry is known; a purged story's is that of its tombstone."""
    return entry.story.addresses[0] if entry.story and decision.tombstone_id is None else None


def _date(story: Story) -> datetime | None:
    return story.published if is_precise(story) else None


class _DocumentWriter:
    """Writes the decisions of one document. New rows wait in the batch until `flush`."""

    def __init__(self, db: Database, *, source: SourceFacts, now: str) -> None:
        self._db = db
        self._source = source
        self._now = now
        self.batch = Batch(db, now=now)
        self.new: list[tuple[int, Story]] = []
        self._pages: list[tuple[str, str, int]] = []  # (sort_at, url, story) of new stories
        self._backlog: dict[int, str] = {}
        self._due = 0

    def write(self, entry: FeedEntry, decision: Decision) -> None:
        """Write one decision; an entry that adds nothing costs nothing."""
        if decision.entry is None and decision.story_id is None:
            return
        if decision.verdict == "refused" or entry.story is None:
            self._write_entry(entry, decision, None)
            self._db.conn.executemany(
                "INSERT OR IGNORE INTO tombstone_address (key, tombstone_id, url, disambiguation)"
                " VALUES (?, ?, ?, ?)",
                [(at.key, decision.tombstone_id, at.url, at.disambiguation) for at in decision.addresses],
            )
            return
        for merge in decision.merges:
            self.batch.flush()
            merge_stories(self._db, merge.younger, merge.older)
            log.info("story %d is merged into story %d", merge.younger, merge.older)
        story_id = decision.story_id or self._add_story(entry.story, decision)
        for address in decision.addresses:
            self.batch.add_address(story_id, address)
        entry_id = self._write_entry(entry, decision, story_id)
        if decision.changes:
            self.batch.add_revision(story_id, entry_id, decision.changes)
        self.batch.add_corrections(story_id, entry_id, decision.corrections)
        if decision.rights_change is not None:
            self.batch.add_rights_change(story_id, entry_id, decision.rights_change)
        if decision.snapshot is not None:
            self.batch.put_snapshot(story_id, entry_id, decision.snapshot)
        if decision.rewrite is not None:
            self._rewrite(story_id, decision.rewrite, decision)
        if decision.drops_text and entry.story.text_reserved is not None:
            drop_text(self._db, story_id, term=entry.story.text_reserved)
        self._note_page(entry.story, story_id, decision)

    def _add_story(self, story: Story, decision: Decision) -> int:
        story_id = self.batch.add_story(story, authority=decision.authority or "source")
        self.new.append((story_id, story))
        return story_id

    def _write_entry(self, entry: FeedEntry, decision: Decision, story_id: int | None) -> int:
        """The row of the entry; its id."""
        row = decision.row
        if decision.entry == "insert" or row is None:
            return self.batch.add_entry(
                self._source.source_id,
                story_id,
                entry.entry_key,
                verdict=decision.verdict or "refused",
                reason=None if decision.reason == NO_STORY.reason else decision.reason,
                refused=_refused_address(entry, decision) if story_id is None else None,
                tombstone_id=decision.tombstone_id,
                purged=purged_columns(entry.story) if decision.tombstone_id and entry.story else None,
            )
        if decision.entry == "accept":
            self.batch.flush()  # the story's row, to which this one refers
            self._db.conn.execute(
                "UPDATE entry SET story_id = ?, verdict = ?, reason = ?, refused_key = NULL,"
                " refused_url = NULL, tombstone_id = NULL, purged_title = NULL, purged_published = NULL,"
                " purged_digest = NULL WHERE id = ?",
                (story_id, decision.verdict, decision.reason, row.id),
            )
        elif decision.entry == "rename":
            self._db.conn.execute(
                "UPDATE entry SET entry_key = ?, gone_at = NULL WHERE id = ?", (entry.entry_key, row.id)
            )
        elif decision.entry == "purged" and entry.story is not None:
            values = (entry.entry_key, decision.tombstone_id, decision.reason, *purged_columns(entry.story))
            self._db.conn.execute(
                "UPDATE entry SET entry_key = ?, gone_at = NULL, tombstone_id = ?, reason = ?, purged_title = ?,"
                " purged_published = ?, purged_digest = ?, refused_key = NULL, refused_url = NULL WHERE id = ?",
                (*values, row.id),
            )
        return row.id

    def _rewrite(self, story_id: int, story: Story, decision: Decision) -> None:
        self.batch.flush()
        rewrite_story(
            self._db,
            story_id,
            story,
            authority=decision.authority or "source",
            changed_at=self._now if decision.changes else None,
        )
        self.batch.add_authors(story_id, story.authors)
        link_stories(self._db, [(story_id, story)], now=self._now, again=True)

    def _note_page(self, story: Story, story_id: int, decision: Decision) -> None:
        url = decision.page_url
        if url is None:
            return
        if decision.page_due == "backlog":
            self._backlog[story_id] = url
        elif decision.page_due == "new":
            sort_at = min(to_iso_or_none(story.published) or self._now, self._now)
            self._pages.append((sort_at, url, story_id))
        elif decision.page_due is not None:
            self._due_page(url, story_id, decision.page_due)

    def write_due_pages(self, backlog: int | None) -> int:
        """Make the pages of the new stories due, the newest first: all that are news, of the backlog the newest.
        How many pages became due with the document."""
        for _, url, story_id in sorted(self._pages, key=itemgetter(0), reverse=True):
            self._due_page(url, story_id, "new")
        if not self._backlog:
            return self._due
        newest = self._db.conn.execute(
            "SELECT story_id FROM entry JOIN story ON story.id = story_id"
            " WHERE source_id = ? AND verdict = 'new' ORDER BY sort_at DESC, story_id LIMIT ?",
            (self._source.source_id, -1 if backlog is None else backlog),
        ).fetchall()
        for (story_id,) in newest:
            if story_id in self._backlog:
                self._due_page(self._backlog[story_id], story_id, "backlog")
        return self._due

    def _due_page(self, url: str, story_id: int, why: str) -> None:
        self._due += due_page(self._db, url, story_id=story_id, why=why, now=self._now)
