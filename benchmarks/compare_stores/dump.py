"""What a store holds, as JSON lines that do not depend on how it is stored.

Also a script, `python benchmarks/compare_stores/dump.py FILE`: with the folder of another checkout in PYTHONPATH
it is that checkout which reads. Stories and sources are named by their numbers; `compare.py` names them by
their addresses. A line is `kind`, `key`, `values`, and where it has them `story`, `stories`, `addresses`.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from newsdesk.storage.db.database import reading
from newsdesk.storage.queries.lookup import find_story
from newsdesk.storage.queries.story_list import StoryFilter, list_stories
from newsdesk.storage.search.query import QueryError, parse_query
from newsdesk.storage.stories.matching import NO_STORY
from newsdesk.storage.stories.rows import unpack_text

Row = dict[str, Any]
# Queries of every operator and of scripts with and without spaces, beside words and phrases of the titles.
QUERIES = (
    "the", "a OR the", "news -the", '"of the"', "minist*", "title:new", "author:john", "source:guardian",
    "(government OR president) year", "und", "straße", "français", "война", "政府", "日本", "ニュース", "العربية",
    "trump", "election NOT trump", "harbour", "ferry", "Übersicht", "são", "łódź",
)  # fmt: skip
EVERY = 7  # of so many stories one gives the words of its title
_NESTED = ("pages", "authors", "addresses", "entries", "revisions", "corrections", "alternations")


def dump(file: Path) -> Iterator[Row]:
    """Every line of a store."""
    with reading(file) as store:
        sources = {row["id"]: row["address"] for row in store.query("SELECT id, address FROM source")}
        for row in _table(store, "source", "id"):
            yield _row("source", [row.pop("address")], row)
        for row in store.query("SELECT id, merged_into FROM story ORDER BY id"):
            if row["merged_into"] is not None:
                yield _row("merged", [], {}, stories=[row["merged_into"]])
            else:
                yield from _story(store, row["id"], sources)
        yield from _entries(store, sources)
        for row in _table(store, "page", "id"):
            yield _row("page", [row.pop("url")], row, story=row.pop("story_id"))
        for row in _table(store, "host", "host"):
            yield _row("host", [row.pop("host")], row)
        for row in _table(store, "boilerplate", "site, digest"):
            stories = [row.pop("first_story_id"), row.pop("last_story_id")]
            yield _row("boilerplate", [row.pop("site"), row.pop("digest")], row, stories=stories)
        yield from _visits(store, sources)
        yield from _index(store)
        yield from _searches(store)


def _row(kind: str, key: list[Any], values: Mapping[str, Any], **more: Any) -> Row:
    return {"kind": kind, "key": key, "values": values, **more}


def _table(store: Any, table: str, order: str) -> Iterator[Row]:
    for row in store.query(f"SELECT * FROM {table} ORDER BY {order}"):
        row.pop("id", None)
        yield {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}


def _story(store: Any, story_id: int, sources: Mapping[int, str]) -> Iterator[Row]:
    """A story as `newsdesk story --json` shows it, and each of its parts."""
    found = find_story(store, story_id)
    assert found is not None
    values = {name: value for name, value in found.items() if name not in (*_NESTED, "id", "merged_into")}
    keys = [address["key"] for address in found["addresses"]]
    yield _row("story", [], values, story=story_id, addresses=keys)
    for position, author in enumerate(found["authors"]):
        yield _row("author", [position], author, story=story_id)
    for row in store.query("SELECT * FROM address WHERE story_id = ?", (story_id,)):
        row.pop("story_id")
        yield _row("address", [row.pop("key")], row, story=story_id)
    for entry in found["entries"]:
        key = [sources[entry["source_id"]], entry["entry_key"]]
        yield _row("snapshot", key, {"published": entry["published_values"]}, story=story_id)
    for row in store.query("SELECT * FROM snapshot WHERE story_id = ?", (story_id,)):
        row.pop("story_id")
        published = json.loads(unpack_text(row.pop("published_values")))
        if row.pop("entry_id") == 0:
            yield _row("snapshot", ["page"], {"published": published, **row}, story=story_id)
    for number, revision in enumerate(found["revisions"]):
        yield _row("revision", [number], revision, story=story_id)
    for number, correction in enumerate(
        found.get("corrections", ())
    ):  # a store of another version may have none
        yield _row("correction", [number], correction, story=story_id)


def _entries(store: Any, sources: Mapping[int, str]) -> Iterator[Row]:
    sql = (
        "SELECT entry.*, snapshot.digest, snapshot.reader_version FROM entry LEFT JOIN snapshot"
        " ON snapshot.story_id = entry.story_id AND snapshot.entry_id = entry.id ORDER BY entry.id"
    )
    for row in store.query(sql):
        row.pop("id")
        if row["verdict"] == "new":
            row["reason"] = row["reason"] or NO_STORY.reason
        key = [sources[row.pop("source_id")], row.pop("entry_key")]
        yield _row("entry", key, row, story=row.pop("story_id"))


def _visits(store: Any, sources: Mapping[int, str]) -> Iterator[Row]:
    pages = {row["id"]: row["url"] for row in store.query("SELECT id, url FROM page")}
    for row in _table(store, "visit", "id"):
        row.pop("run_id")
        source, page = row.pop("source_id"), row.pop("page_id")
        yield _row("visit", [sources[source] if page is None else pages[page]], row)


def _index(store: Any) -> Iterator[Row]:
    """The search index: of each story the number of words, and a digest of all words with their places."""
    store.conn.execute("PRAGMA query_only = OFF")  # of a connection that reads only: for the temporary table
    store.conn.execute("CREATE VIRTUAL TABLE temp.places USING fts5vocab(main, story_fts, instance)")
    words: defaultdict[int, int] = defaultdict(int)
    total: defaultdict[int, int] = defaultdict(int)  # a sum, since the index is read word by word
    for word, story_id, column, place in store.conn.execute("SELECT term, doc, col, offset FROM temp.places"):
        of_one = blake2b(f"{word}\0{column}\0{place}".encode(errors="surrogatepass"), digest_size=8)
        words[story_id] += 1
        total[story_id] += int.from_bytes(of_one.digest())
    for story_id, number in sorted(words.items()):
        digest = f"{total[story_id] % 2**64:016x}"
        yield _row("index", [], {"words": number, "digest": digest}, story=story_id)


def _queries(store: Any) -> Iterator[str]:
    yield from QUERIES
    for (title,) in store.conn.execute(
        "SELECT title FROM story WHERE merged_into IS NULL AND title IS NOT NULL AND id % ? = 0 ORDER BY id",
        (EVERY,),
    ):
        words = [word for word in title.split() if word.isalpha()]
        yield from words[:2]
        yield f'"{" ".join(words[:3])}"'


def _searches(store: Any) -> Iterator[Row]:
    for text in dict.fromkeys(_queries(store)):
        with suppress(QueryError):  # a phrase without words; the same in both
            query = parse_query(text)
            for best in (False, True):
                found = list(list_stories(store, StoryFilter(query=query, best_first=best, limit=None)))
                ids = [one["id"] for one in found]
                order = "best" if best else "newest"
                yield _row("search order", [text, order], {}, stories=ids)
            for one in found:
                yield _row("search", [text], {"snippet": one["snippet"]}, story=one["id"])


def main() -> None:
    for row in dump(Path(sys.argv[1])):
        sys.stdout.write(json.dumps(row, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
