"""Checks of results: rules for every case, and the expected result of each.

Each check gives a sentence for each problem, and none if there is no problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from newsdesk.storage.db.timestamps import from_iso
from tests.hostile.run import STORIES, CaseResult, RunResult

# Independent of the cleaner: the widest list that a news text needs.
_TAGS = re.compile(
    "p|br|hr|h[1-6]|[uod]l|li|d[dt]|blockquote|q|cite|pre|code|kbd|samp|var|table|caption|t(head|body|foot|r|h|d)"
    "|figure|figcaption|img|a|b|strong|i|em|u|s|del|ins|mark|small|su[bp]|abbr|dfn|time|ruby|r[tp]|bdi|wbr"
    "|span|div"
)
_ATTRIBUTES = re.compile(
    "href|hreflang|title|src|alt|width|height|cite|colspan|rowspan|scope|start|reversed|datetime|dir|lang"
)
_WEB = re.compile(r"https?://[^\s<>\"]+\Z")
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_CATEGORIES = {
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
_LONGEST = timedelta(hours=24 * 1.05, minutes=1)  # a day, and the largest random addition


def problems_of(result: CaseResult) -> list[str]:
    """All problems of one case."""
    return [
        *_expected_by_case(result),
        *_outcome(result),
        *_addresses(result),
        *_markup(result),
        *_texts(result),
    ]


def problems_of_run(run: RunResult) -> list[str]:
    """All problems of the run itself."""
    problems = [f"a canary was contacted: {contact}" for contact in run.contacts]
    problems += [f"an attempt to contact an address outside this machine: {stray}" for stray in run.strays]
    for host, outcome, stories in run.healthy:
        if (outcome, stories) != ("read", STORIES):
            problems.append(
                f"the healthy feed {host} ended with {outcome!r} and {stories} of {STORIES} stories"
            )
    return problems


def _expected_by_case(result: CaseResult) -> Iterator[str]:
    case = result.case
    if result.outcome not in case.outcome.split("|"):
        yield f"outcome {result.outcome!r} ({result.message}), not {case.outcome!r}"
    if len(result.stories) != case.story_count:
        yield f"{len(result.stories)} stories stored, not {case.story_count}"
    titles = [story["title"] for story in result.stories]
    for title in case.titles:
        if title not in titles:
            yield f"no story is called {title!r}, but {titles[:5]}"
    for text in case.forbidden:
        if text in result.stored:
            at = result.stored.index(text)
            yield f"{text!r} was stored: …{result.stored[max(0, at - 60) : at + 60]}…"
    if case.pages is not None and not _fits(result.pages, case.pages):
        yield f"pages ended with {result.pages}, not {case.pages}"
    if case.most_revisions is not None and result.revisions > case.most_revisions:
        yield f"{result.revisions} revisions, more than {case.most_revisions}"
    if case.check is not None:
        try:
            case.check(result)
        except AssertionError as error:
            yield str(error) or "the check of the case failed"


def _fits(outcomes: tuple[str, ...], expected: tuple[str, ...]) -> bool:
    return len(outcomes) == len(expected) and all(
        outcome in accepted.split("|") for outcome, accepted in zip(outcomes, expected, strict=True)
    )


def _outcome(result: CaseResult) -> Iterator[str]:
    if result.category not in _CATEGORIES:
        yield f"the outcome's category is {result.category!r}: {result.message}"
    if "\n" in result.message or _CONTROL.search(result.message) or not 0 < len(result.message) <= 500:
        yield f"the outcome's message is not one line without controls: {result.message!r}"
    if result.source:
        following = from_iso(result.source["next_visit_at"]) - from_iso(result.source["outcome_at"])
        if not timedelta(minutes=-5) < following <= _LONGEST:
            yield f"the next visit is in {following}"


def _addresses(result: CaseResult) -> Iterator[str]:
    for address in _stored_addresses(result):
        if not is_allowed_address(address):
            yield f"an address that is not a web address is stored: {address[:200]!r}"
    if result.discovery is not None:
        for feed in result.discovery.feeds:
            if not _WEB.match(feed.address):
                yield f"a feed is offered at {feed.address[:200]!r}"


def _stored_addresses(result: CaseResult) -> Iterator[str]:
    for story in result.stories:
        yield story["url"]
        yield from (address["url"] for address in story["addresses"])
        if story["image"]:
            yield story["image"]
        for stored_entry in story["entries"]:
            printed = ((stored_entry["published_values"] or {}).get("printed")) or {}
            yield from (printed[name] for name in ("link", "original_link", "image") if printed.get(name))
            yield from (one["url"] for one in printed.get("enclosures", ()) if one.get("url"))
    if result.source.get("home"):
        yield result.source["home"]


class _HtmlChecker(HTMLParser):
    """Collects elements and attributes of cleaned HTML that are not allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not _TAGS.fullmatch(tag):
            self.problems.append(f"<{tag}> is stored")
        for name, value in attrs:
            if not _ATTRIBUTES.fullmatch(name):
                self.problems.append(f"the attribute {name} of <{tag}> is stored")
            if name in ("href", "src", "cite") and not re.match(r"(?:https?://|mailto:)", value or ""):
                self.problems.append(f"{name}={(value or '')[:80]!r} is stored")

    def handle_comment(self, data: str) -> None:
        self.problems.append("a comment is stored")

    def handle_decl(self, decl: str) -> None:
        self.problems.append("a declaration is stored")

    def handle_pi(self, data: str) -> None:
        self.problems.append("an instruction is stored")


def _markup(result: CaseResult) -> Iterator[str]:
    for story in result.stories:
        yield from problems_of_markup(story["html"] or "")


def problems_of_markup(html: str) -> list[str]:
    """Elements and attributes of cleaned HTML that are not allowed."""
    checker = _HtmlChecker()
    checker.feed(html)
    return checker.problems


def is_allowed_address(address: str) -> bool:
    """Whether it is a web address, or the name that newsdesk gives a story without one."""
    return bool(_WEB.match(address)) or address.startswith("urn:newsdesk:")


def first_control(text: str) -> str | None:
    """The first character that may control a terminal or change the direction of text."""
    found = _CONTROL.search(text)
    return found[0] if found else None


def _texts(result: CaseResult) -> Iterator[str]:
    for where, text in _strings(result.stories, "story"):
        if found := _CONTROL.search(text):
            yield f"{where} holds {found[0]!r}"
    for where, text in _strings(
        {name: result.source[name] for name in result.source if name != "known"}, "source"
    ):
        if found := _CONTROL.search(text):
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


def lines_with_controls(text: str) -> list[str]:
    """The lines of an output with characters that may control a terminal."""
    return [line for line in text.split("\n") if _CONTROL.search(line) or "\t" in line]


def cells_run_as_formulas(rows: list[list[str]]) -> list[str]:
    """The cells that a spreadsheet would run as a formula."""
    return [
        cell for row in rows for cell in row if cell.lstrip(' "\u00a0').startswith(("=", "+", "-", "@", "＝"))
    ]
