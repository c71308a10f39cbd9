"""`newsdesk audit --against FILE`: which of these addresses and titles the store has. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from newsdesk.commands.audit.list_file import Wanted
from newsdesk.crawler.normalise.urls.canonical import address_key
from newsdesk.storage.queries.audit import STEP, AddressFacts, Store, address_facts
from newsdesk.storage.queries.nearest import SAME, NearStory, nearest_story

Result = Literal["found", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One line of the list: `found` by its address or its title; else the nearest held story, if there is one, and what
    is known of the address."""

    wanted: Wanted
    result: Result
    by: Literal["address", "title"] | None = None
    story_id: int | None = None
    near: NearStory | None = None
    note: str = ""


def match_list(db: Store, wanted: Sequence[Wanted]) -> Iterator[Match]:
    """Each line of a list with what the store has, in its order."""
    for start in range(0, len(wanted), STEP):
        some = wanted[start : start + STEP]
        facts = address_facts(db, 0, [(address_key(one.url), one.url) for one in some if one.url is not None])
        for one in some:
            yield _match(db, one, AddressFacts() if one.url is None else facts[one.url])


def _match(db: Store, wanted: Wanted, facts: AddressFacts) -> Match:
    if facts.story is not None:
        return Match(wanted=wanted, result="found", by="address", story_id=facts.story.story_id)
    near = None if wanted.title is None else nearest_story(db, wanted.title)
    if near is not None and near.similarity >= SAME:
        return Match(wanted=wanted, result="found", by="title", story_id=near.story_id, near=near)
    return Match(wanted=wanted, result="missing", near=near, note=_note(facts))


def _note(facts: AddressFacts) -> str:
    """What is stored of an address without a story."""
    if facts.refused is not None:
        return f"refused from source {facts.refused.source_id}: {facts.refused.reason}"
    if facts.purged_why is not None:
        return f"its story was purged ({facts.purged_why})"
    if facts.page is not None:
        return "its page is due" if facts.page.outcome is None else f"its page: {facts.page.message}"
    return ""
