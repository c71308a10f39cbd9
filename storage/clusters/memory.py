"""Clusters of stories that no store keeps: the same rules over a database in memory."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from sqlite_utils import Database

from newsdesk.storage.clusters.arrivals import Arrival, Arrivals
from newsdesk.storage.clusters.links import Side
from newsdesk.storage.db.schema import migrations
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.copies.keys import copy_keys
from newsdesk.storage.records.stories import Address, Story
from newsdesk.storage.stories.boilerplate import known_sentences, learn_sentences


class MemoryStore:
    """Stories in the order of their arrival, with their links and the boilerplate of their outlets. `db` has the tables
    of a store."""

    def __init__(self) -> None:
        self.db = Database(sqlite3.connect(":memory:", isolation_level=None), execute_plugins=False)
        migrations.apply(self.db)
        self.db.conn.execute("PRAGMA journal_mode = OFF")  # nothing is rolled back
        self._last = 0

    def boilerplate(self, outlet: str, *, now: datetime) -> bytes:
        """The boilerplate of an outlet, packed."""
        return known_sentences(self.db, [outlet], now=now)

    def add(self, side: Side, *, edges: tuple[int, ...]) -> int:
        """Add a story under its id. `edges`: the digests of the sentences at its edges. Returns its cluster."""
        moment = to_iso(side.at)
        self.db.conn.execute(
            "INSERT INTO story (id, url, site, title, language, sort_at, first_seen_at, authority)"
            " VALUES (?, '', ?, ?, ?, ?, ?, 'source')",
            (side.story_id, side.site, side.title, side.language, moment, moment),
        )
        self.db.conn.execute(
            "INSERT INTO story_body (story_id, text) VALUES (?, ?)", (side.story_id, side.text)
        )
        arrivals = Arrivals(self.db, now=moment)
        keys = copy_keys(side.title, side.text)
        arrival = Arrival(side=side, keys=keys, arrived_at=moment)
        arrivals.read([arrival])
        cluster = arrivals.link(arrival)
        arrivals.write()
        story = Story(
            addresses=(Address(key="", url="", found_in="none"),),
            site=side.site,
            title=side.title,
            edges=edges,
        )
        learn_sentences(self.db, [(side.story_id, story)], site=side.site, now=moment)
        return cluster

    def clusters(self) -> list[int]:
        """The cluster of each story, in the order of their ids."""
        rows = self.db.conn.execute("SELECT coalesce(cluster, id) FROM story ORDER BY id")
        return [cluster for (cluster,) in rows]
