"""The names of secrets in a source's row, and whose names a page is asked with. Never a value."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.records.visits import NO_SECRETS, SecretNames

SECRET_COLUMNS = ("auth", "headers", "cookies", "proxy")


def secret_names_of(row: Mapping[str, Any]) -> SecretNames:
    """A source's row, with `headers` as stored."""
    if row["headers"] == "[]" and row["auth"] is row["cookies"] is row["proxy"] is None:
        return NO_SECRETS
    return SecretNames(
        auth=row["auth"],
        headers=tuple(json.loads(row["headers"])),
        cookies=row["cookies"],
        proxy=row["proxy"],
    )


def keep_names(db: Database, named: Iterable[tuple[str, SecretNames]]) -> None:
    """Give sources, by their addresses, what is named; what is not named stays."""
    db.conn.executemany(
        "UPDATE source SET auth = coalesce(?, auth), headers = coalesce(nullif(?, '[]'), headers),"
        " cookies = coalesce(?, cookies), proxy = coalesce(?, proxy), etag = NULL, last_modified = NULL"
        " WHERE address = ?",
        [
            (names.auth, json.dumps(names.headers), names.cookies, names.proxy, address)
            for address, names in named
            if names != NO_SECRETS
        ],
    )


def names_for_page(db: Database, url: str, story_id: int | None) -> tuple[SecretNames, str | None]:
    """The names to ask a page with, and the address that they are bound to: of the sources that carried its
    story, one that lies where the page does goes first; of others only the way there (proxy) counts."""
    rows = db.query(
        "SELECT DISTINCT source.address, source.auth, source.headers, source.cookies, source.proxy"
        " FROM entry JOIN source ON source.id = entry.source_id"
        " WHERE entry.story_id = ? AND source.state <> 'retired' AND (source.auth IS NOT NULL"
        " OR source.headers <> '[]' OR source.cookies IS NOT NULL OR source.proxy IS NOT NULL)"
        " ORDER BY source.id",
        (story_id,),
    )
    found = [(secret_names_of(row), str(row["address"])) for row in rows]
    place = _place(url)
    near = (one for one in found if _place(one[1]) == place)
    return next(near, next((one for one in found if one[0].proxy is not None), (NO_SECRETS, None)))


def _place(address: str) -> str:
    """Scheme, host and port as they are written; the door compares them in one spelling before it sends."""
    return "/".join(address.split("/", 3)[:3]).lower()
