"""Whether a path matches a pattern of robots.txt or tdmrep.json: a prefix with `*` and, at its end, `$`. Pure.

As Google reads robots.txt, to which TDMRep refers: case counts, and of percent-encoded octets those of letters,
digits and `-._~` are decoded.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

LONGEST = 2000  # characters of a path that are compared
_UNRESERVED = re.compile(r"%(?:2[DEde]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])")
_ENCODED = re.compile(r"%[0-9a-f][0-9a-f]", re.IGNORECASE)


def path_of(address: str) -> str:
    """The path of an address with its query, as patterns are compared with it."""
    parts = urlsplit(address)
    return comparable((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def comparable(path: str) -> str:
    """A path or pattern with its octets encoded in one way."""
    encoded = quote(path[:LONGEST], safe="/?#[]@!$&'()*+,;=:%~", errors="replace")
    if "%" not in encoded:
        return encoded
    return _ENCODED.sub(
        lambda found: found[0].upper(), _UNRESERVED.sub(lambda found: unquote(found[0]), encoded)
    )


def matches(pattern: str, path: str) -> bool:
    """Whether a path (see `path_of`) begins as the pattern says, or is all that it says. Takes linear time for each
    `*`."""
    anchored = pattern.endswith("$")
    first, *rest = comparable(pattern.removesuffix("$")).split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if anchored and not rest:
        return at == len(path)
    last = rest.pop() if anchored else ""
    for piece in rest:
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return not anchored or (path.endswith(last) and len(path) - len(last) >= at)


def host_of_address(address: str) -> str:
    """The host with its port, in lower case: what a file of a host states counts there only. "" if there is none."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
