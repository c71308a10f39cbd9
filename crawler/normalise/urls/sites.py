"""The site (registrable domain) of an address. Pure. The only module that uses tldextract's public suffix list.

The list has its private part (so `a.github.io` and `b.github.io` are two sites); it is never fetched. tldextract
itself is not imported: with its HTTP client that takes 60 ms, and 30 more to build a tree of objects.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec

from newsdesk.crawler.normalise.urls.hosts import bare_host

_RULE = re.compile(r"^[.*!]*\w\S*", re.MULTILINE)  # a line that is no comment
_BARE = re.compile(r"(?:[^/\s:\[\]]+|\[[0-9a-fA-F:.]+\])(?::\d+)?")


def site_of(address: str) -> str:
    """Site of an http address or of a bare host, as A-labels in lower case: registrable domain, else the
    host without `www.`; IP literals with their port; "" when there is no host."""
    host = bare_host(f"//{address}" if _BARE.fullmatch(address) else address)
    return site_of_host(host) if host else ""


@lru_cache(maxsize=16384)
def site_of_host(host: str) -> str:
    """`site_of` a host in A-labels."""
    if host.startswith("[") or host.replace(".", "").replace(":", "").isdigit():
        return host
    labels = host.split(".")
    start = _suffix_start([_u_label(label) for label in labels])
    return ".".join(labels[start - 1 :]) if 0 < start < len(labels) else host.removeprefix("www.")


def _suffix_start(labels: list[str]) -> int:
    """Where the public suffix of a host begins among its labels; their number if it has none."""
    rules, endings = _public_suffixes()
    start = at = len(labels)
    ending = ""
    for label in reversed(labels):
        longer = f"{label}.{ending}" if ending else label
        if longer in endings or longer in rules:
            at, ending = at - 1, longer
            start = at if longer in rules else start
        elif f"*.{ending}" in rules:
            return at if f"!{longer}" in rules else at - 1
        else:
            break
    return start


def _u_label(label: str) -> str:
    """The list has names in their own letters."""
    if not label.startswith("xn--"):
        return label
    import idna

    try:
        return idna.decode(label)
    except (UnicodeError, IndexError):
        return label


@lru_cache(maxsize=1)
def _public_suffixes() -> tuple[frozenset[str], frozenset[str]]:
    """The rules (`co.uk`, `*.ck`, `!www.ck`), and the endings of longer rules that are no rules themselves."""
    spec = find_spec("tldextract")
    assert spec is not None and spec.origin is not None and isinstance(spec.loader, SourceFileLoader)
    listed = spec.loader.get_data(spec.origin.replace("__init__.py", ".tld_set_snapshot")).decode()
    rules = frozenset(_RULE.findall(listed))
    endings: set[str] = set()
    longer: frozenset[str] | set[str] = rules
    while longer:
        longer = {rule.partition(".")[2] for rule in longer if "." in rule}
        endings |= longer
    return rules, frozenset(endings)
