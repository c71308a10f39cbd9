"""Link stories that arrive with the stories that they are copies of. Runs inside the writer's transaction."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from typing import Any, Final

from sqlite_utils import Database

from newsdesk.storage.clusters.assign import cluster_to_join
from newsdesk.storage.clusters.canonical import canonical_links
from newsdesk.storage.clusters.key_index import KeyIndex
from newsdesk.storage.clusters.links import LONGEST_SHORT, Link, Side, link_of
from newsdesk.storage.clusters.stored import cluster_again
from newsdesk.storage.db.deferred import defer
from newsdesk.storage.db.inserts import Insert, insert_rows
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.records.copies.keys import SHORTEST_TEXT, copy_keys, least_shared, name_key
from newsdesk.storage.records.copies.tokens import LONGEST
from newsdesk.storage.records.stories import Story

_MOST_COMPARED = 6  # stories with the most votes
_LEAST_VOTES = 0.7  # for a text that is not short
_LINKS = Insert(
    "link", ("story_id", "other_id", "kind", "score", "reason", "found_at"), upsert="ON CONFLICT DO NOTHING"
)
# What is compared of a story, in the order in which `_side` reads it.
STORED_COLUMNS: Final = "story.id, story.title, story.sort_at, story.site, story.language, text"
_STORED = (
    f"SELECT {STORED_COLUMNS}, coalesce(cluster, story.id) FROM story JOIN story_body ON story_id = story.id"
    " WHERE story.id IN (SELECT value FROM json_each(?)) AND merged_into IS NULL ORDER BY story.id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A story to link, and its keys (`copy_keys`). `arrived_at` as `to_iso` writes it. `again`: it was linked before
    with another title or text."""

    side: Side
    keys: tuple[int, ...]
    arrived_at: str
    again: bool = False


def link_stories(
    db: Database, stories: Sequence[tuple[int, Story]], *, now: str, again: bool = False
) -> None:
    """Link stored stories, given with their ids, just before COMMIT. `now` as `to_iso` writes it. `again`: their title
    or text changed."""
    defer(db, _link, [_arrival(story_id, story, now, again) for story_id, story in stories])


def _arrival(story_id: int, story: Story, now: str, again: bool) -> Arrival:
    at = from_iso(now)
    side = Side(
        story_id=story_id,
        title=story.title,
        text=story.text,
        at=min(story.published or at, at),
        site=story.site,
        language=story.language,
    )
    keys = story.copy_keys or copy_keys(story.title, story.text)
    return Arrival(side=side, keys=keys, arrived_at=now, again=again)


def link_stored(db: Database, stories: Sequence[int], *, now: str) -> None:
    """Link stored stories again, as they are then, just before COMMIT."""
    defer(db, _link_stored, [(story_id, now) for story_id in stories])


def _link_stored(db: Database, stories: Sequence[tuple[int, str]]) -> None:
    moments = dict(stories)
    rows = db.conn.execute(_STORED, (json.dumps(sorted(moments)),)).fetchall()
    _link(db, [stored_arrival(row, arrived_at=moments[row[0]], again=True) for row in rows])


def stored_arrival(row: Sequence[Any], *, arrived_at: str, again: bool = False) -> Arrival:
    """A row that begins with `STORED_COLUMNS` as a story to link."""
    side = _side(row)
    return Arrival(side=side, keys=copy_keys(side.title, row[5]), arrived_at=arrived_at, again=again)


def _side(row: Sequence[Any]) -> Side:
    story_id, title, sort_at, site, language, text, *_ = row
    return Side(
        story_id=story_id,
        title=title,
        text=text if text is None else text[:LONGEST],
        at=from_iso(sort_at),
        site=site,
        language=language,
    )


def _link(db: Database, arrived: Sequence[Arrival]) -> None:
    stories = _still_stored(db, arrived)
    if not stories:
        return
    arrivals = Arrivals(db, now=stories[-1].arrived_at)
    arrivals.read(stories)
    for arrival in stories:
        if not arrival.again:
            arrivals.link(arrival)
    arrivals.write()
    changed = [arrival for arrival in stories if arrival.again]
    for arrival in changed:
        arrivals.link_again(arrival)
    if changed:
        arrivals.write()
        cluster_again(db, [arrival.side.story_id for arrival in changed])


