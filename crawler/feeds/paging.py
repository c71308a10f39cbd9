"""Relations of links, and links of a feed to documents with its older entries.

Pure. RFC 5005 has `prev-archive` for archived feeds and `next` for paged ones; some publishers use `prev`. JSON Feed
has `next_url`, see `feeds.jsonfeed`.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

from lxml import etree

from newsdesk.crawler.documents.links import Scope, inner_scope, join
from newsdesk.crawler.documents.xml import Group, text_in, value_of

Link = tuple[str, str]  # relation, address
_RELATIONS = {"prev-archive": "prev-archive", "next": "next", "prev": "prev", "previous": "prev"}
# What these lead to is the same for many entries.
_NO_ADDRESSES = frozenset(("hub", "license", "next", "prev", "previous", "prev-archive", "search", "author"))
_IANA = "http://www.iana.org/assignments/relation/"
_ALTERNATE = ("alternate",)
# Relations of RFC 4287, 5005 and 5023 and of HTML whose target is not the page of the entry.
_NO_PAGES = frozenset(
    "self enclosure related via replies edit edit-media license payment hub next prev previous prev-archive "
    "next-archive first last current up search service author icon stylesheet preview image thumbnail "
    "comments".split()
)


def relations(element: etree._Element) -> tuple[str, ...]:
    """The relations of a link in lower case; a link without any is an alternate (RFC 4287, 4.2.7.2)."""
    printed = element.get("rel")
    if printed is None and element.attrib:
        printed = value_of(element, "rel")
    if not printed or not printed.strip():
        return _ALTERNATE
    return tuple(one.removeprefix(_IANA) for one in printed.lower().split())


def page_rank(element: etree._Element) -> int:
    """2 for a link to the page of the entry, 1 for one that may be (`rel="bookmark"`), 0 for others."""
    own = relations(element)
    if "alternate" in own:
        return 2
    return int(not any(one in _NO_PAGES or ":" in one for one in own))


def any_address(group: Group, scope: Scope, doubts: list[str]) -> str | None:
    """For an entry that has nothing else: the address of its file, of a link of another relation, or of its
    comments."""
    links = sorted(
        (element for name in ("atom:link", "link") for element in group.get(name, ())),
        key=lambda element: "enclosure" not in relations(element),
    )
    printed = [
        value_of(element, "href", "url") or text_in(element)
        for element in links
        if not _NO_ADDRESSES.intersection(relations(element))
    ]
    printed += [text_in(element) for element in group.get("comments", ())]
    address = next((joined for one in printed if (joined := join(scope.base, one))), None)
    if address is not None:
        doubts.append("the entry has no link to its page, no title and no text, only another address")
    return address


def links_to_older(group: Group, scope: Scope) -> tuple[Link, ...]:
    """The first link of each relation, absolute."""
    found: dict[str, str] = {}
    for element in group.get("atom:link", ()):
        relation = next((_RELATIONS[one] for one in relations(element) if one in _RELATIONS), None)
        if relation is not None and relation not in found:
            address = join(inner_scope(element, scope).base, element.get("href"))
            if address is not None:
                found[relation] = address
    return tuple(found.items())
