"""Lost feeds: the pages to search for their new address, and the result of the search."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso


def recovery_pages(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The pages on which the new address of a source (`row`) is searched, in this order: the page where it was
    found or the home page of the feed, then the front page of its host. None for a source that does not fail."""
    if not row["failures"]:
        return ()
    parts = urlsplit(row["address"])
    pages = (row["found_on"] or row["home"], f"{parts.scheme}://{parts.netloc}/")
    return tuple(
        page
        for page in dict.fromkeys(pages)
        if page and page.startswith(("http:", "https:")) and page != row["address"]
    )


def count_known_addresses(db: Database, source_id: int, keys: Sequence[str]) -> int:
    """How many of these address keys belong to stories that the source has carried."""
    row = db.conn.execute(
        "SELECT count(*) FROM address WHERE key IN (SELECT value FROM json_each(?)) AND EXISTS"
        " (SELECT 1 FROM entry WHERE entry.story_id = address.story_id AND source_id = ?)",
        (json.dumps(list(dict.fromkeys(keys))), source_id),
    ).fetchone()
    return int(row[0])


def keep_recovery(db: Database, source_id: int, *, proposed: Sequence[str], due: bool, now: datetime) -> None:
    """Keep the result of a search. `proposed`: feeds that may be the lost one; `due`: visit the source at once."""
    db.conn.execute(
        "UPDATE source SET recovery_tried_at = ?, proposed_addresses = ? WHERE id = ?",
        (to_iso(now), json.dumps(list(proposed)), source_id),
    )
    if due:
        db.conn.execute(
            "UPDATE source SET next_visit_at = ?, next_visit_why = 'its new address was found' WHERE id = ?"
            " AND state = 'active'",
            (to_iso(now), source_id),
        )
