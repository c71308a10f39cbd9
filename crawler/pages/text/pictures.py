"""A picture of a story as simple HTML, with its address from `src` or the attributes of lazy loading. Pure."""

from __future__ import annotations

import re
from html import escape

from lxml import html

# Lazy loading puts the address of a picture into these attributes.
_SOURCES = ("data-src", "data-lazy-src", "data-original", "data-original-src", "data-url", "src")
_SETS = ("srcset", "data-srcset")
_LONGEST = 2_000  # characters of an address; a longer one is the picture itself, as data
_DOT = re.compile(r"[01](?:px|%)?")


def picture(image: html.HtmlElement) -> str:
    """`image`, an img element, in a figure of its own; "" for a tracking pixel or without an address."""
    if any(_DOT.fullmatch((image.get(side) or "").strip()) for side in ("width", "height")):
        return ""
    sources = [image.get(name) or "" for name in _SOURCES]
    sources += [(image.get(name) or "").strip().partition(" ")[0].rstrip(",") for name in _SETS]
    found = next((one.strip() for one in sources if _is_address(one)), None)
    if found is None:
        return ""
    alt = " ".join((image.get("alt") or "").split())[:500]
    return f'<figure><img src="{escape(found)}" alt="{escape(alt)}"></figure>'


def _is_address(value: str) -> bool:
    return 0 < len(value) <= _LONGEST and not value.strip().lower().startswith(("data:", "blob:"))
