"""HTML of other sites: bytes to a tree, by libxml2.

Pure, never raises. Limits the characters that are parsed, and takes what libxml2 is slow on out first.
"""

from __future__ import annotations

import re

from lxml import etree, html

from newsdesk.crawler.documents.charset import Decoded, decode

LONGEST = 4_000_000  # characters of a page that are parsed
_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:\-]{1,40})""", re.IGNORECASE
)
# Control characters become blanks: with one of them trafilatura finds no text at all.
_WITHOUT_CONTROLS = bytes(32 if code < 32 and code not in b"\t\n\r" else code for code in range(256))
# A tag with a megabyte of attributes loses them: libxml2 compares each attribute of a tag with all before it,
# and 50,000 of them take minutes. Embedded pictures are as long, and are not kept either.
_LONG_TAG = re.compile(rb"<([a-zA-Z][a-zA-Z0-9:-]{0,40})\s[^<>]{20000,}>")
_SPAN = 10_000  # bytes; a tag that is longer than two spans has a whole one without an angle bracket
# lxml.html calls a Python function for each element, to give forms and their fields classes of their own.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=html.HtmlElement)


def decode_html(body: bytes, charset: str | None) -> Decoded:
    """The page as text. `charset` comes from the HTTP header, else the page's own meta element counts."""
    declared = _META_CHARSET.search(body[:4_096])
    return decode(body, charset or (declared[1].decode("ascii") if declared else None))


def parse_html(text: str) -> html.HtmlElement | None:
    """The tree of a page, without comments; None where there is none."""
    data = text[:LONGEST].encode("utf-8", "replace").translate(_WITHOUT_CONTROLS, b"\0")
    if _has_long_tag(data):
        data = _LONG_TAG.sub(rb"<\1>", data)
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        tree = html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    return tree if isinstance(tree.tag, str) else None


def _has_long_tag(data: bytes) -> bool:
    """Whether a span without angle brackets follows an opening one: a text or script that is as long does not."""
    in_tag = False
    for at in range(0, len(data), _SPAN):
        opening, closing = data.rfind(b"<", at, at + _SPAN), data.rfind(b">", at, at + _SPAN)
        if in_tag and opening == closing:  # neither is there
            return True
        in_tag = opening > closing
    return False
