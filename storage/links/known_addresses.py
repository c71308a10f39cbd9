"""What is known of the addresses of a site: those of its stories, and those of pages that were none. Reads only."""

from __future__ import annotations

from sqlite_utils import Database

MOST_STORIES = 300  # the newest of each source
MOST_SOURCES = 20
MOST_OTHERS = 300


def known_addresses(db: Database, source_id: int) -> tuple[list[str], list[str]]:
    """The addresses of the newest stories that the sources of its site brought, and those of linked pages of this
    source that were no stories."""
    [site] = db.conn.execute("SELECT site FROM source WHERE id = ?", (source_id,)).fetchone() or ("",)
    sources = db.conn.execute(
        "SELECT id FROM source WHERE site = ? ORDER BY id = ? DESC, id LIMIT ?",
        (site, source_id, MOST_SOURCES),
    ).fetchall()
    stories: dict[str, None] = {}
    for (one,) in sources:
        rows = db.conn.execute(
            "SELECT story.url FROM entry JOIN story ON story.id = entry.story_id WHERE entry.source_id = ?"
            " AND entry.verdict = 'new' AND story.site = ? ORDER BY entry.id DESC LIMIT ?",
            (one, site, MOST_STORIES),
        )
        stories.update(dict.fromkeys(url for (url,) in rows))
    others = db.conn.execute(
        "SELECT page.url FROM entry JOIN page ON page.id = entry.page_id WHERE entry.source_id = ?"
        " AND entry.page_id IS NOT NULL AND entry.story_id IS NULL AND page.outcome = 'not-an-article'"
        " ORDER BY entry.id DESC LIMIT ?",
        (source_id, MOST_OTHERS),
    )
    return list(stories), [url for (url,) in others]


def keep_shapes(db: Database, source_id: int, shapes: str) -> None:
    """Keep what the addresses of the stories of a source's site look like."""
    db.conn.execute("UPDATE source SET address_shapes = ? WHERE id = ?", (shapes, source_id))
