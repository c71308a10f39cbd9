"""Keep what one document said: each entry's verdict, and the rows that follow from it.

Batch read, pure decision (`storage.stories.matching`), batch write (`storage.stories.batch`). Runs inside the
writer's transaction. Verdicts: *new* no story had it; *changed* this origin says something materially else
than before; *same* it said so already; *duplicate* another source's entry of a known story, or a second
time in one document; *refused* with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso_or_none
from newsdesk.storage.pages.due import due_page
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.publication_profile import VisitNews
from newsdesk.storage.records.stories import Story, Verdict
from newsdesk.storage.records.visits import Counts
from newsdesk.storage.stories.batch import Batch
from newsdesk.storage.stories.boilerplate import learn_sentences
from newsdesk.storage.stories.entries import StoredEntries, StoredEntry
from newsdesk.storage.stories.known import Known, is_precise
from newsdesk.storage.stories.matching import RANK, Candidate, Match, authority_of, may_change
from newsdesk.storage.stories.revisions import (
    FIELDS,
    changed_fields,
    is_believed_today,
    is_same,
    last_snapshot,
    own_fields,
    revision_of,
    stored_words,
    told_again,
    with_kept,
)
from newsdesk.storage.stories.rows import fold, pack_text, rewrite_story, said_of

FLOOD = "flood: its source had as many new stories as are kept on one day"
_MOST_ADDRESSES = 12  # of one story: a link with a random parameter would bring one a visit, for ever


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What came of a document's entries. `again`: the keys of those to be read again, since their change is
    not believed for now, or since they are of the `flood`: so many more than may be new on one day. `news`:
    how many are new that were not there before we knew the source. `brought`: what its rhythm learns from."""

    counts: Counts
    again: Set[str]
    news: int
    flood: int
    brought: VisitNews


def keep_entries(
    db: Database,
    entries: Sequence[FeedEntry],
    *,
    missed: Sequence[FeedEntry] = (),
    source_id: int,
    site: str,
    full_text: bool,
    whole: bool,
    scheme_changed: bool,
    now: str,
    backlog: int | None = None,
    most_new: int | None = None,
) -> Kept:
    """Keep the entries of one document of a source, in their order, then those that it `missed` and older
    documents held: of them nothing is learned of the document itself. `now` as `to_iso` writes it; `climbed`
    says that the source's entries had other names once (its rung of identity is not the lowest). The pages
    of new stories become due; of those that are no news (`Sighted.history`) only as far as they are among
    the newest `backlog` of the source, None for all. `most_new`: so many of the others are kept, the rest is
    refused."""
    both = (*entries, *missed)
    document = _Document(
        db,
        both,
        source_id=source_id,
        site=site,
        full_text=full_text,
        whole=whole,
        scheme_changed=scheme_changed,
        now=now,
        most_new=most_new,
    )
    tally: dict[Verdict, int] = {"new": 0, "changed": 0, "same": 0, "duplicate": 0, "refused": 0}
    for entry in entries:
        if entry.state != "postponed":
            tally[document.keep(entry)] += 1
    overlaps = document.overlaps
    for entry in missed:
        tally[document.keep(entry)] += 1
    document.batch.flush()
    learn_sentences(db, document.new, site=site, now=now)
    document.due_pages(backlog)
    document.stored_entries.end({key for entry in both for key in entry.keys} if whole else None)
    count = sum(entry.state != "repeated" for entry in entries)
    brought = VisitNews(dates=tuple(document.dates), entries=count, overlaps=overlaps)
    return Kept(
        counts=Counts(**tally, due=document.due),
        again=document.again,
        news=document.news,
        flood=document.flood,
        brought=brought,
    )


