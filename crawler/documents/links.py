"""Joins relative links to their base address, and passes xml:base and xml:lang on to inner elements.

Pure. Results are http or https addresses with a host, otherwise as printed.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LONGEST = 8_000  # characters; browsers and servers accept far fewer, and urljoin is slow on more
_BREAKS = re.compile(r"[\t\n\r]+[ ]*")  # line breaks inside an address; browsers drop them (WHATWG URL, 4.4)
_HOST = re.compile(r"[^/?#]+")
_DAMAGED_SCHEME = re.compile(r"h{0,2}t{1,3}p(s?)(?::/{1,3}|;?//)(?=[^/\\])", re.IGNORECASE)
_WWW = re.compile(r"www\.[^.\s]+\.[^\s]+")
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-]+(?::[0-9]+)?(?:[/?#]|\Z)", re.IGNORECASE)


class Scope(NamedTuple):
    """Inherited values: the base address, the language, and whether the document printed the base."""

    base: str
    language: str | None = None
    printed: bool = False


def is_web_address(text: str) -> bool:
    """Whether `text` is an absolute http(s) address with a host."""
    if len(text) <= _LONGEST and _PLAIN_ADDRESS.match(text):
        return True  # nearly all addresses; urlsplit takes six times as long
    head = text[:8].lower()
    if not head.startswith(("http://", "https://")) or len(text) > _LONGEST:
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:  # an invalid IPv6 address, as "http://["
        return False


def join(base: str, link: str | None) -> str | None:
    """`link` made absolute, or None if it is empty or not a web address (javascript:, data:, file:)."""
    if not link or len(link) > _LONGEST:
        return None
    link = _BREAKS.sub("", link.strip())
    if not link:
        return None
    if not is_web_address(link):
        link = _with_scheme(base, link)
        try:
            link = urljoin(base, link).strip()  # a base may end in spaces
        except ValueError:
            return None
    return link if is_web_address(link) else None


def _with_scheme(base: str, link: str) -> str:
    """A scheme may be damaged (`ttp://`, `http//`). A link that lost it begins with `www.` or with the host of its
    base: as a path it would name that host twice."""
    scheme, _, rest = base.partition("://")
    host = _HOST.match(rest)
    own = host[0].lower().removeprefix("www.") if host else ""
    damaged = _DAMAGED_SCHEME.match(link)
    if damaged:
        return f"http{damaged[1].lower()}://{link[damaged.end() :]}"
    first = link.partition("/")[0].lower()
    if _WWW.match(first) or (own and "." in own and "/" in link and first.removeprefix("www.") == own):
        return f"{scheme}://{link}"
    return link


def not_a_web_address(field: str, link: str) -> str:
    """The doubt about a link that `join` refuses."""
    return f"{field} is not a web address: {link[:200]}"


def inner_scope(element: etree._Element, outer: Scope) -> Scope:
    """The scope inside `element`: its xml:base joined to the outer one, its xml:lang."""
    base, language = element.get(XML_BASE), element.get(XML_LANG)
    if base is None and language is None:
        return outer
    joined = join(outer.base, base)
    return Scope(
        base=joined or outer.base,
        language=outer.language if language is None else language.strip() or None,
        printed=outer.printed or joined is not None,
    )


def document_base(address: str, content_location: str | None) -> str:
    """The base of a document that prints none: Content-Location, else its own address (RFC 3986, 5.1)."""
    return join(address, content_location) or address
