"""What a page says of itself to machines: JSON-LD, meta elements, microdata. Strings as printed.

Pure, never raises on what a page holds. Which of several statements is believed is decided by
`pages.reader`, the caller; here they are only found and told apart.
"""

# ruff: noqa: SIM905  (tables of words are read and mended as text)

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import html

from newsdesk.crawler.models import Person

Node = Mapping[str, Any]
MOST_NODES = 2_000  # of JSON-LD that are looked at; comment threads come as thousands of nodes
DEEPEST = 12
LONGEST = 2_000_000  # characters of one script
_ARTICLES = (  # in the order of trust
    "newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle"
    " reviewnewsarticle liveblogposting blogposting socialmediaposting article techarticle scholarlyarticle"
    " satiricalarticle advertisercontentarticle report review newsitem"
).split()
_PAGES = ("webpage", "itempage", "aboutpage")
_COMMENT = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>)\s*$")
_TRAILING = re.compile(r",\s*([}\]])")
# Under these a node is not what the page tells, but what it mentions.
_MENTIONS = (
    "itemlistelement", "mentions", "citation", "comment", "ispartof", "relatedlink", "haspart", "review",
    "isbasedon", "about",
)  # fmt: skip


def json_ld(tree: html.HtmlElement) -> tuple[Node, ...]:
    """Every node of the page's JSON-LD in document order, outer ones before those inside them."""
    nodes: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            nodes += _walk(_parsed(script.text or ""), 0)
            if len(nodes) > MOST_NODES:
                break
    return tuple(nodes[:MOST_NODES])


def _parsed(text: str) -> Any:
    text = _COMMENT.sub("", text[:LONGEST]).strip().rstrip(";")
    for attempt in (text, _TRAILING.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for one in value[:MOST_NODES]:
            yield from _walk(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name, inner in value.items():
            if isinstance(inner, dict | list) and str(name).lower() not in _MENTIONS:
                yield from _walk(inner, depth + 1)


def types_of(node: Node) -> tuple[str, ...]:
    """A node's types in lower case, without their vocabulary."""
    said = node.get("@type")
    names = said if isinstance(said, list) else [said]
    return tuple(name.rpartition("/")[2].lower() for name in names if isinstance(name, str))


def article_node(nodes: Sequence[Node], *, is_this: frozenset[str]) -> Node | None:
    """The node that tells this page's story: an article that names one of the page's addresses, else the
    one of the most trusted type, the first before a later one. `is_this`: addresses, without scheme."""
    found = [node for node in nodes if any(kind in _ARTICLES for kind in types_of(node))]
    own = [node for node in found if names_of(node) & is_this]
    told = [node for node in own or found if node.get("headline") or node.get("datePublished")]
    return min(told or own or found, key=_rank, default=None)


def page_node(nodes: Sequence[Node]) -> Node | None:
    """The node of the web page itself: its date is the page's, which is mostly the story's."""
    return next((node for node in nodes if any(kind in _PAGES for kind in types_of(node))), None)


def _rank(node: Node) -> int:
    return min(_ARTICLES.index(kind) for kind in types_of(node) if kind in _ARTICLES)


def names_of(node: Node) -> set[str]:
    """The addresses by which a node calls itself, bare."""
    said: list[Any] = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
    said += [one.get("@id") or one.get("url") for one in said if isinstance(one, dict)]
    return {bare_address(one) for one in said if isinstance(one, str) and one}


def bare_address(address: str) -> str:
    """An address without scheme, `www.`, query, fragment and last slash, to compare loosely."""
    bare = re.sub(r"^[a-z]+://(?:www\.)?", "", address.strip().lower())
    return bare.partition("#")[0].partition("?")[0].rstrip("/")


def text_in(node: Node | None, *names: str) -> str | None:
    """The first of `names` that is text (or a list or object that holds one)."""
    for name in names if node is not None else ():
        assert node is not None
        value = node.get(name)
        for one in value[:5] if isinstance(value, list) else [value]:
            said = one.get("@value") or one.get("name") or one.get("url") if isinstance(one, dict) else one
            if isinstance(said, str) and said.strip():
                return said.strip()
    return None


def people_in(node: Node | None, nodes: Sequence[Node], *names: str) -> tuple[tuple[Person, bool], ...]:
    """Authors of a node, each with whether it is typed as a person; references within the page followed."""
    for name in names if node is not None else ():
        assert node is not None
        value = node.get(name)
        found = [
            person for one in (value if isinstance(value, list) else [value])[:50]
            if (person := _person(one, nodes)) is not None
        ]  # fmt: skip
        if found:
            return tuple(found)
    return ()


def _person(value: Any, nodes: Sequence[Node]) -> tuple[Person, bool] | None:
    if isinstance(value, str):
        return (Person(name=value), False) if value.strip() else None
    if not isinstance(value, dict):
        return None
    if not value.get("name") and isinstance(value.get("@id"), str):
        value = next((node for node in nodes if node.get("@id") == value["@id"] and node.get("name")), value)
    name = value.get("name")
    if isinstance(name, list):
        name = "; ".join(one for one in name if isinstance(one, str))
    if not isinstance(name, str) or not name.strip():
        return None
    return Person(name=name), "person" in types_of(value)


def metas(tree: html.HtmlElement) -> Mapping[str, tuple[str, ...]]:
    """name, property or itemprop of meta elements in lower case → contents in order, each once."""
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        said = dict(meta.items())
        content = (said.get("content") or said.get("value") or "").strip()
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = said.get(attribute, "").strip().lower()
            if name and content and content not in found.setdefault(name, []):
                found[name].append(content)
    return {name: tuple(contents) for name, contents in found.items() if contents}


def first_meta(said: Mapping[str, tuple[str, ...]], *names: str) -> str | None:
    """The first content of the first name that has one."""
    return next((said[name][0] for name in names if name in said), None)