class _Document:
    """One document while it is kept: what was known before, and what piles up."""

    def __init__(
        self,
        db: Database,
        entries: Sequence[FeedEntry],
        *,
        source_id: int,
        site: str,
        full_text: bool,
        whole: bool,
        scheme_changed: bool,
        now: str,
        most_new: int | None,
    ) -> None:
        self._db = db
        self._most_new = most_new
        self.news = self.flood = 0
        self._source_id = source_id
        self._site = site
        self._full_text = full_text
        self._scheme_changed = scheme_changed
        self._now = now
        self.again: set[str] = set()  # entry keys
        self.dates: list[datetime | None] = []  # of what the source did not have before
        self.overlaps = False
        self.new: list[tuple[int, Story]] = []
        self._touched: set[int] = set()
        self._pages: list[tuple[str, str, int]] = []
        self._backlog: dict[int, str] = {}
        self.due = 0
        self.batch = Batch(db, now=now)
        self.stored_entries = StoredEntries(
            db,
            self.batch,
            source_id=source_id,
            keys=[key for entry in entries if entry.story is not None for key in entry.keys],
            now=now,
        )
        self._known = Known(
            db,
            entries,
            self.stored_entries,
            source_id=source_id,
            site=site,
            scheme_changed=scheme_changed,
            whole=whole,
        )

    def keep(self, entry: FeedEntry) -> Verdict:
        if entry.state == "unchanged":
            self.overlaps = True
            return "same"
        if entry.state == "repeated":
            return "duplicate"
        if entry.story is None:
            self.stored_entries.note_refused(entry)
            return "refused"
        return self._keep_told(entry, entry.story)

    def _keep_told(self, entry: FeedEntry, story: Story) -> Verdict:
        if self._known.addressed(story) in self._touched:
            return "duplicate"
        met = self._known.meet(entry, story, besides=self._touched)
        match, known = met.match, met.known
        if match.story_id is None or known is None:
            return self._keep_new(entry, story, met.earlier, match)
        if match.fold is not None:
            self._fold(match.fold, match.story_id)
        # a GUID that changes each time gives no name to find the story by
        if story.site == self._site and (self._scheme_changed or not met.by_telling):
            self._learn_addresses(match.story_id, story)
        self._touched.add(match.story_id)
        own = self.stored_entries.of_story(match.story_id, met.earlier)
        if own is None:
            return self._keep_stranger(entry, story, known, match)
        self.overlaps = True
        self.stored_entries.live_as(own, entry.entry_key)
        return self._keep_own(own, entry, story, known)

    def due_pages(self, backlog: int | None) -> None:
        """The pages of the new stories are due, the newest first: of news all, of history the newest."""
        for _, url, story_id in sorted(self._pages, key=itemgetter(0), reverse=True):
            self._due(url, story_id, "new")
        if not self._backlog:
            return
        newest = self._db.conn.execute(
            "SELECT story_id FROM entry JOIN story ON story.id = story_id"
            " WHERE source_id = ? AND verdict = 'new' ORDER BY sort_at DESC, story_id LIMIT ?",
            (self._source_id, -1 if backlog is None else backlog),
        ).fetchall()
        for (story_id,) in newest:
            if story_id in self._backlog:
                self._due(self._backlog[story_id], story_id, "backlog")

    def _due(self, url: str, story_id: int, why: str) -> None:
        self.due += due_page(self._db, url, story_id=story_id, why=why, now=self._now)

    def _keep_new(self, entry: FeedEntry, story: Story, earlier: StoredEntry | None, match: Match) -> Verdict:
        purged = self._known.purged(story)
        if purged is not None:
            self.stored_entries.note_refused(replace(entry, reason=f"it was purged on {purged} for its age"))
            return "refused"
        if not entry.backlog and self._most_new is not None and self.news >= self._most_new:
            self.flood += 1
            self.again.add(entry.entry_key)
            self.stored_entries.note_refused(replace(entry, reason=FLOOD))
            return "refused"
        self.news += not entry.backlog
        story_id = self.batch.add_story(story, authority=authority_of(self._site, story.site))
        self.new.append((story_id, story))
        self._touched.add(story_id)
        self._learn_addresses(story_id, story)
        if earlier is not None and earlier.story_id is not None:
            self.stored_entries.see_gone(earlier)
        stored_entry = self.stored_entries.add(entry, story_id, "new", match.why)
        self.dates.append(story.published if is_precise(story) else None)
        self.batch.add_snapshot(story_id, stored_entry.id, story)
        if self._full_text and entry.backlog:
            self._backlog[story_id] = story.addresses[0].url
        elif self._full_text:
            sort_at = min(to_iso_or_none(story.published) or self._now, self._now)
            self._pages.append((sort_at, story.addresses[0].url, story_id))
        return "new"

    def _keep_stranger(self, entry: FeedEntry, story: Story, known: Candidate, match: Match) -> Verdict:
        """The first time this source carries a known story: its words are a baseline, never a revision."""
        stored_entry = self.stored_entries.add(entry, known.story_id, "duplicate", match.why)
        self.dates.append(story.published if is_precise(story) else None)
        self.batch.add_snapshot(known.story_id, stored_entry.id, story)
        authority = authority_of(self._site, known.site)
        if RANK[authority] > RANK[known.authority]:
            self._rewrite(known, story, changed_at=None)
        elif self._full_text and story.title != known.title:
            self._due(known.url, known.story_id, "feed changed")
        return "duplicate"

    def _keep_own(self, own: StoredEntry, entry: FeedEntry, story: Story, known: Candidate) -> Verdict:
        """An origin speaks again: compared with its own earlier snapshot only. What it says once too often a
        day is not believed: its last snapshot stands, and the entry is looked at again."""
        before = last_snapshot(self._db, known.story_id, own.id)
        if before is None:
            self.batch.add_snapshot(known.story_id, own.id, story)
            return "same"
        digest, reader_version, said = before
        if (digest, reader_version) == (story.digest, story.reader_version):
            return "same"
        allowed = may_change(known, site=self._site)
        rules = reader_version == story.reader_version
        told = told_again(said, story) if rules else said_of(story)
        revised = rules and not is_same(said, told)
        if not rules:  # other rules give a baseline, never a revision
            self._read_anew(known, story, said)
        elif revised and allowed and not self._change(own, known, story, said):
            self.again.add(entry.entry_key)
            return "same"
        if revised and self._full_text and (not allowed or known.authority == "page"):
            self._due(known.url, known.story_id, "feed changed")
        self._db.conn.execute(
            "UPDATE snapshot SET digest = ?, reader_version = ?, published_values = ?, taken_at = ?"
            " WHERE story_id = ? AND entry_id = ?",
            (story.digest, story.reader_version, pack_text(told), self._now, known.story_id, own.id),
        )
        return "changed" if revised else "same"

    def _read_anew(self, known: Candidate, story: Story, said: str) -> None:
        """Words read by other rules than those that gave `said` take the place of what stands there as their
        origin said it. What another said, a longer feed or the page, stays."""
        words = stored_words(self._db, known.story_id)
        own = own_fields(said, words)
        if known.authority != "page" and own and may_change(known, site=self._site):
            read = story if len(own) == len(FIELDS) else with_kept(story, words, own, besides=True)
            self._rewrite(known, read, changed_at=None)

    def _change(self, own: StoredEntry, known: Candidate, story: Story, said: str) -> bool:
        """An origin changes the story in what it says otherwise than it did (`said`), with a revision. False
        when it is not believed."""
        words = stored_words(self._db, known.story_id)
        changed = changed_fields(said, story, words)
        fields = revision_of(story, words, changed)
        if fields:
            if not is_believed_today(self._db, known.story_id, own.id, fields, now=self._now):
                return False
            self._db.conn.execute(
                "INSERT INTO revision (story_id, entry_id, found_at, fields) VALUES (?, ?, ?, ?)",
                (known.story_id, own.id, self._now, json.dumps(fields, ensure_ascii=False)),
            )
            self._rewrite(known, with_kept(story, words, changed), changed_at=self._now)
        return True

    def _rewrite(self, known: Candidate, story: Story, *, changed_at: str | None) -> None:
        authority = max(known.authority, authority_of(self._site, known.site), key=RANK.__getitem__)
        self.batch.flush()
        rewrite_story(self._db, known.story_id, story, authority=authority, changed_at=changed_at)
        self.batch.add_authors(known.story_id, story.authors)

    def _learn_addresses(self, story_id: int, story: Story) -> None:
        """More names for a story. A source may only add names on its own site: with another's address as
        a second name of an old story, it would hide the story that will be published there."""
        unknown = [address for address in story.addresses if address.key not in self._known.keyed]
        for address in unknown[: _MOST_ADDRESSES - self._addresses(story_id)] if unknown else ():
            self._known.keyed[address.key] = story_id
            self.batch.add_address(story_id, address)

    def _addresses(self, story_id: int) -> int:
        sql = "SELECT count(*) FROM address WHERE story_id = ?"
        return int(self._db.conn.execute(sql, (story_id,)).fetchone()[0])

    def _fold(self, younger: int, older: int) -> None:
        self.batch.flush()
        fold(self._db, younger, older)
        self._known.fold(younger, older)
        self.stored_entries.fold(younger, older)
