"""One statement from a printed value: plain text on one line, of bounded length. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from newsdesk.crawler.models import Markup
from newsdesk.crawler.normalise.text.html import plain_text
from newsdesk.storage.records.rights.stated import Stated

LONGEST = 300  # characters of a statement


def stated(what: str, where: str, value: Any) -> Stated | None:
    """The statement; None where the value is no text or number, or is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return _stated(what, where, value if isinstance(value, str) else str(value)[:LONGEST])


@lru_cache(maxsize=512)  # a site prints the same on each page
def _stated(what: str, where: str, value: str) -> Stated | None:
    text = plain_text(Markup(value=value), limit=LONGEST)
    return None if text is None else Stated(what, where, text)
