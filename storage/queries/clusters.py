"""What people look at: the clusters of stories, and how the copies in one differ. Reads only."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlite_utils import Database

from newsdesk.storage.clusters.members import Member, Summary, agency_of, lead_of, publishers_of, summary_of
from newsdesk.storage.db.timestamps import from_iso, to_iso
from newsdesk.storage.records.copies.compare import overlap_of
from newsdesk.storage.records.copies.tokens import LONGEST, Tokens, tokens_of

MOST_LISTED: Final = 50  # copies of a large cluster
_IDS = "(SELECT value FROM json_each(?))"
# By this time the stories of a cluster are ordered: published, or first seen where its publisher gives a day only.
_AT = "CASE WHEN precision IN ('year', 'month', 'day') THEN max(sort_at, first_seen_at) ELSE sort_at END"
_MEMBER = f"id, coalesce(cluster, id), site, {_AT}, agency"
_OUTLETS = (
    "SELECT entry.story_id, source.name, source.title FROM entry JOIN source ON source.id = entry.source_id"
    f" JOIN story ON story.id = entry.story_id WHERE entry.story_id IN {_IDS} AND source.site = story.site"
)
_SOURCES = (
    "SELECT DISTINCT entry.story_id, coalesce(source.name, source.title, source.address) FROM entry"
    f" JOIN source ON source.id = entry.source_id WHERE entry.story_id IN {_IDS} ORDER BY entry.id"
)
_COPIES = (
    "SELECT story.id, title, url, published, published_day, precision, first_seen_at, substr(text, 1, ?)"
    f" FROM story JOIN story_body ON story_id = story.id WHERE story.id IN {_IDS}"
)
_LARGEST = (
    "SELECT cluster FROM story WHERE cluster IS NOT NULL"
    " GROUP BY cluster ORDER BY count(*) DESC, cluster LIMIT ?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A story of a cluster, and how it differs from the lead. `at`: when it was published, or first seen where its
    publisher gives no time; `delay_s`: how much later than the lead. `kind`, `score` and `reason`: of its link with
    the lead, else of its best link with another story (`linked_with`). `shared`: the share of the lead's text that it
    has, by four words in a row. Words are counted wherever they stand; in scripts without spaces, characters."""

    id: int
    title: str | None
    url: str
    publisher: str
    sources: tuple[str, ...]
    published: str | None
    published_day: str | None
    precision: str | None
    first_seen_at: str
    at: str
    delay_s: int
    agency: str | None
    kind: str | None = None
    score: float | None = None
    reason: str | None = None
    linked_with: int | None = None
    same_title: bool = True
    shared: float | None = None
    words_added: int = 0
    words_removed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A story with its copies: the lead first, the others by time; of a large cluster those of as many publishers as
    possible, and how many are left out. `id`: the story of it that arrived first."""

    id: int
    lead: int
    agency: str | None
    stories: int
    publishers: int
    copies: tuple[Copy, ...]
    left_out: int


def read_members(db: Database, clusters: Collection[int], *, outlets: bool = True) -> dict[int, list[Member]]:
    """Cluster → its stories. Without `outlets` their names are not read: publishers are not counted then."""
    sql = f"SELECT {_MEMBER} FROM story WHERE cluster IN {_IDS} AND merged_into IS NULL"
    return _members(db, sql, clusters, outlets=outlets)


def clusters_of(db: Database, stories: Iterable[int]) -> dict[int, int]:
    """Story → its cluster; one that is alone is missing."""
    sql = f"SELECT id, cluster FROM story WHERE id IN {_IDS} AND cluster IS NOT NULL"
    return dict(db.conn.execute(sql, (json.dumps(list(stories)),)).fetchall())


def summaries_of(db: Database, stories: Sequence[int]) -> list[Summary]:
    """For each story its cluster in numbers, or itself."""
    clusters = clusters_of(db, stories)
    alone = f"SELECT {_MEMBER} FROM story WHERE id IN {_IDS}"
    members = read_members(db, set(clusters.values()))
    members |= _members(db, alone, set(stories).difference(clusters), outlets=False)
    found = {cluster: summary_of(of_one) for cluster, of_one in members.items()}
    return [found[clusters.get(story, story)] for story in stories]


def largest_clusters(db: Database, *, limit: int) -> list[tuple[int, Summary]]:
    """The clusters with the most stories, with their numbers."""
    clusters = [cluster for (cluster,) in db.conn.execute(_LARGEST, (limit,))]
    members = read_members(db, clusters)
    return [(cluster, summary_of(members[cluster])) for cluster in clusters]


def titles_of(db: Database, stories: Iterable[int]) -> dict[int, str | None]:
    """Story → its title."""
    sql = f"SELECT id, title FROM story WHERE id IN {_IDS}"
    return dict(db.conn.execute(sql, (json.dumps(list(stories)),)).fetchall())


def count_clusters(db: Database) -> int:
    """How many clusters there are of two stories and more."""
    sql = "SELECT count(DISTINCT cluster) FROM story WHERE cluster IS NOT NULL"
    return int(db.conn.execute(sql).fetchone()[0])


def find_cluster(db: Database, story_id: int, *, most: int = MOST_LISTED) -> Cluster | None:
    """The cluster of a story; None if it is alone or not stored. A merged story gives that of the one that it was
    merged into. At most so many copies are listed, the story among them."""
    row = db.conn.execute("SELECT coalesce(merged_into, id) FROM story WHERE id = ?", (story_id,)).fetchone()
    cluster = next(iter(clusters_of(db, row or ()).values()), None)
    if cluster is None:
        return None
    members = read_members(db, [cluster])[cluster]
    lead = lead_of(members)
    publishers = publishers_of(members)
    listed = _listed(members, publishers, first=(lead.story_id, row[0]), most=most)
    return Cluster(
        id=cluster,
        lead=lead.story_id,
        agency=agency_of(members),
        stories=len(members),
        publishers=len(set(publishers.values())),
        copies=tuple(_copies(db, members, listed, lead=lead, publishers=publishers)),
        left_out=len(members) - len(listed),
    )


def _members(db: Database, sql: str, values: Iterable[int], *, outlets: bool) -> dict[int, list[Member]]:
    rows = db.conn.execute(sql, (json.dumps(list(values)),)).fetchall()
    names: dict[int, list[str]] = defaultdict(list)
    if outlets:
        for story, *found in db.conn.execute(_OUTLETS, (json.dumps([row[0] for row in rows]),)):
            names[story] += filter(None, found)
    members: dict[int, list[Member]] = defaultdict(list)
    for story, cluster, site, at, agency in rows:
        members[cluster].append(
            Member(
                story_id=story,
                site=site,
                at=from_iso(at),
                agency=agency,
                outlets=tuple(dict.fromkeys(names.get(story, ()))),
            )
        )
    return dict(members)


def _listed(
    members: Iterable[Member], publishers: Mapping[int, str], *, first: Sequence[int], most: int
) -> list[Member]:
    """The lead, the others by time: of each publisher its first story, then others while there is room."""
    by_time = sorted(members, key=lambda one: (one.at, one.story_id))
    ordered = sorted(
        by_time, key=lambda one: first.index(one.story_id) if one.story_id in first else len(first)
    )
    seen: set[str] = set()
    ranks = {}
    for one in ordered:
        known = publishers[one.story_id] in seen
        seen.add(publishers[one.story_id])
        ranks[one.story_id] = (one.story_id not in first, known)
    kept = sorted(ordered, key=lambda one: ranks[one.story_id])[:most]
    return sorted(kept, key=lambda one: (one.story_id != first[0], one.at, one.story_id))


def _copies(
    db: Database,
    members: Sequence[Member],
    listed: Sequence[Member],
    *,
    lead: Member,
    publishers: Mapping[int, str],
) -> Iterable[Copy]:
    ids = json.dumps([one.story_id for one in listed])
    sources: dict[int, list[str]] = defaultdict(list)
    for story, name in db.conn.execute(_SOURCES, (ids,)):
        sources[story].append(name)
    rows = {row[0]: row[1:] for row in db.conn.execute(_COPIES, (LONGEST, ids))}
    links = _links(db, ids, {one.story_id for one in members}, lead=lead.story_id)
    lead_title, *_, lead_text = rows[lead.story_id]
    tokens = tokens_of(lead_text or "")
    for one in listed:
        title, url, published, published_day, precision, first_seen_at, text = rows[one.story_id]
        yield Copy(
            id=one.story_id,
            title=title,
            url=url,
            publisher=publishers[one.story_id],
            sources=tuple(sources[one.story_id]),
            published=published,
            published_day=published_day,
            precision=precision,
            first_seen_at=first_seen_at,
            at=to_iso(one.at),
            delay_s=round((one.at - lead.at).total_seconds()),
            agency=one.agency,
            same_title=(title or "").split() == (lead_title or "").split(),
            **(links.get(one.story_id, {}) if one is not lead else {}),
            **(changed_words(tokens, tokens_of(text or "")) if one is not lead else {}),
        )


def changed_words(lead: Tokens, other: Tokens) -> dict[str, Any]:
    """The share of the lead's text that another one has, and how many words that has more and less. Pure."""
    overlap = overlap_of(lead.shingles, other.shingles)
    is_shorter = len(lead.shingles) <= len(other.shingles)
    before, after = (Counter(map(str.lower, one.tokens)) for one in (lead, other))
    return {
        "shared": round(overlap.contained if is_shorter else overlap.of_longer, 3) if lead.tokens else None,
        "words_added": (after - before).total(),
        "words_removed": (before - after).total(),
    }


