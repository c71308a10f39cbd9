"""A picture of a page's story as simple HTML, wherever lazy loading has put its address.

Pure.
"""

from __future__ import annotations

import re
from html import escape

from lxml import html

# Where pages put the address of a picture that is loaded when it comes into sight.
_SOURCES = ("data-src", "data-lazy-src", "data-original", "data-original-src", "data-url", "src")
_SETS = ("srcset", "data-srcset")
_LONGEST = 2_000  # characters of an address; longer ones are pictures in themselves
_DOT = re.compile(r"[01](?:px|%)?")


def picture(image: html.HtmlElement) -> str:
    """`image`, an img element, in a figure of its own; "" for one that counts readers, or has no address."""
    if any(_DOT.fullmatch((image.get(side) or "").strip()) for side in ("width", "height")):
        return ""
    sources = [image.get(name) or "" for name in _SOURCES]
    sources += [(image.get(name) or "").strip().partition(" ")[0].rstrip(",") for name in _SETS]
    found = next((one.strip() for one in sources if _is_address(one)), None)
    if found is None:
        return ""
    alt = " ".join((image.get("alt") or "").split())[:500]
    return f'<figure><img src="{escape(found)}" alt="{escape(alt)}"></figure>'


def _is_address(said: str) -> bool:
    return 0 < len(said) <= _LONGEST and not said.strip().lower().startswith(("data:", "blob:"))