def _still_stored(db: Database, arrived: Sequence[Arrival]) -> list[Arrival]:
    """Those that were not merged into another story since, with the date by which they are sorted."""
    ids = json.dumps([arrival.side.story_id for arrival in arrived])
    rows = db.conn.execute(
        "SELECT id, sort_at FROM story WHERE id IN (SELECT value FROM json_each(?)) AND merged_into IS NULL",
        (ids,),
    )
    stored = {story_id: from_iso(sort_at) for story_id, sort_at in rows}
    return [
        arrival
        if arrival.side.at == stored[arrival.side.story_id]
        else replace(arrival, side=replace(arrival.side, at=stored[arrival.side.story_id]))
        for arrival in arrived
        if arrival.side.story_id in stored
    ]


class Arrivals:
    """Links the stories of one transaction, in the order of their arrival."""

    def __init__(self, db: Database, *, now: str) -> None:
        self._db = db
        self._now = now
        self._index = KeyIndex(db, now=from_iso(now))
        self._links: list[Link] = []
        self._canonical: dict[int, list[Link]] = {}

    def read(self, arrived: Sequence[Arrival]) -> None:
        """Read what the index has under their keys, and what pages name: call it once, with all stories to link."""
        self._index.read({key for arrival in arrived for key in arrival.keys})
        self._canonical = canonical_links(self._db, [arrival.side.story_id for arrival in arrived])

    def link(self, arrival: Arrival) -> int:
        """Link a new story. Returns its cluster: the id of the first story of it, its own id if it is alone."""
        story_id = arrival.side.story_id
        found = self._found(arrival)
        links, clusters = self._links_of_new(arrival, found)
        if named := self._canonical.get(story_id):
            sides = self._sides([link.other_id for link in named])
            clusters |= {story: cluster for story, (_, cluster) in sides.items()}
            links = _surest([*named, *links])
        cluster = cluster_to_join(links, clusters)
        self._add(arrival, links)
        if cluster is None:
            return story_id
        self._db.conn.execute("UPDATE story SET cluster = ? WHERE id IN (?, ?)", (cluster, story_id, cluster))
        return cluster

    def link_again(self, arrival: Arrival) -> None:
        """Link a stored story whose title or text changed: with those that it was linked with, if it still is a copy
        of them, and with others. `cluster_again` must follow."""
        story_id = arrival.side.story_id
        linked = [
            other
            for own, other in (("story_id", "other_id"), ("other_id", "story_id"))
            for (other,) in self._db.conn.execute(f"SELECT {other} FROM link WHERE {own} = ?", (story_id,))
        ]
        self._db.conn.execute("DELETE FROM link WHERE story_id = ? OR other_id = ?", (story_id, story_id))
        found = self._found(arrival)
        counts = _name_counts(arrival.side, found)
        others = self._sides(dict.fromkeys((*linked, *_voted(found, arrival))))
        links = (self._link(arrival.side, other, counts) for other, _ in others.values())
        named = [
            link
            for links in self._canonical.values()
            for link in links
            if story_id in (link.story_id, link.other_id)
        ]
        self._add(arrival, _surest([*named, *(link for link in links if link is not None)]))

    def write(self) -> None:
        """Write the links and keys."""
        self._index.write()
        rows = [
            (one.story_id, one.other_id, one.kind, one.score, one.reason, self._now) for one in self._links
        ]
        self._links.clear()
        insert_rows(self._db, _LINKS, sorted(rows))

    def _found(self, arrival: Arrival) -> dict[int, list[int]]:
        found = self._index.find(arrival.keys)
        if arrival.again:  # its own keys are in the index
            own = arrival.side.story_id
            return {key: [story for story in stories if story != own] for key, stories in found.items()}
        return found

    def _add(self, arrival: Arrival, links: Sequence[Link]) -> None:
        """Note links, and the keys of the story; of an exact copy only the first, so that one text under thousands of
        addresses adds little."""
        is_repeated = any(link.kind == "exact" for link in links)
        self._index.add(arrival.side.story_id, arrival.keys[:1] if is_repeated else arrival.keys)
        self._links += links

    def _links_of_new(
        self, arrival: Arrival, found: Mapping[int, Sequence[int]]
    ) -> tuple[list[Link], dict[int, int]]:
        """The links of a new story, and the clusters of the stories that it is linked with. Of each cluster it is
        compared with the member that it shares most keys with and with the first story; with others only if it does
        not join by these."""
        counts = _name_counts(arrival.side, found)
        shared = _voted(found, arrival)
        voted = {
            story: (side, cluster)
            for story, (side, cluster) in self._sides(shared).items()
            if shared[story] >= least_shared(len(arrival.keys), len(side.text or ""))
        }
        of_cluster: dict[int, list[int]] = defaultdict(list)
        for story, (_, cluster) in voted.items():
            of_cluster[cluster].append(story)
        firsts = self._sides([cluster for cluster in of_cluster if cluster not in voted])
        links: list[Link] = []
        for cluster, members in of_cluster.items():
            linked: list[Link] = []
            for story in dict.fromkeys((members[0], cluster, *members[1:])):
                side = voted.get(story) or firsts.get(story)
                if side is not None and (link := self._link(arrival.side, side[0], counts)) is not None:
                    linked.append(link)
                    if cluster_to_join(linked, {link.other_id: cluster}) is not None or len(linked) > 1:
                        break
            links += linked
        return links, {story: cluster for story, (_, cluster) in (voted | firsts).items()}

    def _link(self, one: Side, other: Side, counts: Mapping[str, int]) -> Link | None:
        older, newer = sorted((one, other), key=lambda side: side.story_id)
        return link_of(newer, older, counts=counts)

    def _sides(self, stories: Collection[int]) -> dict[int, tuple[Side, int]]:
        """Of these stories, in their order: what is compared, and the cluster."""
        if not stories:
            return {}
        rows = self._db.conn.execute(_STORED, (json.dumps(list(stories)),))
        found = {row[0]: (_side(row), row[-1]) for row in rows.fetchall()}
        return {story: found[story] for story in stories if story in found}


