"""Content signals (contentsignals.org): what may be done with what was fetched. Pure, never raises on any text.

A line `Content-Signal: search=yes, ai-train=no` of a robots.txt counts for the agents of its group, like its other
lines (RFC 9309); one outside any group counts for all. A path may stand before the values, as in the IETF draft
"aipref-attach", whose `Content-Usage: train-ai=n` is read too. The header of the same name counts for its response.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from newsdesk.crawler.rights.paths import matches
from newsdesk.storage.records.rights.site import Signal
from newsdesk.storage.records.rights.stated import Stated

MOST_SIGNALS = 200
NAMES = ("content-signal", "content-usage")
_USES = {
    "search": "search",
    "ai-input": "ai-input",
    "ai-train": "ai-train",
    "train-ai": "ai-train",
    "train-genai": "ai-train",
}
_VALUES = {"yes": "yes", "y": "yes", "no": "no", "n": "no"}
_PAIR = re.compile(r"([A-Za-z-]{1,40})[ \t]*=[ \t]*([A-Za-z]{1,10})(?![A-Za-z])")
_LONGEST = 500  # characters of a line


def read_signal_line(value: str) -> tuple[Signal, ...]:
    """The signals of one line or header. Unknown uses and values state nothing."""
    value, path = value.strip()[:_LONGEST], "/"
    if value.startswith("/"):
        path, _, value = value.partition(" ")
    return tuple(
        Signal(path, _USES[use.lower()], _VALUES[said.lower()])
        for use, said in _PAIR.findall(value)
        if use.lower() in _USES and said.lower() in _VALUES
    )


def read_signals(robots_txt: str, *, agent: str) -> tuple[Signal, ...]:
    """The signals of a robots.txt for an agent: those of its own groups, else those for `*`; and those outside any
    group."""
    if "content-" not in robots_txt.lower():
        return ()
    found: dict[str, list[Signal]] = {}  # by agent; "" for those outside any group
    for agents, value in _lines(robots_txt):
        for name in agents:
            found.setdefault(name, []).extend(read_signal_line(value) if value is not None else ())
    own = found.get(agent, found.get("*", []))
    return (*found.get("", []), *own)[:MOST_SIGNALS]


def _lines(robots_txt: str) -> Iterator[tuple[Sequence[str], str | None]]:
    """The agents of each group, with None; and those of each line of signals, with its value."""
    agents: list[str] = []
    in_head = False  # lines `User-agent` that follow each other share a group
    for line in robots_txt.splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        name = name.strip().lower().lstrip("\ufeff")
        if not colon:
            continue
        if name == "user-agent":
            agents = agents if in_head else []
            agents.append(value.strip().lower().partition("/")[0] or "*")
            in_head = True
            yield agents[-1:], None
            continue
        if name in NAMES:
            yield agents or [""], value
        if name != "sitemap":
            in_head = False


def signals_for(signals: Iterable[Signal], path: str) -> dict[str, str]:
    """Use → yes or no for a path, by the longest pattern that matches; of equal ones `no`."""
    chosen: dict[str, tuple[int, bool, str]] = {}
    for one in signals:
        rank = (len(one.path), one.value == "no", one.value)
        if rank > chosen.get(one.use, (-1, False, "")) and matches(one.path, path):
            chosen[one.use] = rank
    return {use: value for use, (_, _, value) in chosen.items()}


def signal_statements(values: dict[str, str], where: str) -> Iterator[Stated]:
    """One statement a use."""
    for use, value in sorted(values.items()):
        yield Stated("content-signal", where, f"{use}={value}")
