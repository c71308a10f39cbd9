"""The lists of stories in a page's JSON-LD: ItemList, and articles that the page says it has. Pure, never raises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from newsdesk.crawler.links.anchor_text import LONGEST as LONGEST_TEXT
from newsdesk.crawler.normalise.urls.canonical import absolute_url, canonical_url
from newsdesk.crawler.pages.json_ld import ARTICLES, parsed, types_of

MOST = 500  # addresses
MOST_NODES = 5_000
DEEPEST = 12
_NO_LISTS = ("breadcrumblist", "sitenavigationelement", "wpheader", "wpfooter", "organization")


def listed_addresses(scripts: Iterable[str], *, base: str) -> dict[str, tuple[str, str]]:
    """Canonical address → the address and the name of each item that the scripts list."""
    found: dict[str, tuple[str, str]] = {}
    nodes = 0
    for script in scripts:
        for node, in_list in _nodes(parsed(script), False, 0):
            nodes += 1
            if nodes > MOST_NODES or len(found) >= MOST:
                return found
            kinds = types_of(node)
            printed = _address(node)
            if printed is None or not (
                any(kind in ARTICLES for kind in kinds) or (in_list and _is_item(kinds))
            ):
                continue
            address = absolute_url(printed, base=base)
            if address is not None:
                address = address.partition("#")[0]
                item = node.get("item")
                name = (
                    node.get("headline")
                    or node.get("name")
                    or (item.get("name") if isinstance(item, dict) else "")
                )
                text = " ".join(name[:LONGEST_TEXT].split()) if isinstance(name, str) else ""
                found.setdefault(canonical_url(address), (address, text))
    return found


def _is_item(kinds: tuple[str, ...]) -> bool:
    return not kinds or any(
        kind in ("listitem", "webpage", "itempage", "creativework", "thing") for kind in kinds
    )


def _address(node: dict[str, Any]) -> str | None:
    for value in (node.get("url"), node.get("mainEntityOfPage"), node.get("item"), node.get("@id")):
        text = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(text, str) and text.strip():
            return text.strip()
    return None


def _nodes(value: Any, in_list: bool, depth: int) -> Iterator[tuple[dict[str, Any], bool]]:
    """Each node with whether it is an item of an ItemList."""
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for one in value[:MOST]:
            if isinstance(one, str) and in_list:
                yield {"url": one}, True
            else:
                yield from _nodes(one, in_list, depth + 1)
    elif isinstance(value, dict):
        kinds = types_of(value)
        if any(kind in _NO_LISTS for kind in kinds):
            return
        yield value, in_list
        for name, inner in value.items():
            if isinstance(inner, dict | list):
                items = str(name).lower() == "itemlistelement"
                item = in_list and str(name).lower() == "item"
                yield from _nodes(inner, items or item, depth + 1)
