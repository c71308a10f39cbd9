"""The JSON-LD of a page: its nodes, the node of the article, and the values and people in a node.

Pure, never raises on any page. Strings as printed. Which origin gives a field is decided by `pages.merge`.
"""

# ruff: noqa: SIM905  (tables of words are easier to read and edit as text)

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import html

from newsdesk.crawler.models import Person

Node = Mapping[str, Any]
MOST_NODES = 2_000  # a comment thread may have thousands of nodes
DEEPEST = 12
LONGEST = 2_000_000  # characters of one script
ARTICLES = (  # in the order of trust
    "newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle"
    " reviewnewsarticle liveblogposting blogposting socialmediaposting article techarticle scholarlyarticle"
    " satiricalarticle advertisercontentarticle report review newsitem"
).split()
_PAGES = ("webpage", "itempage", "aboutpage")
_COMMENT = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>)\s*$")
_TRAILING = re.compile(r",\s*([}\]])")
# A node under one of these properties is mentioned by the page; it does not describe the page.
_MENTIONS = (
    "itemlistelement", "mentions", "citation", "comment", "ispartof", "relatedlink", "haspart", "review",
    "isbasedon", "about",
)  # fmt: skip


def read_json_ld(tree: html.HtmlElement) -> tuple[Node, ...]:
    """Every node of the page's JSON-LD in document order, an outer node before those inside it."""
    nodes: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            nodes += _walk(parsed(script.text or ""), 0)
            if len(nodes) > MOST_NODES:
                break
    return tuple(nodes[:MOST_NODES])


def parsed(text: str) -> Any:
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
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return tuple(name.rpartition("/")[2].lower() for name in names if isinstance(name, str))


def is_article(node: Node) -> bool:
    """Whether a node is an article of any type."""
    return any(kind in ARTICLES for kind in types_of(node))


def article_node(nodes: Sequence[Node], *, page_addresses: frozenset[str]) -> Node | None:
    """The node of this page's story: an article with one of the page's addresses, else the article of the
    most trusted type; of equal ones the first. `page_addresses` are bare, see `bare_address`."""
    articles = [node for node in nodes if is_article(node)]
    own = [node for node in articles if addresses_of(node) & page_addresses]
    complete = [node for node in own or articles if node.get("headline") or node.get("datePublished")]
    return min(complete or own or articles, key=_rank, default=None)


def page_node(nodes: Sequence[Node]) -> Node | None:
    """The node of the web page itself. Its date is the page's, which is usually also the story's."""
    return next((node for node in nodes if any(kind in _PAGES for kind in types_of(node))), None)


def _rank(node: Node) -> int:
    return min(ARTICLES.index(kind) for kind in types_of(node) if kind in ARTICLES)


def addresses_of(node: Node) -> set[str]:
    """The addresses that a node names as its own, bare."""
    values: list[Any] = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
    values += [one.get("@id") or one.get("url") for one in values if isinstance(one, dict)]
    return {bare_address(one) for one in values if isinstance(one, str) and one}


def bare_address(address: str) -> str:
    """An address without scheme, `www.`, query, fragment and last slash, for comparisons."""
    bare = re.sub(r"^[a-z]+://(?:www\.)?", "", address.strip().lower())
    return bare.partition("#")[0].partition("?")[0].rstrip("/")


def text_in(node: Node | None, *names: str) -> str | None:
    """The first property of `names` that is text, or a list or object that holds text."""
    for name in names if node is not None else ():
        assert node is not None
        value = node.get(name)
        for one in value[:5] if isinstance(value, list) else [value]:
            text = one.get("@value") or one.get("name") or one.get("url") if isinstance(one, dict) else one
            if isinstance(text, str) and text.strip():
                return text.strip()
    return None


def corrections_in(node: Node | None, nodes: Sequence[Node]) -> tuple[str, ...]:
    """The texts of `correction` of a node, plain or as CorrectionComment; references to other nodes are followed. Of
    a page without that property, those of its nodes of type CorrectionComment."""
    value = None if node is None else node.get("correction") or node.get("corrections")
    found = [_correction(one, nodes) for one in (value if isinstance(value, list) else [value])[:20]]
    if not any(found):
        found = [_correction(one, nodes) for one in nodes if "correctioncomment" in types_of(one)][:20]
    return tuple(text for text in found if text)


def _correction(value: Any, nodes: Sequence[Node]) -> str | None:
    if isinstance(value, dict):
        if not value.get("text") and isinstance(value.get("@id"), str):
            value = next(
                (node for node in nodes if node.get("@id") == value["@id"] and node.get("text")), value
            )
        return text_in(value, "text", "description", "name", "headline")
    return value.strip() if isinstance(value, str) and "://" not in value else None


def people_in(node: Node | None, nodes: Sequence[Node], *names: str) -> tuple[tuple[Person, bool], ...]:
    """Authors of a node, each with whether it is typed as a person. References to other nodes of the page are
    followed."""
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
