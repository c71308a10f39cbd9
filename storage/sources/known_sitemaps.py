"""The sitemaps of an index as one JSON value of the source's row. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from newsdesk.storage.db.timestamps import from_iso, to_iso
from newsdesk.storage.records.visits import KnownSitemap


def sitemaps_as_json(sitemaps: Sequence[KnownSitemap]) -> str:
    """A list of lists, in the order of the fields of KnownSitemap."""
    rows = [
        [one.address, to_iso(one.read_at), one.lastmod, one.etag, one.last_modified, one.body_digest]
        for one in sitemaps
    ]
    return json.dumps(rows, ensure_ascii=False)


def sitemaps_from_json(text: str) -> tuple[KnownSitemap, ...]:
    """What `sitemaps_as_json` wrote."""
    if text == "[]":  # of all sources but indexes of sitemaps
        return ()
    return tuple(
        KnownSitemap(
            address=address,
            read_at=from_iso(read_at),
            lastmod=lastmod,
            etag=etag,
            last_modified=last_modified,
            body_digest=body_digest,
        )
        for address, read_at, lastmod, etag, last_modified, body_digest in json.loads(text)
    )
