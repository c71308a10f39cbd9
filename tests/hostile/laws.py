"""What must hold of every case whatever it is about, and then its own row.

Each law gives sentences on what is wrong, none when all is well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from newsdesk.storage.db.timestamps import from_iso
from tests.hostile.stage import STORIES, End, Played
from tests.support.runner import utc_now

# Written by hand, not taken from the cleaner: the widest list that a news text needs.
_TAGS = re.compile(
    "p|br|hr|h[1-6]|[uod]l|li|d[dt]|blockquote|q|cite|pre|code|kbd|samp|var|table|caption|t(head|body|foot|r|h|d)"
    "|figure|figcaption|img|a|b|strong|i|em|u|s|del|ins|mark|small|su[bp]|abbr|dfn|time|ruby|r[tp]|bdi|wbr"
    "|span|div"
)
_ATTRIBUTES = re.compile(
    "href|hreflang|title|src|alt|width|height|cite|colspan|rowspan|scope|start|reversed|datetime|dir|lang"
)
_WEB = re.compile(r"https?://[^\s<>\"]+\Z")
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_GROUPS = {
    "ok",
    "temporary",
    "rate-limited",
    "forbidden",
    "not-found",
    "gone",
    "tls",
    "unreadable",
    "not-allowed",
}
_LONGEST = timedelta(hours=24 * 1.05, minutes=1)  # a day, and as much of it as chance may add


def faults_of(end: End) -> list[str]:
    """Everything that is wrong with one case."""
    return [*_own_row(end), *_outcome(end), *_addresses(end), *_markup(end), *_texts(end)]


def faults_of_run(played: Played) -> list[str]:
    """Everything that is wrong with the run as a whole."""
    faults = [f"a canary sang: {contact}" for contact in played.contacts]
    faults += [f"an address outside this machine was to be contacted: {stray}" for stray in played.strays]
    for host, outcome, stories in played.healthy:
        if (outcome, stories) != ("read", STORIES):
            faults.append(
                f"the healthy feed {host} ended with {outcome!r} and {stories} of {STORIES} stories"
            )
    return faults


def _own_row(end: End) -> Iterator[str]:
    case = end.case
    if end.word not in case.word.split("|"):
        yield f"outcome {end.word!r} ({end.words}), not {case.word!r}"
    if len(end.stories) != case.kept:
        yield f"{len(end.stories)} stories kept, not {case.kept}"
    titles = [story["title"] for story in end.stories]
    for title in case.titles:
        if title not in titles:
            yield f"no story is called {title!r}, but {titles[:5]}"
    for text in case.never:
        if text in end.kept:
            at = end.kept.index(text)
            yield f"{text!r} was kept: …{end.kept[max(0, at - 60) : at + 60]}…"
    if case.pages is not None and not _fits(end.pages, case.pages):
        yield f"pages ended with {end.pages}, not {case.pages}"
    if case.most_revisions is not None and end.revisions > case.most_revisions:
        yield f"{end.revisions} revisions, {case.most_revisions} are the most"
    if case.seen is not None:
        try:
            case.seen(end)
        except AssertionError as error:
            yield str(error) or "its own look found something wrong"


def _fits(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return len(words) == len(wanted) and all(
        word in said.split("|") for word, said in zip(words, wanted, strict=True)
    )


def _outcome(end: End) -> Iterator[str]:
    if end.group not in _GROUPS:
        yield f"the outcome's group is {end.group!r}: {end.words}"
    if "\n" in end.words or _STEERING.search(end.words) or not 0 < len(end.words) <= 500:
        yield f"the outcome's words are no harmless line: {end.words!r}"
    if end.row:
        following = from_iso(end.row["next_visit_at"]) - utc_now()
        if not timedelta(minutes=-5) < following <= _LONGEST:
            yield f"the next visit is in {following}"


def _addresses(end: End) -> Iterator[str]:
    for address in _stored_addresses(end):
        if not is_kept_address(address):
            yield f"an address that is none of the web is kept: {address[:200]!r}"
    if end.discovery is not None:
        for feed in end.discovery.feeds:
            if not _WEB.match(feed.address):
                yield f"a feed is offered at {feed.address[:200]!r}"


def _stored_addresses(end: End) -> Iterator[str]:
    for story in end.stories:
        yield story["url"]
        yield from (address["url"] for address in story["addresses"])
        if story["image"]:
            yield story["image"]
        for stored_entry in story["entries"]:
            printed = ((stored_entry["said"] or {}).get("printed")) or {}
            yield from (printed[name] for name in ("link", "original_link", "image") if printed.get(name))
            yield from (one["url"] for one in printed.get("enclosures", ()) if one.get("url"))
    if end.row.get("home"):
        yield end.row["home"]


class _Look(HTMLParser):
    """What stands in cleaned HTML that may not."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not _TAGS.fullmatch(tag):
            self.faults.append(f"<{tag}> is kept")
        for name, value in attrs:
            if not _ATTRIBUTES.fullmatch(name):
                self.faults.append(f"the attribute {name} of <{tag}> is kept")
            if name in ("href", "src", "cite") and not re.match(r"(?:https?://|mailto:)", value or ""):
                self.faults.append(f"{name}={(value or '')[:80]!r} is kept")

    def handle_comment(self, data: str) -> None:
        self.faults.append("a comment is kept")

    def handle_decl(self, decl: str) -> None:
        self.faults.append("a declaration is kept")

    def handle_pi(self, data: str) -> None:
        self.faults.append("an instruction is kept")


def _markup(end: End) -> Iterator[str]:
    for story in end.stories:
        yield from faults_of_markup(story["html"] or "")


def faults_of_markup(html: str) -> list[str]:
    """What stands in cleaned HTML that may not."""
    look = _Look()
    look.feed(html)
    return look.faults


def is_kept_address(address: str) -> bool:
    """Whether an address is one of the web, or our own name for a story without one."""
    return bool(_WEB.match(address)) or address.startswith("urn:newsdesk:")


def steering(text: str) -> str | None:
    """The first character that may steer a terminal or turn a line round."""
    found = _STEERING.search(text)
    return found[0] if found else None


def _texts(end: End) -> Iterator[str]:
    for where, text in _strings(end.stories, "story"):
        if found := _STEERING.search(text):
            yield f"{where} holds {found[0]!r}"
    for where, text in _strings({name: end.row[name] for name in end.row if name != "known"}, "source"):
        if found := _STEERING.search(text):
            yield f"{where} holds {found[0]!r}"


def _strings(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(inner, f"{where}.{name}")
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner, where)


def lines_of(text: str) -> list[str]:
    """The lines of an output that hold what may steer a terminal."""
    return [line for line in text.split("\n") if _STEERING.search(line) or "\t" in line]


def cells_run_as_formulas(rows: list[list[str]]) -> list[str]:
    """The cells that a spreadsheet would run."""
    return [
        cell for row in rows for cell in row if cell.lstrip(' "\u00a0').startswith(("=", "+", "-", "@", "＝"))
    ]
