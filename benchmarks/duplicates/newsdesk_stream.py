"""newsdesk's own stream, which can be filled with many stories at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from benchmarks.duplicates.stories import Story
from newsdesk.clusters import Stream
from newsdesk.storage.clusters.key_index import KeyIndex
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.copies.keys import copy_keys

BATCH = 2_000


class Newsdesk(Stream):
    """`Stream`, for the benchmark."""

    def fill(self, stories: Iterable[Story]) -> None:
        """Store and index stories without comparing them."""
        db = self._stories.db
        for batch in _batches(stories):
            rows = []
            index = KeyIndex(db, now=batch[-1].published)
            for story in batch:
                self._count += 1
                index.add(self._count, copy_keys(story.title, story.text))
                rows.append((self._count, story.source, story.title, to_iso(story.published), story.text))
            db.conn.execute("BEGIN")
            db.conn.executemany(
                "INSERT INTO story (id, url, site, title, sort_at, first_seen_at, authority)"
                " VALUES (?, '', ?, ?, ?, '', 'source')",
                [row[:4] for row in rows],
            )
            db.conn.executemany(
                "INSERT INTO story_body (story_id, text) VALUES (?, ?)", [(row[0], row[4]) for row in rows]
            )
            index.write()
            db.conn.execute("COMMIT")

    def key_bytes(self) -> int:
        """The bytes of the table of keys."""
        db = self._stories.db
        row = db.conn.execute("SELECT sum(pgsize) FROM dbstat WHERE name = 'copy_key'").fetchone()
        return int(row[0] or 0)


def _batches(stories: Iterable[Story]) -> Iterator[Sequence[Story]]:
    left = iter(stories)
    while batch := list(islice(left, BATCH)):
        yield batch
