"""The new rows of one document, written together: a few statements a table instead of eight a story.

Assigns the ids of new rows, which only the one writer inside its transaction may do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.inserts import Insert, insert_rows
from newsdesk.storage.records.rights.stated import Rights, RightsChange
from newsdesk.storage.records.stories import Address, Author, Correction, Story
from newsdesk.storage.rights.stored import rights_id
from newsdesk.storage.search import index as search
from newsdesk.storage.stories.revisions import Snapshot, to_json
from newsdesk.storage.stories.rows import body_values, pack_text, story_values, words_of

STORY_COLUMNS = (
    "id", "first_seen_at", "url", "site", "title", "summary", "kind", "access", "language", "sort_at",
    "published", "published_offset_min", "published_day", "precision", "updated", "image", "agency", "authority",
)  # fmt: skip


_INSERTS = {
    "story": Insert("story", STORY_COLUMNS),
    "story_body": Insert(
        "story_body", ("story_id", "categories", "evidence", "cut_start", "cut_end", "html", "text")
    ),
    "entry": Insert(
        "entry",
        (
            "id", "source_id", "story_id", "entry_key", "first_seen_at", "verdict", "reason", "refused_key",
            "refused_url", "tombstone_id", "purged_title", "purged_published", "purged_digest", "page_id",
        ),
    ),
    "snapshot": Insert(
        "snapshot",
        ("story_id", "entry_id", "digest", "reader_version", "published_values", "taken_at", "rights_id"),
        upsert="ON CONFLICT (story_id, entry_id) DO UPDATE SET digest = excluded.digest,"
        " reader_version = excluded.reader_version, published_values = excluded.published_values,"
        " taken_at = excluded.taken_at, rights_id = excluded.rights_id",
    ),
    "address": Insert(
        "address",
        ("key", "story_id", "url", "found_in", "added_at", "disambiguation"),
        upsert="ON CONFLICT (key) DO NOTHING",
    ),
    "revision": Insert("revision", ("story_id", "entry_id", "page_url", "found_at", "fields")),
    "rights_change": Insert(
        "rights_change", ("story_id", "entry_id", "found_at", "old_rights_id", "new_rights_id")
    ),
    "correction": Insert("correction", ("story_id", "entry_id", "page_url", "found_at", "origin", "text")),
}  # fmt: skip
_AUTHOR = Insert("author", ("id", "name", "kind"))
_STORY_AUTHOR = Insert("story_author", ("story_id", "position", "author_id", "role"))
_AT_ONCE = 400  # bound variables in one IN (…)


class Batch:
    """Rows that are not written yet. `flush` writes them; before, no query finds them."""

    def __init__(self, db: Database, *, now: str) -> None:
        self._db = db
        self._now = now
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _INSERTS}
        self._rights: dict[Rights | None, int | None] = {None: None}
        self._words: list[search.SearchText] = []
        self._bylines: list[tuple[int, int, Author]] = []
        self._story_id = _last(db, "SELECT seq FROM sqlite_sequence WHERE name = 'story'")
        self._entry_id = _last(db, "SELECT seq FROM sqlite_sequence WHERE name = 'entry'")

    def add_story(self, story: Story, *, authority: str) -> int:
        """A new story with its body, authors and search index. The caller adds its addresses."""
        self._story_id += 1
        story_id = self._story_id
        self._rows["story"].append(
            (story_id, self._now, *story_values(story, first_seen_at=self._now, authority=authority))
        )
        self._rows["story_body"].append((story_id, *body_values(story)))
        self.add_authors(story_id, story.authors)
        self._words.append(words_of(story_id, story))
        return story_id

    def add_authors(self, story_id: int, authors: Sequence[Author]) -> None:
        """The byline in its order. A name and kind that exist already are the same author row."""
        for position, author in enumerate(authors, 1):
            self._bylines.append((story_id, position, author))

    def add_entry(
        self,
        source_id: int,
        story_id: int | None,
        entry_key: str,
        *,
        verdict: str,
        reason: str | None,
        refused: Address | None = None,
        tombstone_id: int | None = None,
        purged: tuple[str | None, ...] | None = None,
        page_id: int | None = None,
    ) -> int:
        """A source carries a story; or an entry was refused, with the address that it would have had, or because its
        story was purged; or a link waits for its page."""
        self._entry_id += 1
        where = (None, None) if refused is None else (refused.key, refused.url)
        row = (self._entry_id, source_id, story_id, entry_key, self._now, verdict, reason, *where)
        self._rows["entry"].append((*row, tombstone_id, *(purged or (None, None, None)), page_id))
        return self._entry_id

    def put_snapshot(self, story_id: int, entry_id: int, snapshot: Snapshot) -> None:
        """The last snapshot of an origin from now on."""
        values = pack_text(snapshot.values)
        rights = self._rights_id(snapshot.rights)
        row = (story_id, entry_id, snapshot.digest, snapshot.reader_version, values, self._now, rights)
        self._rows["snapshot"].append(row)

    def add_rights_change(self, story_id: int, entry_id: int, change: RightsChange) -> None:
        """An origin states other rights than before."""
        ids = (self._rights_id(change.old), self._rights_id(change.new))
        self._rows["rights_change"].append((story_id, entry_id, self._now, *ids))

    def _rights_id(self, rights: Rights | None) -> int | None:
        """The stories of a document mostly have the same rights, so each is looked up once."""
        if rights not in self._rights:
            self._rights[rights] = rights_id(self._db, rights)
        return self._rights[rights]

    def add_revision(
        self,
        story_id: int,
        entry_id: int | None,
        fields: Mapping[str, Sequence[Any]],
        *,
        page_url: str | None = None,
    ) -> None:
        """The fields that an origin changed, each with [old, new]: an entry, or the page at `page_url`."""
        self._rows["revision"].append((story_id, entry_id, page_url, self._now, to_json(fields)))

    def add_corrections(
        self,
        story_id: int,
        entry_id: int | None,
        corrections: Iterable[Correction],
        *,
        page_url: str | None = None,
    ) -> None:
        """What the publisher says that it corrected, found in an entry or in the page at `page_url`."""
        self._rows["correction"] += [
            (story_id, entry_id, page_url, self._now, one.origin, one.text) for one in corrections
        ]

    def add_address(self, story_id: int, address: Address) -> None:
        """A key under which a story is known from now on. A key of another story stays with that one."""
        row = (address.key, story_id, address.url, address.found_in, self._now, address.disambiguation)
        self._rows["address"].append(row)

    def flush(self) -> None:
        """Write the rows, parents before children."""
        for table, rows in self._rows.items():
            insert_rows(self._db, _INSERTS[table], rows)
            rows.clear()
        if self._bylines:
            ids = _author_ids(self._db, [author for _, _, author in self._bylines])
            bylines = [
                (story_id, position, ids[author.name, author.kind], author.role)
                for story_id, position, author in self._bylines
            ]
            insert_rows(self._db, _STORY_AUTHOR, bylines)
            self._bylines.clear()
        if self._words:
            search.index(self._db, self._words)
            self._words = []


def _author_ids(db: Database, authors: Sequence[Author]) -> dict[tuple[str, str], int]:
    """The ids of the authors by name and kind; unknown ones get a row."""
    names = list(dict.fromkeys(author.name for author in authors))
    ids: dict[tuple[str, str], int] = {}
    for at in range(0, len(names), _AT_ONCE):
        part = names[at : at + _AT_ONCE]
        sql = f"SELECT name, kind, id FROM author WHERE name IN ({', '.join('?' * len(part))})"
        ids.update(((name, kind), author_id) for name, kind, author_id in db.conn.execute(sql, part))
    last = _last(db, "SELECT max(id) FROM author")
    unknown = dict.fromkeys((one.name, one.kind) for one in authors if (one.name, one.kind) not in ids)
    new = [(author_id, *key) for author_id, key in enumerate(unknown, last + 1)]
    insert_rows(db, _AUTHOR, new)
    ids.update(((name, kind), author_id) for author_id, name, kind in new)
    return ids


def _last(db: Database, sql: str) -> int:
    row = db.conn.execute(sql).fetchone()
    return (row[0] if row else None) or 0
