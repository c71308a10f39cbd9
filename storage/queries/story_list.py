"""Lists of stories, newest or best first: filters, searches, and the fields of each story. Reads only.

Finds the ids first and reads the fields in steps, so that a list of any length takes little memory. The newest of
very many matches are found without reading all of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, islice
from typing import Any, TypeAlias

from sqlite_utils import Database

from newsdesk.storage.clusters.members import lead_of
from newsdesk.storage.queries.clusters import clusters_of, read_members, summaries_of
from newsdesk.storage.queries.wide_conditions import OfSources, Wide, WithText, with_rights
from newsdesk.storage.search.conditions import Condition, by_author, condition, score_expression, split_text
from newsdesk.storage.search.index import count_indexed
from newsdesk.storage.search.query import Node, Term
from newsdesk.storage.search.snippet import snippet, snippet_pattern
from newsdesk.storage.stories.rows import evidence_of, html_of

Store: TypeAlias = Database  # so that other packages need not import sqlite_utils
RANKED = 1000  # the best are found among the newest matches: ranking all matches of a common word is slow
MANY = 2000  # matches: of more than that the newest are looked for among the newest stories
_STEP, _LONGEST_STEP = 200, 20_000  # stories that are looked at, or whose fields are read, at a time
_TAGGED = (
    "SELECT id FROM source WHERE EXISTS (SELECT 1 FROM json_each(source.tags) WHERE lower(value) = lower(?))"
)
_NEWEST = "ORDER BY story.sort_at DESC, story.id DESC"
_OF_BODY = "(SELECT {} FROM story_body WHERE story_body.story_id = story.id)"
_SCORES = (
    "SELECT rowid, bm25(story_fts, 1.0, 8.0, 3.0) FROM story_fts WHERE story_fts MATCH ?"
    " AND rowid BETWEEN ? AND ? AND +rowid IN (SELECT value FROM json_each(?))"
)  # a word in a headline is more relevant than one in the text; for each `rowid = …` bm25 would count all matches


def _unchanged(value: Any) -> Any:
    return value


# The fields of a story that can be listed: what makes a value, and the SQL of what it is made of.
FIELDS: dict[str, tuple[Callable[..., Any], *tuple[str, ...]]] = {
    **{
        name: (_unchanged, f"story.{name}")
        for name in (
            "id", "title", "url", "published", "published_day", "precision", "sort_at", "first_seen_at",
            "changed_at", "kind", "access", "language", "summary",
        )
    },
    "authors": (
        json.loads,
        "(SELECT json_group_array(name) FROM (SELECT author.name AS name FROM story_author JOIN author"
        " ON author.id = story_author.author_id WHERE story_author.story_id = story.id"
        " ORDER BY story_author.position))",
    ),
    "sources": (
        json.loads,
        "(SELECT json_group_array(name) FROM (SELECT DISTINCT"
        " coalesce(source.name, source.title, source.address) AS name"
        " FROM entry JOIN source ON source.id = entry.source_id WHERE entry.story_id = story.id))",
    ),
    "tags": (
        json.loads,
        "(SELECT json_group_array(DISTINCT tag.value) FROM entry JOIN source ON source.id = entry.source_id"
        " JOIN json_each(source.tags) AS tag WHERE entry.story_id = story.id)",
    ),
    "rights": (
        json.loads,
        "(SELECT json_group_array(term) FROM (SELECT DISTINCT term FROM story_terms"
        " WHERE story_terms.story_id = story.id ORDER BY term))",
    ),
    "site": (_unchanged, "story.site"),
    "cluster": (_unchanged, "story.cluster"),
    "agency": (_unchanged, "story.agency"),
    "updated": (_unchanged, "story.updated"),
    "image": (_unchanged, "story.image"),
    "categories": (lambda value: json.loads(value or "[]"), _OF_BODY.format("categories")),
    "evidence": (evidence_of, _OF_BODY.format("evidence")),
    "text": (_unchanged, _OF_BODY.format("text")),
    "html": (html_of, _OF_BODY.format("html"), _OF_BODY.format("text")),
}  # fmt: skip
LISTED = (
    "id", "title", "url", "published", "published_day", "precision", "sort_at", "first_seen_at", "changed_at",
    "kind", "access", "rights", "language", "summary", "authors", "sources",
)  # fmt: skip

# The fields of a row that stands for a cluster; the others are those of its lead.
OF_CLUSTER = ("stories", "publishers", "agency")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFilter:
    """Which stories to list, and which of FIELDS. `since` and `until` are ISO instants or days, compared with the
    time by which stories are sorted; `language` also finds its regions (`en` finds `en-GB`); `rights` are terms, of
    which a story has one at least. `limit` None: all. With `best_first`, the newest 1,000 are sorted by relevance,
    and the others follow. With `clusters` there is one row a cluster, its lead, if one of its stories meets the
    filter, whichever that is; a story that has no copies is a row too."""

    query: Node | None = None
    sources: tuple[int, ...] = ()
    tag: str | None = None
    author: Term | None = None
    language: str | None = None
    kind: str | None = None
    access: str | None = None
    rights: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    best_first: bool = False
    clusters: bool = False
    limit: int | None = 20
    offset: int = 0
    fields: tuple[str, ...] = LISTED


def count_stories(db: Database, wanted: StoryFilter) -> int:
    """How many rows a filter has, whatever its limit. Raises QueryError."""
    wide, narrow = _conditions(db, wanted)
    copies = _count_copies(db, wide, narrow) if wanted.clusters else 0
    return _count(db, wide, narrow) - copies


def _count(db: Database, wide: Sequence[Wide], narrow: list[Condition]) -> int:
    if not narrow and not wide:
        return count_indexed(db)
    if not narrow and len(wide) == 1:
        return wide[0].count(db)
    texts = [one for one in wide if isinstance(one, WithText)]
    narrow = narrow + [one.condition() for one in wide if one not in texts]
    if texts:
        return sum(1 for _ in _matching(db, texts, narrow))
    where, values = _where(narrow)
    return int(db.conn.execute(f"SELECT count(*) FROM story WHERE {where}", values).fetchone()[0])


def _count_copies(db: Database, wide: Sequence[Wide], narrow: Sequence[Condition]) -> int:
    """How many stories that meet all conditions are not the first one of their cluster that does."""
    conditions = [("cluster IS NOT NULL", []), *narrow, *(one.condition() for one in wide)]  # none is merged
    where = " AND ".join(sql for sql, _ in conditions)
    values = [value for _, values in conditions for value in values]
    # All clusters are in this index; to look up very many matches one by one is slower.
    index = "INDEXED BY story_cluster" if wide or not narrow else ""
    sql = f"SELECT count(*) - count(DISTINCT cluster) FROM story {index} WHERE {where}"
    return int(db.conn.execute(sql, values).fetchone()[0])


def list_stories(db: Database, wanted: StoryFilter) -> Iterator[dict[str, Any]]:
    """The stories of a filter, newest or best first, with a `snippet` if words were searched. Raises
    QueryError."""
    ids = find_ids(db, wanted)
    return _read_clusters(db, wanted, ids) if wanted.clusters else read_stories(db, wanted, ids)


def _read_clusters(db: Database, wanted: StoryFilter, ids: Iterator[int]) -> Iterator[dict[str, Any]]:
    """The leads of the clusters of these stories, with the fields of clusters."""
    fields = replace(wanted, fields=tuple(name for name in wanted.fields if name not in OF_CLUSTER))
    while step := list(islice(ids, _STEP)):
        summaries = summaries_of(db, step)
        rows = read_stories(db, fields, (one.lead for one in summaries))
        for summary, row in zip(summaries, rows, strict=True):
            yield row | {name: value for name, value in asdict(summary).items() if name in wanted.fields}


def read_stories(db: Database, wanted: StoryFilter, ids: Iterator[int]) -> Iterator[dict[str, Any]]:
    """These stories with the fields of a filter, and a `snippet` for its query."""
    pattern = None if wanted.query is None else snippet_pattern(wanted.query)
    fields = [(name, *FIELDS[name]) for name in wanted.fields]
    columns = "".join(f", {column}" for _, _, *parts in fields for column in parts)
    sql = (
        f"SELECT story.id, story.title, story.summary{columns} FROM story"
        " WHERE story.id IN (SELECT value FROM json_each(?))"
    )
    while step := list(islice(ids, _STEP)):
        rows = {row[0]: row[1:] for row in db.conn.execute(sql, (json.dumps(step),))}
        for story_id in step:
            title, summary, *values = rows[story_id]
            row = iter(values)
            found = {name: make(*islice(row, len(parts))) for name, make, *parts in fields}
            if wanted.query is not None:
                found["snippet"] = pattern and _snippet(db, story_id, title, summary, pattern)
            yield found


def find_ids(db: Database, wanted: StoryFilter) -> Iterator[int]:
    """The ids of the stories that `list_stories` gives, in its order. Raises QueryError."""
    wide, narrow = _conditions(db, wanted)
    ids = _matching(db, wide, narrow)
    if wanted.clusters:
        ids = _one_a_cluster(db, ids, wide, narrow)
    expression = None if wanted.query is None else score_expression(wanted.query)
    if wanted.best_first and expression is not None and (newest := list(islice(ids, RANKED))):
        rows = db.conn.execute(_SCORES, (expression, min(newest), max(newest), json.dumps(newest)))
        scores = dict(rows.fetchall())
        newest.sort(key=lambda story_id: scores.get(story_id, 0.0))  # stable; the best has the lowest score
        ids = chain(newest, ids)
    end = None if wanted.limit is None else wanted.offset + wanted.limit
    return islice(ids, wanted.offset, end)


def _matching(db: Database, wide: Sequence[Wide], narrow: Sequence[Condition]) -> Iterator[int]:
    """The stories that meet all conditions, newest first. What meets the narrow ones is sorted and looked at in
    steps; of each step those are kept that meet the wide ones."""
    where, values = _where(narrow)
    cursor = db.conn.execute(f"SELECT story.id FROM story WHERE {where} {_NEWEST}", values)
    ids: Iterator[int] = (row[0] for row in cursor)
    if not wide:
        yield from ids
    step = _STEP
    while found := list(islice(ids, step)):
        kept = set(found)
        for one in wide:
            kept &= one.among(db, kept)
        yield from (story_id for story_id in found if story_id in kept)
        step = min(2 * step, _LONGEST_STEP)


def _one_a_cluster(
    db: Database, ids: Iterator[int], wide: Sequence[Wide], narrow: Sequence[Condition]
) -> Iterator[int]:
    """Of these stories, which meet all conditions, one of each cluster: the lead, or if it does not meet them the
    story that were the lead of those that do."""
    step = _STEP
    while found := list(islice(ids, step)):
        clusters = clusters_of(db, found)
        members = read_members(db, set(clusters.values()), outlets=False)
        if wide or narrow:
            meeting = _among(
                db, [one.story_id for of_one in members.values() for one in of_one], wide, narrow
            )
            members = {
                cluster: [one for one in of_one if one.story_id in meeting]
                for cluster, of_one in members.items()
            }
        shown = {cluster: lead_of(of_one).story_id for cluster, of_one in members.items()}
        yield from (story for story in found if story not in clusters or shown[clusters[story]] == story)
        step = min(2 * step, _LONGEST_STEP)


def _among(
    db: Database, stories: Sequence[int], wide: Sequence[Wide], narrow: Sequence[Condition]
) -> set[int]:
    """Those of the stories that meet all conditions."""
    one_of: Condition = "story.id IN (SELECT value FROM json_each(?))", [json.dumps(stories)]
    where, values = _where([one_of, *narrow])
    kept = {story for (story,) in db.conn.execute(f"SELECT story.id FROM story WHERE {where}", values)}
    for one in wide:
        kept &= one.among(db, kept)
    return kept


def _snippet(
    db: Database, story_id: int, title: str | None, summary: str | None, pattern: re.Pattern[str]
) -> str | None:
    """From the summary, else from the text, else from the title, which a list shows anyway."""
    found = snippet((summary,), pattern)
    if found is None:
        text = db.conn.execute("SELECT text FROM story_body WHERE story_id = ?", (story_id,)).fetchone()[0]
        found = snippet((text, title), pattern)
    return found


def _conditions(db: Database, wanted: StoryFilter) -> tuple[list[Wide], list[Condition]]:
    """The conditions of a filter that many stories meet, and the others."""
    wide: list[Wide] = []
    narrow: list[Condition] = [(sql, [value]) for sql, value in _filters(db, wanted)]
    for one in _wide_or_narrow(db, wanted):
        if one.is_met_by_more_than(db, MANY):
            wide.append(one)
        else:
            narrow.append(one.condition())
    if wanted.query is not None and (rest := split_text(wanted.query)[1]) is not None:
        narrow.append(condition(db, rest))
    return wide, narrow


def _wide_or_narrow(db: Database, wanted: StoryFilter) -> Iterator[Wide]:
    if wanted.sources:
        yield OfSources(sources=wanted.sources)
    if wanted.tag is not None:
        rows = db.conn.execute(_TAGGED, (wanted.tag,))
        yield OfSources(sources=tuple(source_id for (source_id,) in rows))
    if wanted.rights:
        yield with_rights(db, wanted.rights)
    if wanted.query is not None and (expression := split_text(wanted.query)[0]) is not None:
        yield WithText(expression=expression)


def _where(conditions: Sequence[Condition]) -> tuple[str, list[object]]:
    parts = ["story.merged_into IS NULL", *(sql for sql, _ in conditions)]
    return " AND ".join(parts), [value for _, values in conditions for value in values]


def _filters(db: Database, wanted: StoryFilter) -> Iterator[tuple[str, object]]:
    if wanted.author is not None:
        yield by_author(db, wanted.author)
    if wanted.language is not None:
        yield "(lower(story.language) || '-') LIKE (lower(?) || '-%')", wanted.language
    if wanted.kind is not None:
        yield "story.kind = ?", wanted.kind
    if wanted.access is not None:
        yield "story.access = ?", wanted.access
    if wanted.since is not None:
        yield "story.sort_at >= ?", wanted.since
    if wanted.until is not None:
        yield "story.sort_at < ?", wanted.until
