"""Article pages that are due: requested, and claimed under the leases of their hosts.

A page has one row; another request makes it due again. If a page fails, its story stays as the feed published
it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso_or_none, to_iso
from newsdesk.storage.hosts.clock_errors import CLOCK_TOLERANCE
from newsdesk.storage.hosts.politeness import blocked_hosts, find_host_schedule, host_schedule_at
from newsdesk.storage.hosts.robots import stored_robots
from newsdesk.storage.pages.holds import release_hold
from newsdesk.storage.records.hosts import Robots
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.rate_limits import HostSchedule, RateLimits, queue_of
from newsdesk.storage.records.stories import Author, Story
from newsdesk.storage.records.visits import Limits
from newsdesk.storage.sources.secret_names import names_for_page
from newsdesk.storage.stories.boilerplate import known_sentences
from newsdesk.storage.stories.rows import html_of, unpack_text

_PORTS = {"http": 80, "https": 443}

# Pages of stories that some sources carried, and pages that some sources link and whose story is not known yet.
_OF_SOURCES = (
    "(EXISTS (SELECT 1 FROM entry JOIN source ON source.id = entry.source_id"
    " WHERE entry.story_id = page.story_id AND {which}{full_text}) OR (page.story_id IS NULL AND EXISTS"
    " (SELECT 1 FROM entry JOIN source ON source.id = entry.source_id WHERE entry.page_id = page.id AND {which})))"
)


def due_page(db: Database, url: str, *, story_id: int | None, why: str, now: str) -> bool:
    """Make a page due now. Returns whether it was not due before; False for a story without a page (a
    `urn:`)."""
    name = host_key(url)
    if name is None:
        return False
    host = queue_of(name)
    due = db.conn.execute("SELECT 1 FROM page WHERE url = ? AND due_at IS NOT NULL", (url,)).fetchone()
    db.conn.execute("INSERT OR IGNORE INTO host (host) VALUES (?)", (host,))
    db.conn.execute(
        "INSERT INTO page (url, host, story_id, due_at, why) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (url) DO UPDATE SET due_at = coalesce(due_at, excluded.due_at), why = excluded.why,"
        " story_id = coalesce(story_id, excluded.story_id), attempts = 0",
        (url, host, story_id, now, why),
    )
    return due is None


def request_pages(db: Database, urls: Iterable[str], *, now: datetime) -> tuple[int, ...]:
    """Make pages due that a user requests, whatever their last outcome was."""
    moment = to_iso(now)
    distinct = list(dict.fromkeys(urls))
    for url in distinct:
        due_page(db, url, story_id=None, why="requested", now=moment)
    rows = db.conn.execute(
        "SELECT id FROM page WHERE url IN (SELECT value FROM json_each(?))", (json.dumps(distinct),)
    )
    pages = tuple(row[0] for row in rows)
    release_hold(db, {queue_of(name) for name in map(host_key, distinct) if name is not None})
    db.conn.executemany("UPDATE page SET due_at = ? WHERE id = ?", [(moment, page_id) for page_id in pages])
    return pages


def host_key(url: str) -> str | None:
    """The host of an http address as the rate limiter names it: in lower case (addresses have A-labels), with
    the port unless it is the default."""
    try:
        parts = urlsplit(url)
        name, port = (parts.hostname or "").rstrip("."), parts.port
        if parts.scheme not in _PORTS or not name:
            return None
    except ValueError:
        return None
    name = f"[{name}]" if ":" in name else name
    return name if port in (None, _PORTS[parts.scheme]) else f"{name}:{port}"


def wanted_pages(
    *, pages: tuple[int, ...] | None, sources: tuple[int, ...] | None
) -> tuple[str, dict[str, object]]:
    """The pages that a run may read as a condition on `page`, with its values: those named, or those due of
    the given sources (None: of all active ones, and those that users requested)."""
    condition = (
        "page.due_at <= :now AND (page.outcome_at IS NULL OR page.outcome_at < :requested_at"
        " OR page.outcome_at > :ahead) AND NOT EXISTS (SELECT 1 FROM host AS held WHERE held.host = page.host"
        " AND held.pages_held_until > :now)"
    )
    if pages is not None:
        return f"{condition} AND page.id IN (SELECT value FROM json_each(:pages))", {
            "pages": json.dumps(pages)
        }
    if sources is None:
        active = _OF_SOURCES.format(which="source.state = 'active'", full_text=" AND source.full_text")
        return f"{condition} AND (page.why = 'requested' OR {active})", {}
    named = "source.state <> 'retired' AND source.id IN (SELECT value FROM json_each(:ids))"
    of_named = _OF_SOURCES.format(which=named, full_text="")
    return f"{condition} AND {of_named}", {"ids": json.dumps(sources)}


def claim_pages(
    db: Database,
    *,
    host: str,
    pages: tuple[int, ...] | None,
    sources: tuple[int, ...] | None,
    requested_at: datetime,
    now: datetime,
    rate_limits: RateLimits,
    limits: Limits,
    most: int = 20,
) -> tuple[ClaimedPage, ...]:
    """The due pages of a host whose lease the caller holds, at most `most`: newest stories first, backlog
    last."""
    condition, values = wanted_pages(pages=pages, sources=sources)
    rows = list(
        db.query(
            "SELECT page.* FROM page LEFT JOIN story ON story.id = page.story_id"
            f" WHERE page.host = :host AND {condition}"
            " ORDER BY page.why = 'backlog', coalesce(story.sort_at, page.due_at) DESC, page.id LIMIT :most",
            {
                **values,
                "host": host,
                "now": to_iso(now),
                "requested_at": to_iso(requested_at),
                "ahead": to_iso(requested_at + CLOCK_TOLERANCE),
                "most": most,
            },
        )
    )
    if not rows:
        return ()
    schedule = find_host_schedule(db, host, rate_limits=rate_limits, now=now)
    redirects_to = db.conn.execute("SELECT redirects_to FROM host WHERE host = ?", (host,)).fetchone()[0]
    blocked = blocked_hosts(db, now)
    names = {host_key(row["url"]) for row in rows}
    robots = stored_robots(db, (*filter(None, names), *json.loads(redirects_to)))
    return tuple(
        _claimed(db, row, schedule, robots=robots, blocked=blocked, limits=limits, now=now) for row in rows
    )


def page_as_claimed(
    db: Database, url: str, *, key: str, now: datetime, rate_limits: RateLimits, limits: Limits
) -> ClaimedPage:
    """An http address as a claimed page with its story and rate limit, whether it has a row or not, without
    claiming it."""
    name = host_key(url) or ""
    host = queue_of(name)
    rows = db.query(
        "SELECT id, host, story_id, attempts, why, link_text FROM page WHERE url = :url UNION ALL"
        " SELECT 0, :host, (SELECT story_id FROM address WHERE key = :key), 0, 'requested', NULL LIMIT 1",
        {"url": url, "host": host, "key": key},
    )
    row = {**next(iter(rows)), "url": url, "etag": None, "last_modified": None, "body_digest": None}
    return _claimed(
        db,
        row,
        host_schedule_at(db, host, rate_limits=rate_limits, now=now),
        robots=stored_robots(db, (name,)),
        blocked=blocked_hosts(db, now),
        limits=limits,
        now=now,
    )


def _sites_of(host: str) -> list[str]:
    """The names that may be the site of a host: the host itself, and its parent domains."""
    labels = host.partition(":")[0].split(".")
    return [host, *(".".join(labels[at:]) for at in range(len(labels) - 1))]


def _claimed(
    db: Database,
    row: Mapping[str, Any],
    schedule: HostSchedule,
    *,
    robots: tuple[Robots, ...],
    blocked: tuple[tuple[str, datetime], ...],
    limits: Limits,
    now: datetime,
) -> ClaimedPage:
    hints = _hints(db, row["id"], row["story_id"])
    secrets, bound_to = names_for_page(db, row["url"], page_id=row["id"], story_id=row["story_id"])
    return ClaimedPage(
        page_id=row["id"],
        url=row["url"],
        host=row["host"],
        stored_story=_stored_story(db, row["story_id"]) if row["story_id"] is not None else None,
        linked=row["story_id"] is None and row["why"] != "requested",
        link_text=row["link_text"],
        name=hints.get("name"),
        boilerplate=known_sentences(db, _sites_of(host_key(row["url"]) or row["host"]), now=now),
        language=hints.get("language"),
        country=hints.get("country"),
        timezone=hints.get("timezone"),
        learned=hints.get("learned_timezone"),
        etag=row["etag"],
        last_modified=row["last_modified"],
        body_digest=row["body_digest"],
        attempts=row["attempts"],
        secrets=secrets,
        bound_to=bound_to,
        next_request_at=schedule.next_request_at,
        delay_s=schedule.rate_limit.delay_s,
        per_minute=schedule.rate_limit.per_minute,
        recent_requests=schedule.recent_requests,
        blocked=blocked,
        robots=robots,
        limits=limits,
    )


_HINTS = (
    "SELECT coalesce(source.name, source.title) AS name, source.language, source.country,"
    " source.timezone, source.learned_timezone FROM entry JOIN source ON source.id = entry.source_id"
)


def _hints(db: Database, page_id: int, story_id: int | None) -> Mapping[str, Any]:
    """Name, language, country and zone from the first source that carried the story, preferably one of its
    own site; of a page without a story from the source that links it."""
    if story_id is None:
        rows = db.query(f"{_HINTS} WHERE entry.page_id = ? ORDER BY entry.id LIMIT 1", (page_id,))
    else:
        rows = db.query(
            f"{_HINTS} JOIN story ON story.id = entry.story_id WHERE entry.story_id = ?"
            " ORDER BY source.site <> story.site, entry.id LIMIT 1",
            (story_id,),
        )
    return next(iter(rows), {})


def _stored_story(db: Database, story_id: int) -> Story | None:
    """The story as its feeds published it. Once its page was read, the stored text is that of the page."""
    row = next(
        iter(db.query("SELECT * FROM story JOIN story_body ON story_id = id WHERE id = ?", (story_id,))), None
    )
    if row is None:
        return None
    authors = db.conn.execute(
        "SELECT author.name, author.kind, story_author.role FROM story_author JOIN author"
        " ON author.id = story_author.author_id WHERE story_id = ? ORDER BY position",
        (story_id,),
    ).fetchall()
    stored = Story(
        addresses=(),
        site=row["site"],
        title=row["title"],
        summary=row["summary"],
        text=row["text"],
        html=html_of(row["html"], row["text"]),
        language=row["language"],
        authors=tuple(Author(name=name, kind=kind, role=role) for name, kind, role in authors),
        published=from_iso_or_none(row["published"]),
        published_offset_min=row["published_offset_min"],
        published_day=row["published_day"],
        precision=row["precision"],
        updated=from_iso_or_none(row["updated"]),
        image=row["image"],
        kind=row["kind"],
        access=row["access"],
        categories=tuple(json.loads(row["categories"])),
    )
    return stored if row["authority"] != "page" else _feed_version(db, story_id, stored)


def _feed_version(db: Database, story_id: int, stored: Story) -> Story | None:
    """The last version of a feed, for a story whose page was read since; None without one."""
    row = db.conn.execute(
        "SELECT published_values FROM snapshot WHERE story_id = ? AND entry_id > 0 ORDER BY taken_at DESC LIMIT 1",
        (story_id,),
    ).fetchone()
    if row is None:
        return None
    published_values = json.loads(unpack_text(row[0]))
    published = from_iso_or_none(published_values["published"])
    same = published == stored.published
    return Story(
        addresses=(),
        site=stored.site,
        title=published_values["title"],
        summary=published_values["summary"],
        language=stored.language,
        authors=tuple(Author(name=name) for name in published_values["authors"]),
        published=published,
        published_offset_min=stored.published_offset_min if same else None,
        published_day=stored.published_day if same else None,
        precision=stored.precision if same else "second" if published else None,
        categories=stored.categories,
    )