def _links(db: Database, ids: str, members: Collection[int], *, lead: int) -> dict[int, dict[str, Any]]:
    """For each listed story its link with the lead, else its best one; of a story that a person put there, the
    decision."""
    found: dict[int, tuple[bool, float, int, str, str]] = {}
    for own, other in (("story_id", "other_id"), ("other_id", "story_id")):
        sql = f"SELECT {own}, {other}, kind, score, reason FROM link WHERE {own} IN {_IDS}"
        for story, with_story, kind, score, reason in db.conn.execute(sql, (ids,)):
            if with_story in members:
                link = (with_story == lead, score, -with_story, kind, reason)
                found[story] = max(link, found.get(story, link))
    links: dict[int, dict[str, Any]] = {
        story: {"kind": kind, "score": score, "reason": reason, "linked_with": -negative}
        for story, (_, score, negative, kind, reason) in found.items()
    }
    for own, other in (("story_id", "other_id"), ("other_id", "story_id")):
        sql = (
            f"SELECT {own}, {other}, number FROM cluster_decision WHERE decided = 'together' AND {own} IN {_IDS}"
            " ORDER BY id"
        )
        for story, with_story, number in db.conn.execute(sql, (ids,)):
            links.setdefault(
                story, {"reason": f"put together by hand, decision {number}", "linked_with": with_story}
            )
    return links
