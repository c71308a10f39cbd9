"""Which documents may hold the older entries of a feed, by the links of one document. Pure.

The links in the feed go first; then the page numbers of WordPress, where it made the feed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

_LINKED = ("prev-archive", "next", "prev")  # in this order
_FEED_PATH = re.compile(r"/feed(?:/(?:rss2?|rdf|atom))?/?$")  # as WordPress makes them
_FEED_QUERY = re.compile(r"(?:^|&)feed=(?:rss2?|rdf|atom|feed)(?:&|$)")
_PAGED = re.compile(r"(?P<before>^|&)paged=(?P<number>[0-9]{1,6})(?=&|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class OlderLink:
    """A link to older entries: the relation by which a document names the next one, or "paged"."""

    relation: str
    address: str


def older_links(
    links: Sequence[tuple[str, str]], *, generator: str | None, address: str
) -> tuple[OlderLink, ...]:
    """The links from the document at `address`, the most reliable first. `links`: relation and address."""
    return tuple(_older_links(dict(links), generator, address))


def _older_links(links: dict[str, str], generator: str | None, address: str) -> Iterator[OlderLink]:
    for relation in _LINKED:
        if relation in links and links[relation] != address:
            yield OlderLink(relation=relation, address=links[relation])
    if _pages_like_wordpress(generator, address):
        yield OlderLink(relation="paged", address=next_paged(address))


def _pages_like_wordpress(generator: str | None, address: str) -> bool:
    """By the name of the program, or without one, by the form of the address."""
    if generator is not None:
        return "wordpress" in generator.lower()
    parts = urlsplit(address)
    return bool(_FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query))


def next_paged(address: str) -> str:
    """`/feed/` -> `/feed/?paged=2` -> `/feed/?paged=3`; the rest of the address stays as it is."""
    bare, _, query = address.partition("#")[0].partition("?")
    found = _PAGED.search(query)
    if found is None:
        query += f"{'&' if query else ''}paged=2"
    else:
        query = _PAGED.sub(f"{found['before']}paged={int(found['number']) + 1}", query, count=1)
    return f"{bare}?{query}"
