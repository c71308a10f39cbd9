"""Short names for elements by their namespace: `{http://purl.org/dc/elements/1.1/}creator` is `dc:creator`.

Pure. Namespaces are matched by address, since a document may choose its prefixes. Addresses are compared without
scheme, case and last slash, since publishers vary them.
"""

from __future__ import annotations

from collections.abc import Mapping

_FAMILIES: Mapping[str, str] = {
    "": "",
    "purl.org/rss/1.0": "",
    "purl.org/rss/1.0/modules/rss091": "",
    "purl.org/net/rss1.1": "",
    "my.netscape.com/rdf/simple/0.9": "",
    "channel.netscape.com/rdf/simple/0.9": "",
    "blogs.law.harvard.edu/tech/rss": "",
    "cyber.law.harvard.edu/rss": "",
    "cyber.harvard.edu/rss": "",
    "www.w3.org/2005/atom": "atom",
    "w3.org/2005/atom": "atom",
    "purl.org/atom": "atom",
    "purl.org/atom/ns": "atom",
    "purl.org/echo": "atom",
    "purl.org/pie": "atom",
    "purl.org/dc/elements/1.0": "dc",
    "purl.org/dc/elements/1.1": "dc",
    "dublincore.org/documents/dcmi-namespace": "dc",
    "purl.org/dc/terms": "dcterms",
    "purl.org/rss/1.0/modules/content": "content",
    "purl.org/rss/1.0/modules/syndication": "sy",
    "www.rssboard.org/media-rss": "media",
    "www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "www.w3.org/1999/xhtml": "xhtml",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "www.google.com/schemas/play-podcasts/1.0": "googleplay",
    "news.yandex.ru": "yandex",
    "backend.userland.com/creativecommonsrssmodule": "creativecommons",
    "cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "creativecommons",
    "creativecommons.org/ns": "cc",
    "web.resource.org/cc": "cc",
}
_FAMILIES_BY_START: tuple[tuple[str, str], ...] = (
    ("backend.userland.com/rss", ""),
    ("search.yahoo.com/mrss", "media"),
    ("www.itunes.com/dtd", "itunes"),
    ("prismstandard.org/namespaces", "prism"),
    ("purl.org/rss/1.0/modules/prism", "prism"),
)
# prefix → address, declared by `documents.repair` in documents that use a prefix without declaring it
WELL_KNOWN_PREFIXES: Mapping[str, str] = {
    "atom": "http://www.w3.org/2005/Atom",
    "atom10": "http://www.w3.org/2005/Atom",
    "a10": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "yandex": "http://news.yandex.ru",
    "creativecommons": "http://backend.userland.com/creativeCommonsRssModule",
    "cc": "http://creativecommons.org/ns#",
}


def family(address: str) -> str | None:
    """The short name of a namespace address, "" for RSS itself, None for an unknown one."""
    plain = address.strip().lower().removeprefix("http://").removeprefix("https://").rstrip("/#")
    known = _FAMILIES.get(plain)
    if known is not None:
        return known
    return next((short for start, short in _FAMILIES_BY_START if plain.startswith(start)), None)


class Names(dict[str, str]):
    """lxml tag → short name in lower case (`title`, `dc:creator`), found once per document and tag.

    An unknown namespace is named by its prefix on the root: a misprinted address of `content` is still `content`,
    and an unknown default namespace is RSS. `renamed` maps one short name to another: an Atom feed without any
    namespace is read as Atom.
    """

    def __init__(self, prefixes: Mapping[str | None, str], renamed: Mapping[str, str]) -> None:
        super().__init__()
        self._prefix_of = {address: prefix or "" for prefix, address in prefixes.items()}
        self._renamed = renamed

    def __missing__(self, tag: str) -> str:
        address, _, local = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
        short = family(address)
        if short is None:
            short = self._prefix_of.get(address, "?").lower()
        short = self._renamed.get(short, short)
        name = f"{short}:{local.lower()}" if short else local.lower()
        self[tag] = name
        return name
