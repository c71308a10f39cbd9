"""The robots rules of one response: the header X-Robots-Tag and the meta element `robots`. Pure.

A rule may name an agent before it (`otherbot: noindex, nofollow`): it and the rules after it in that header count
for that agent only. Rules for us, by our own name or for all, are kept if they say something about use.
"""

from __future__ import annotations

from collections.abc import Iterable

KEPT = ("noindex", "noarchive", "nosnippet", "noai", "noimageai")
# Rules that have a value after a colon, and are no agents.
_WITH_VALUE = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
_ALL = ("", "*", "all", "robots")
_SAME = {"none": "noindex", "nocache": "noarchive"}
_LONGEST = 2000  # characters of one header


def read_robots_tags(headers: Iterable[str], *, agent: str) -> tuple[str, ...]:
    """The rules of several headers or elements that count for an agent, in the order of `KEPT`."""
    found = {rule for header in headers for rule in _rules(header[:_LONGEST].lower(), agent)}
    return tuple(rule for rule in KEPT if rule in found)


def _rules(header: str, agent: str) -> Iterable[str]:
    named = ""
    for part in header.replace(";", ",").split(","):
        name, colon, rule = part.partition(":")
        if colon and name.strip() not in _WITH_VALUE:
            named = name.strip()
        else:
            rule = part
        if named in _ALL or named == agent:
            yield _SAME.get(rule.strip(), rule.strip())
