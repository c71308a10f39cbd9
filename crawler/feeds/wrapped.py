"""A feed inside another document: in a web page, a SOAP message, or as the text of an element.

Pure. Some servers put their feed into a page, a SOAP message or `<response>`; some web services send it as escaped
text (`<string>&lt;rss…`), and browsers save it inside `<pre>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from newsdesk.crawler.documents.namespaces import Names
from newsdesk.crawler.documents.xml import root_names, text_in

_OWN_PREFIXES = ("", "atom", "rdf")
_LOCAL_NAMES = ("rss", "rdf", "feed")
_ENTRIES = ("item", "atom:entry", "entry")
_MOST_CANDIDATES = 10  # each is searched for entries, so that many nested ones cost no more
_FEED_TEXT = re.compile(
    r"(?:<\?xml\b[^>]{0,300}\?>|<!--[^>]{0,2000}-->|\s){0,99}<(?:rss|(?:\w{1,20}:)?(?:rdf|feed))\b",
    re.IGNORECASE,
)


def feed_inside(root: etree._Element) -> tuple[etree._Element, Names] | None:
    """The first feed with entries, `root` itself or below it, and the names of its elements. A namespace that is no
    feed's (an unknown one, or XHTML's, inherited from the page) is read as if there were none."""
    candidates = (e for e in root.iter(etree.Element) if e.tag.rpartition("}")[2].lower() in _LOCAL_NAMES)
    for element in islice(candidates, _MOST_CANDIDATES):
        names = root_names(element)
        prefix, _, local = names[element.tag].rpartition(":")
        if prefix not in _OWN_PREFIXES:
            names = Names(element.nsmap, {prefix: "atom" if local == "feed" else ""})
        if any(names[inner.tag] in _ENTRIES for inner in element.iterdescendants(etree.Element)):
            return element, names
    return None


def texts_with_feed(root: etree._Element) -> Iterator[str]:
    """The texts of elements below `root` that are a feed document themselves."""
    texts = (
        text_in(element)
        for element in root.iter(etree.Element)
        if element.text and "<" in element.text and _FEED_TEXT.match(element.text)
    )
    yield from islice(texts, _MOST_CANDIDATES)
