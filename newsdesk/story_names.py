"""What a typed text may name: a story by its number, its address in any spelling, a GUID or an entry key. Pure."""

from __future__ import annotations

import re

from newsdesk.crawler.normalise.identity import guid_key
from newsdesk.crawler.normalise.urls.canonical import absolute_url, address_key
from newsdesk.storage.queries.explain import Lookup

_KEY = re.compile(r"(?:a\d+|e1):[0-9a-f]{16,24}")


def as_query(what: str) -> Lookup:
    """Everything that the typed text may stand for."""
    text = what.strip()
    if text.isascii() and text.isdecimal():
        return Lookup(text=text, story_id=int(text[:18]), entry_keys=(guid_key(text),))
    if _KEY.fullmatch(text):
        return Lookup(text=text, address_keys=(text,), entry_keys=(text,))
    url = absolute_url(text, base=None)
    if url is None and "." in text and not re.search(r"[\s:]", text.partition("/")[0]):
        url = absolute_url(f"https://{text}", base=None)  # typed as browsers show it
    if url is None:
        keys = (address_key(text),) if text.startswith("urn:newsdesk:") else ()
        return Lookup(text=text, address_keys=keys, urls=(text,), entry_keys=(guid_key(text),))
    rest = url.partition("://")[2]
    return Lookup(
        text=text,
        address_keys=(address_key(url),),
        urls=tuple(dict.fromkeys((text, url, f"http://{rest}", f"https://{rest}"))),
        entry_keys=(guid_key(text),),
    )
