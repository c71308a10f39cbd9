"""What is stored of listed addresses, for `newsdesk audit`: stories, refused entries, purged stories, pages; and the
visits of the source. Reads only, in steps of some hundred addresses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

from sqlite_utils import Database

Store: TypeAlias = Database  # so that other packages need not import sqlite_utils
STEP = 400  # addresses that are looked up at a time
_IN = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStory:
    """A story at a listed address. `of_source`: an entry of the source carried it; `others`: sources that did."""

    story_id: int
    sort_at: str
    of_source: bool
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedEntry:
    """A refused entry, and the visit that refused it; None if that is part of the daily counts."""

    source_id: int
    reason: str
    seen_at: str
    visit_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPage:
    """The page at a listed address; `story_id` None: no story was made of it."""

    story_id: int | None
    due: bool
    why: str
    outcome: str | None
    message: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFacts:
    """All that is stored of one address."""

    story: HeldStory | None = None
    refused: RefusedEntry | None = None
    purged_why: str | None = None
    page: KnownPage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePast:
    """What is stored of the source. Times as `to_iso` writes them. `failed`: its failed visits as (start, number,
    outcome code), `ok`: the starts of the others; `sections`: how many of its latest stories are in each first
    folder of their paths."""

    source_id: int
    kind: str
    name: str
    added_at: str
    read_since: str | None
    last_ok_at: str | None
    gap_at: str | None
    failed: tuple[tuple[str, int, str], ...] = ()
    ok: tuple[str, ...] = ()
    sections: Mapping[str, int] = field(default_factory=dict)


def address_facts(
    db: Database, source_id: int, addresses: Sequence[tuple[str, str]]
) -> dict[str, AddressFacts]:
    """By address: what is stored of each pair of canonical key and address."""
    found: dict[str, AddressFacts] = {}
    for start in range(0, len(addresses), STEP):
        found |= _step(db, source_id, addresses[start : start + STEP])
    return found


def _step(db: Database, source_id: int, addresses: Sequence[tuple[str, str]]) -> dict[str, AddressFacts]:
    keys = json.dumps([key for key, _ in addresses])
    urls = json.dumps([spelling for _, url in addresses for spelling in spellings(url)])
    stories: dict[str, int] = dict(
        db.conn.execute(
            "SELECT key, coalesce(story.merged_into, story.id) FROM address JOIN story ON story.id = story_id"
            f" WHERE key {_IN}",
            (keys,),
        ).fetchall()
    )
    pages = {
        url: KnownPage(story_id=story_id, due=bool(due), why=why, outcome=outcome, message=message)
        for url, story_id, due, why, outcome, message in db.conn.execute(
            "SELECT url, story_id, due_at IS NOT NULL, why, outcome, outcome_message FROM page"
            f" WHERE url {_IN}",
            (urls,),
        )
    }
    by_page = [page.story_id for page in pages.values() if page.story_id is not None]
    held = _held(db, source_id, {*stories.values(), *by_page})
    refused = {
        key: RefusedEntry(source_id=of, reason=reason or "no reason stored", seen_at=seen_at, visit_id=visit)
        for key, of, reason, seen_at, visit in db.conn.execute(
            "SELECT refused_key, source_id, reason, first_seen_at, (SELECT id FROM visit WHERE"
            " visit.source_id = entry.source_id AND visit.ended_at = entry.first_seen_at LIMIT 1) FROM entry"
            f" WHERE refused_key {_IN} AND verdict = 'refused' ORDER BY entry.source_id = ?, entry.id",
            (keys, source_id),
        )
    }
    purged: dict[str, str] = dict(
        db.conn.execute(
            "SELECT key, why FROM tombstone_address JOIN tombstone ON tombstone.id = tombstone_id"
            f" WHERE key {_IN}",
            (keys,),
        ).fetchall()
    )
    facts = {}
    for key, url in addresses:
        page = next((pages[one] for one in spellings(url) if one in pages), None)
        story_id = stories.get(key, None if page is None else page.story_id)
        facts[url] = AddressFacts(
            story=None if story_id is None else held.get(story_id),
            refused=refused.get(key),
            purged_why=purged.get(key),
            page=page,
        )
    return facts


def spellings(url: str) -> tuple[str, str]:
    rest = url.partition("://")[2]
    return f"https://{rest}", f"http://{rest}"


def _held(db: Database, source_id: int, stories: Iterable[int]) -> dict[int, HeldStory]:
    carried: dict[int, set[int]] = {}
    ids = json.dumps(sorted(stories))
    for story_id, of in db.conn.execute(
        f"SELECT story_id, source_id FROM entry WHERE story_id {_IN}", (ids,)
    ):
        carried.setdefault(story_id, set()).add(of)
    return {
        story_id: HeldStory(
            story_id=story_id,
            sort_at=sort_at,
            of_source=source_id in carried.get(story_id, ()),
            others=tuple(sorted(carried.get(story_id, set()) - {source_id})),
        )
        for story_id, sort_at in db.conn.execute(f"SELECT id, sort_at FROM story WHERE id {_IN}", (ids,))
    }


def source_past(db: Database, source_id: int, *, since: str) -> SourcePast:
    """The source, its visits since then, and the sections of its latest stories."""
    kind, name, added_at, news_since, last_ok_at, gap_at = db.conn.execute(
        "SELECT kind, coalesce(name, title, address), added_at, news_since, last_ok_at, gap_at FROM source"
        " WHERE id = ?",
        (source_id,),
    ).fetchone()
    visits = db.conn.execute(
        "SELECT started_at, id, outcome, outcome_category = 'ok' FROM visit WHERE source_id = ? AND started_at >= ?"
        " ORDER BY started_at",
        (source_id, since),
    ).fetchall()
    sections: dict[str, int] = {}
    for (url,) in db.conn.execute(
        "SELECT url FROM (SELECT story_id FROM entry WHERE source_id = ? AND story_id IS NOT NULL"
        " ORDER BY id DESC LIMIT 300) AS latest JOIN story ON story.id = latest.story_id",
        (source_id,),
    ):
        section = section_of(url)
        sections[section] = sections.get(section, 0) + 1
    return SourcePast(
        source_id=source_id,
        kind=kind,
        name=name,
        added_at=added_at,
        read_since=news_since,
        last_ok_at=last_ok_at,
        gap_at=gap_at,
        failed=tuple((at, number, outcome) for at, number, outcome, ok in visits if not ok),
        ok=tuple(at for at, _, _, ok in visits if ok),
        sections=sections,
    )


def section_of(url: str) -> str:
    """The first folder of an address's path: `/sport/` of `/sport/2026/ferry`; `/` of `/ferry`."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    return f"/{parts[0]}/" if len(parts) > 1 and not parts[0].isdecimal() else "/"


def carried_addresses(db: Database, source_id: int, *, since: str) -> list[tuple[str, str]]:
    """The key and the address of the stories since then that an entry of the source carried."""
    rows = db.conn.execute(
        "SELECT address.key, story.url FROM entry JOIN story ON story.id = entry.story_id"
        " JOIN address ON address.story_id = story.id WHERE entry.source_id = ? AND entry.first_seen_at >= ?"
        " AND story.sort_at >= ?",
        (source_id, since, since),
    )
    return list(rows)
