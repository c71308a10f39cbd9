"""Feeds that are lost: where their new address is looked for, and what was found there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso_or_none, to_iso

AFTER = {"not-found": timedelta(days=14), "unreadable": timedelta(days=7)}  # of failing
GONE_AFTER = 2  # answers in a row
SOUGHT_EVERY = timedelta(days=6)  # a weekly visit may come half a day early


def where_to_seek(row: Mapping[str, Any], *, now: datetime) -> tuple[str, ...]:
    """The pages that are asked, one after the other, for a source's new address should its next visit fail
    like the last: where it was found, or its home, then its host's front page. None while it is not
    lost, or was looked for of late."""
    since, sought = from_iso_or_none(row["failing_since"]), from_iso_or_none(row["recovery_tried_at"])
    group = row["outcome_category"]
    lost = since is not None and group in AFTER and now - since >= AFTER[group]
    if not lost and not (group == "gone" and row["failures"] >= GONE_AFTER):
        return ()
    if sought is not None and timedelta(0) <= now - sought < SOUGHT_EVERY:
        return ()
    parts = urlsplit(row["address"])
    pages = (row["found_on"] or row["home"], f"{parts.scheme}://{parts.netloc}/")
    return tuple(
        page
        for page in dict.fromkeys(pages)
        if page and page.startswith(("http:", "https:")) and page != row["address"]
    )


def count_known_addresses(db: Database, source_id: int, keys: Sequence[str]) -> int:
    """How many of these address keys are of stories that the source has carried."""
    row = db.conn.execute(
        "SELECT count(*) FROM address WHERE key IN (SELECT value FROM json_each(?)) AND EXISTS"
        " (SELECT 1 FROM entry WHERE entry.story_id = address.story_id AND source_id = ?)",
        (json.dumps(list(dict.fromkeys(keys))), source_id),
    ).fetchone()
    return int(row[0])


def keep_recovery(db: Database, source_id: int, *, proposed: Sequence[str], due: bool, now: datetime) -> None:
    """A source was looked for. `proposed`: feeds that may be its; `due`: it is visited at once."""
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
