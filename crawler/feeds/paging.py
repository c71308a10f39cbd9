"""Links of a feed to documents with its older entries.

Pure. RFC 5005 has `prev-archive` for archived feeds and `next` for paged ones; some publishers use `prev`. JSON Feed
has `next_url`, see `feeds.jsonfeed`.
"""

from __future__ import annotations

from newsdesk.crawler.documents.links import Scope, inner_scope, join
from newsdesk.crawler.documents.xml import Group

Link = tuple[str, str]  # relation, address
_RELATIONS = {"prev-archive": "prev-archive", "next": "next", "prev": "prev", "previous": "prev"}
_IANA = "http://www.iana.org/assignments/relation/"


def links_to_older(group: Group, scope: Scope) -> tuple[Link, ...]:
    """The first link of each relation, absolute."""
    found: dict[str, str] = {}
    for element in group.get("atom:link", ()):
        relation = _RELATIONS.get((element.get("rel") or "").strip().removeprefix(_IANA).lower())
        if relation is not None and relation not in found:
            address = join(inner_scope(element, scope).base, element.get("href"))
            if address is not None:
                found[relation] = address
    return tuple(found.items())
