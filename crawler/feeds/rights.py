"""What a feed and its entries state about their use: copyright notices and licences of RSS, Atom and the modules.

Pure. An entry that states nothing has what the feed states (RFC 4287, 4.2.10; RFC 4946, 2.4).
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from newsdesk.crawler.documents.xml import Group, text_in, value_of
from newsdesk.crawler.rights.stated import stated
from newsdesk.storage.records.rights.stated import Stated

_COPYRIGHT = (
    *(
        "copyright",
        "atom:rights",
        "dc:rights",
        "dcterms:rights",
        "rights",
        "media:copyright",
        "atom:copyright",
    ),
)
_LICENCE = ("creativecommons:license", "cc:license", "dcterms:license", "media:license", "license")
_LINKS = ("atom:link", "link")
_NAMES = frozenset((*_COPYRIGHT, *_LICENCE, "atom:link"))
_MOST = 3  # statements of a kind


def feed_statements(group: Group) -> tuple[Stated, ...]:
    """The statements of a channel or feed."""
    return tuple(_statements(group, "feed"))


def entry_statements(group: Group, inherited: tuple[Stated, ...]) -> tuple[Stated, ...]:
    """The statements of an entry, and of each kind that it does not state, those that it inherits."""
    if group.keys().isdisjoint(_NAMES):
        return inherited
    own = tuple(_statements(group, "entry"))
    if not own:
        return inherited
    kinds = {one.what for one in own}
    return (*own, *(one for one in inherited if one.what not in kinds))


def _statements(group: Group, where: str) -> Iterator[Stated]:
    for names, what in ((_COPYRIGHT, "copyright"), (_LICENCE, "licence")):
        elements = [element for name in names for element in group.get(name, ())]
        for element in elements[:_MOST]:
            if found := stated(what, where, _value(element, what)):
                yield found
    links = (element for name in _LINKS for element in group.get(name, ()))
    licences = [element for element in links if "license" in (element.get("rel") or "").lower().split()]
    for element in licences[:_MOST]:
        if found := stated("licence", where, value_of(element, "href")):
            yield found


def _value(element: etree._Element, what: str) -> str:
    """The text; of a licence its address, if an attribute has it."""
    if what == "licence" and element.attrib:
        return value_of(element, "resource", "href", "url") or text_in(element)
    return text_in(element)
