"""Extract the strings of an author field: a string, the author of a feed entry, or any JSON-LD value.

Pure. Looks only at the structure, not at the names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from newsdesk.crawler.models import Person
from newsdesk.storage.records.stories import AuthorKind

MAX_LENGTH = 1_000  # characters parsed of one string
MAX_NAMES = 50  # strings parsed of one field
_MAX_DEPTH = 6
_ORGANISATIONS = ("organization", "corporation", "newsmediaorganization", "brand", "website", "project")
_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedName:
    """One string of a byline. `kind` and `organisation` are from its markup; None where it has none."""

    text: str
    kind: AuthorKind | None = None
    organisation: str | None = None


def printed_names(raw: object) -> tuple[PrintedName, ...]:
    """The strings that name authors, in order, at most `MAX_NAMES`."""
    named = _named_nodes(raw)
    found: list[PrintedName] = []
    for one in _strings(raw, 0, named):
        if one.text.strip():
            found.append(one)
        if len(found) == MAX_NAMES:
            break
    return tuple(found)


_Nodes = Mapping[str, Mapping[str, Any]]


def _named_nodes(raw: object) -> _Nodes:
    """The nodes of a graph by their `@id`."""
    graph = raw.get("@graph") if isinstance(raw, Mapping) else None
    nodes = (
        [node for node in graph[:MAX_NAMES] if isinstance(node, Mapping)] if isinstance(graph, list) else []
    )
    return {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and node.get("name")}


def _strings(value: object, depth: int, named: _Nodes) -> Iterator[PrintedName]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, str):
        yield from _text(value, depth)
    elif isinstance(value, Person):
        yield PrintedName(text=(value.name or value.email or "")[:MAX_LENGTH])
    elif isinstance(value, list | tuple):
        for one in value[: 2 * MAX_NAMES]:
            yield from _strings(one, depth + 1, named)
    elif isinstance(value, Mapping):
        yield from _object(value, depth, named)


def _text(value: str, depth: int) -> Iterator[PrintedName]:
    if value[:1] in "[{" and value.rstrip()[-1:] in "]}" and len(value) < 20 * MAX_LENGTH and '"' in value:
        try:  # JSON printed as text by a template
            yield from _strings(json.loads(value), depth + 1, {})
            return
        except (ValueError, RecursionError):
            pass
    yield PrintedName(text=value[:MAX_LENGTH])


def _object(node: Mapping[str, Any], depth: int, named: _Nodes) -> Iterator[PrintedName]:
    if isinstance(node.get("@graph"), list):
        yield from _strings(_author_nodes(node["@graph"]), depth + 1, named)
        return
    for inner in ("@list", "@set", "itemListElement", "item", "@value"):
        if inner in node:
            yield from _strings(node[inner], depth + 1, named)
            return
    if node and all(isinstance(key, str) and key.isdigit() for key in node):
        yield from _strings(list(node.values()), depth + 1, named)  # a list encoded as an object by PHP
        return
    node = named.get(str(node.get("@id")), node) if not node.get("name") else node
    name = node.get("name")
    if not name and (node.get("givenName") or node.get("familyName")):
        parts = (node.get("givenName"), node.get("familyName"))
        name = " ".join(part for part in parts if isinstance(part, str))
    works = [node[inner] for inner in ("author", "creator") if node.get(inner)]
    if works or not name:  # an article, or a person with an alternate name only
        yield from _strings((works or [node.get("alternateName")])[0], depth + 1, named)
        return
    kind, organisation = _kind(node, name), _organisation(node)
    for one in _strings(name, depth + 1, named):
        yield PrintedName(text=one.text, kind=kind, organisation=organisation)


def _author_nodes(graph: list[Any]) -> list[Any]:
    """The nodes of a graph that have authors, else the people and organisations."""
    nodes = [node for node in graph[:MAX_NAMES] if isinstance(node, Mapping)]
    works = [node for node in nodes if node.get("author") or node.get("creator")]
    return works[:1] or [node for node in nodes if _kind(node, node.get("name")) and not _is_site(node)]


def _types(node: Mapping[str, Any]) -> set[str]:
    value = node.get("@type", node.get("type"))
    return {str(one).rpartition("/")[2].lower() for one in (value if isinstance(value, list) else [value])}


def _is_site(node: Mapping[str, Any]) -> bool:
    return "website" in _types(node)


def _kind(node: Mapping[str, Any], name: object) -> AuthorKind | None:
    types = _types(node)
    if isinstance(name, str) and _is_own_front_page(node, name):
        return "organisation"
    if "person" in types:
        return "person"
    is_many = types & set(_ORGANISATIONS) or any(one.endswith("organization") for one in types)
    return "organisation" if is_many else None


def _is_own_front_page(node: Mapping[str, Any], name: str) -> bool:
    """Whether its address is the home page of a host with the same name: an outlet typed as a person."""
    for address in (node.get("url"), node.get("@id")):
        try:
            parts = urlsplit(address) if isinstance(address, str) else None
        except ValueError:
            continue
        if parts and parts.hostname and parts.path in ("", "/"):
            labels = [label for label in parts.hostname.split(".") if label != "www"]
            comparison_key = _LETTERS.sub("", name.casefold())
            if comparison_key and labels and comparison_key in (labels[0], "".join(labels)):
                return True
    return False


def _organisation(node: Mapping[str, Any]) -> str | None:
    for inner in ("affiliation", "worksFor", "memberOf"):
        value = node.get(inner)
        value = value[0] if isinstance(value, list) and value else value
        value = value.get("name") if isinstance(value, Mapping) else value
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())[:120]
    return None
