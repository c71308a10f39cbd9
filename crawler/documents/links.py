"""Relative to absolute: joins an address to the base in scope, and carries xml:base and xml:lang down.

Pure. Only http and https with a host come out; the address is otherwise left as printed.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LONGEST = 8_000  # characters; browsers and servers give up far below, urljoin splits and joins all of it
_BREAKS = re.compile(
    r"[\t\n\r]+[ ]*"
)  # an address folded over lines; browsers drop these too (WHATWG URL, 4.4)
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-]+(?::[0-9]+)?(?:[/?#]|\Z)", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


class Scope(NamedTuple):
    """What is inherited: the base address, the language, and whether the base was printed in the feed."""

    base: str
    language: str | None = None
    printed: bool = False


def is_web_address(text: str) -> bool:
    """Whether `text` is a whole http(s) address with a host."""
    if len(text) <= _LONGEST and _PLAIN_ADDRESS.match(text):
        return True  # nearly all of them; urlsplit takes six times as long
    head = text[:8].lower()
    if not head.startswith(("http://", "https://")) or len(text) > _LONGEST:
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:  # "http://[" is no IPv6 address
        return False


def join(base: str, link: str | None) -> str | None:
    """`link` made absolute, or None when it is empty or no web address (javascript:, data:, file:)."""
    if not link or len(link) > _LONGEST:
        return None
    link = _BREAKS.sub("", link.strip())
    if not link:
        return None
    if not is_web_address(link):
        try:
            link = urljoin(base, link).strip()  # a base may end in spaces
        except ValueError:
            return None
    return link if is_web_address(link) else None


def foreign_scheme(link: str | None) -> str | None:
    """The scheme of an address that we do not follow, to name it in a doubt; None for a web address."""
    found = _SCHEME.match(link.strip()[:40]) if link else None
    scheme = found.group().lower() if found else None
    return None if scheme in (None, "http:", "https:") else scheme


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
    """The base of a document that prints none: Content-Location, else where it came from (RFC 3986, 5.1)."""
    return join(address, content_location) or address
