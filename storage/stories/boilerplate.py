"""Boilerplate: sentences that a site prints in many stories, learned from the edges of each new story.

A sentence counts once for each story, but not for near copies of a story that has counted. It is boilerplate
after three stories, as long as it is seen every 30 days. It belongs to the site that printed it (of a feed
the source's, of a page its own), so that no site can teach another's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlite_utils import Database

from newsdesk.storage.db.inserts import Insert, insert_rows
from newsdesk.storage.db.timestamps import from_iso, to_iso
from newsdesk.storage.records.digests import pack_sentences
from newsdesk.storage.records.stories import Story
from newsdesk.storage.stories.similarity import COMPARED, ComparedText, compared_text, near_copies

MIN_STORIES = 3  # with a sentence, before it is cut off the next
KEPT = timedelta(days=30)
MANY_NEW = 10  # stories of one document: boilerplate is in several of them
MOST = 5_000  # sentences of a site; above, those that are not boilerplate are deleted first, oldest first
MOST_CLAIMED_SENTENCES = 400
_AT_ONCE = 400  # bound variables
_KEEP = Insert(
    "boilerplate",
    ("site", "digest", "stories", "first_story_id", "last_story_id", "last_seen_day"),
    upsert="ON CONFLICT (site, digest) DO UPDATE SET stories = excluded.stories, first_story_id ="
    " excluded.first_story_id, last_story_id = excluded.last_story_id, last_seen_day = excluded.last_seen_day",
)


class _Known(NamedTuple):
    """The count of a sentence. `first` and `last`: ids of the first and the latest story that counted."""

    stories: int
    first: int
    last: int


def known_sentences(db: Database, sites: Sequence[str], *, now: datetime) -> bytes:
    """The boilerplate of these sites, packed; the latest seen if there is too much."""
    rows = db.conn.execute(
        f"SELECT digest FROM boilerplate WHERE site IN ({', '.join('?' * len(sites))})"
        f" AND stories >= {MIN_STORIES} AND last_seen_day >= ? ORDER BY last_seen_day DESC, digest LIMIT"
        f" {MOST_CLAIMED_SENTENCES}",
        (*sites, to_iso(now - KEPT)[:10]),
    )
    return pack_sentences([digest for (digest,) in rows])


def learn_sentences(db: Database, stories: Sequence[tuple[int, Story]], *, site: str, now: str) -> None:
    """Count the sentences at the edges of new stories, given with their ids. `now` as `to_iso` writes it. If
    many stories come at once, sentences that only one of them has, and none had before, are not stored."""
    times = Counter(digest for _, story in stories for digest in story.edges)
    if not times:
        return
    counted = _rows(db, site, list(times), since=to_iso(from_iso(now) - KEPT)[:10])
    min_times = 1 if len(stories) < MANY_NEW else 2
    copies = _Copies(db)
    changed: dict[int, _Known] = {}
    check_limit = False
    for story_id, story in stories:
        for digest in story.edges:
            known = counted.get(digest)
            if known is None:
                if times[digest] < min_times:
                    continue
                check_limit |= not digest & 63
                known = _Known(1, story_id, story_id)
            elif known.stories < MIN_STORIES and copies.are_copies(story_id, known.first, known.last):
                continue
            elif known.last != story_id:
                known = _Known(known.stories + 1, known.first, story_id)
            counted[digest] = changed[digest] = known
    insert_rows(db, _KEEP, sorted((site, digest, *known, now[:10]) for digest, known in changed.items()))
    if check_limit:  # check the limit with one new sentence in 64
        _limit_sentences(db, site)


def forget_sentences(db: Database, *, now: datetime, most: int) -> int:
    """Delete sentences that were not seen for 30 days, at most `most`. Returns how many."""
    done = db.conn.execute(
        "DELETE FROM boilerplate WHERE (site, digest) IN"
        " (SELECT site, digest FROM boilerplate WHERE last_seen_day < ? LIMIT ?)",
        (to_iso(now - KEPT)[:10], most),
    )
    return done.rowcount


def _rows(db: Database, site: str, digests: Sequence[int], *, since: str) -> dict[int, _Known]:
    found: dict[int, _Known] = {}
    if not db.conn.execute("SELECT EXISTS (SELECT 1 FROM boilerplate WHERE site = ?)", (site,)).fetchone()[0]:
        return found
    for at in range(0, len(digests), _AT_ONCE):
        part = digests[at : at + _AT_ONCE]
        rows = db.conn.execute(
            "SELECT digest, stories, first_story_id, last_story_id FROM boilerplate"
            f" WHERE site = ? AND digest IN ({', '.join('?' * len(part))}) AND last_seen_day >= ?",
            (site, *part, since),
        )
        found.update((digest, _Known(*row)) for digest, *row in rows)
    return found


def _limit_sentences(db: Database, site: str) -> None:
    count = db.conn.execute("SELECT count(*) FROM boilerplate WHERE site = ?", (site,)).fetchone()[0]
    if count <= MOST:
        return
    db.conn.execute(
        "DELETE FROM boilerplate WHERE site = :site AND digest IN (SELECT digest FROM boilerplate"
        f" WHERE site = :site ORDER BY stories < {MIN_STORIES}, last_seen_day DESC, digest LIMIT -1 OFFSET {MOST})",
        {"site": site},
    )


class _Copies:
    """Which of the stories are near copies of each other."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._texts: dict[int, ComparedText] = {}
        self._pairs: dict[tuple[int, int], bool] = {}

    def are_copies(self, story_id: int, *others: int) -> bool:
        return any(other == story_id or self._are_copies(story_id, other) for other in set(others))

    def _are_copies(self, one: int, other: int) -> bool:
        if (one, other) not in self._pairs:
            self._pairs[one, other] = near_copies(self._compared_text(one), self._compared_text(other))
        return self._pairs[one, other]

    def _compared_text(self, story_id: int) -> ComparedText:
        if story_id not in self._texts:
            row = self._db.conn.execute(
                "SELECT title, substr(text, 1, ?) FROM story JOIN story_body ON story_id = id WHERE id = ?",
                (COMPARED, story_id),
            ).fetchone()
            self._texts[story_id] = compared_text(*(row or (None, None)))  # a purged story is like no other
        return self._texts[story_id]
