"""Names of secrets in the row of a source, and which of them a page is requested with. Never a value."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.records.visits import NO_SECRETS, SecretNames

SECRET_COLUMNS = ("auth", "headers", "cookies", "proxy")


def secret_names_of(row: Mapping[str, Any]) -> SecretNames:
    """From the row of a source, with `headers` as stored."""
    if row["headers"] == "[]" and row["auth"] is row["cookies"] is row["proxy"] is None:
        return NO_SECRETS
    return SecretNames(
        auth=row["auth"],
        headers=tuple(json.loads(row["headers"])),
        cookies=row["cookies"],
        proxy=row["proxy"],
    )


def keep_names(db: Database, named: Iterable[tuple[str, SecretNames]]) -> None:
    """Give sources, by address, the names of secrets that are set; others stay."""
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


def names_for_page(
    db: Database, url: str, *, page_id: int, story_id: int | None
) -> tuple[SecretNames, str | None]:
    """The names of secrets for requests of a page, and the address of the source that they belong to: a
    source that carried its story, or links the page, and has the same origin; else only the proxy of another source."""
    column, value = ("page_id", page_id) if story_id is None else ("story_id", story_id)
    rows = db.query(
        "SELECT DISTINCT source.address, source.auth, source.headers, source.cookies, source.proxy"
        " FROM entry JOIN source ON source.id = entry.source_id"
        f" WHERE entry.{column} = ? AND source.state <> 'retired' AND (source.auth IS NOT NULL"
        " OR source.headers <> '[]' OR source.cookies IS NOT NULL OR source.proxy IS NOT NULL)"
        " ORDER BY source.id",
        (value,),
    )
    found = [(secret_names_of(row), str(row["address"])) for row in rows]
    origin = _origin(url)
    near = (one for one in found if _origin(one[1]) == origin)
    return next(near, next((one for one in found if one[0].proxy is not None), (NO_SECRETS, None)))


def _origin(address: str) -> str:
    """Scheme, host and port as written; the HTTP client compares them normalised before it sends."""
    return "/".join(address.split("/", 3)[:3]).lower()