def _surest(links: Sequence[Link]) -> list[Link]:
    """One link of two stories: the first."""
    return list({(link.story_id, link.other_id): link for link in reversed(links)}.values())[::-1]


def _voted(found: Mapping[int, Sequence[int]], arrival: Arrival) -> dict[int, int]:
    is_short = len(arrival.side.text or "") <= LONGEST_SHORT
    return _most_voted(found, arrival.keys, least_votes=0.0 if is_short else _LEAST_VOTES)


def _most_voted(
    found: Mapping[int, Sequence[int]], keys: Sequence[int], *, least_votes: float
) -> dict[int, int]:
    """The stories that share the most keys with a story, rare ones first, each with how many; of equal ones the
    earliest. A key counts the less, the more stories have it. That of the whole text counts for all."""
    votes: dict[int, float] = {}
    counts: Counter[int] = Counter()
    for stories in found.values():
        counts.update(stories)
        for story in stories:
            votes[story] = votes.get(story, 0.0) + 1 / len(stories)
    for story in found.get(keys[0], ()) if keys else ():
        counts[story] = len(keys)
        votes[story] += len(keys)
    least = least_shared(len(keys), SHORTEST_TEXT)
    voted = [story for story in votes if counts[story] >= least and votes[story] >= least_votes]
    best = nsmallest(_MOST_COMPARED, voted, key=lambda story: (-votes[story], story))
    return {story: counts[story] for story in best}


def _name_counts(side: Side, found: Mapping[int, Sequence[int]]) -> dict[str, int]:
    """How many stories of the window have each name of a short text, at most twelve."""
    if not side.is_short:
        return {}
    return {name: len(found.get(name_key(name), ())) for name in side.names}
