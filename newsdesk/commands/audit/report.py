"""The comparison of a source with what its site lists: judged addresses, recall, and what the lists lack. Pure but for
`compare`, which reads the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsdesk.commands.audit.reasons import NO_FACTS, Case, Judged, Listed, Reference, judge
from newsdesk.storage.db.timestamps import from_iso, to_iso
from newsdesk.storage.queries.audit import Store, address_facts, carried_addresses, source_past
from newsdesk.storage.queries.nearest import nearest_story


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceResult:
    """One list: how many stories of these days it has, how many of them are held, and how many stories of the source it
    lacks."""

    reference: Reference
    listed: int
    held: int
    lacks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All lists together, each address once."""

    results: tuple[ReferenceResult, ...]
    judged: tuple[Judged, ...]

    @property
    def held(self) -> int:
        return sum(one.held for one in self.judged)

    @property
    def missing(self) -> tuple[Judged, ...]:
        return tuple(one for one in self.judged if not one.held)


def recall(held: int, listed: int) -> float | None:
    """The share of listed stories that are held; None where nothing is listed."""
    return held / listed if listed else None


def compare(
    db: Store,
    source_id: int,
    references: Sequence[Reference],
    *,
    since: datetime,
    on_judged: Callable[[int], None] = lambda done: None,
) -> Comparison:
    """Judge each address of the lists whose story is of the days since then."""
    once: dict[str, Listed] = {}
    for reference in references:
        for one in reference.listed:
            known = once.get(one.key)
            once[one.key] = one if known is None or (known.at is None and one.at is not None) else known
    facts = address_facts(db, source_id, [(one.key, one.url) for one in once.values()])
    past = source_past(db, source_id, since=to_iso(since - timedelta(days=2)))
    judged: dict[str, Judged] = {}
    for one in once.values():
        on_judged(1)
        known_facts = facts.get(one.url, NO_FACTS)
        sort_at = known_facts.story.sort_at if known_facts.story is not None else None
        if not is_of_these_days(one, since=since, sort_at=sort_at):
            continue
        near = None
        if known_facts.story is None and one.title is not None:
            near = nearest_story(db, one.title)
        judged[one.key] = judge(Case(listed=one, facts=known_facts, past=past, near=near))
    carried = carried_addresses(db, source_id, since=to_iso(since))
    return Comparison(
        results=tuple(_result(one, judged, carried) for one in references),
        judged=tuple(judged.values()),
    )


def is_of_these_days(listed: Listed, *, since: datetime, sort_at: str | None) -> bool:
    """Whether a listed story is of the days since then: by the time that is listed, else by that of the held story. Of
    an address without either nothing is known, so it counts."""
    if listed.at is not None:
        return listed.at >= since
    if listed.day is not None:
        return listed.day >= since.date().isoformat()
    return sort_at is None or from_iso(sort_at) >= since


def _result(
    reference: Reference, judged: dict[str, Judged], carried: Iterable[tuple[str, str]]
) -> ReferenceResult:
    keys = {one.key for one in reference.listed}
    rows = [judged[key] for key in keys if key in judged]
    by_story: dict[str, bool] = {}
    for key, url in carried:
        by_story[url] = by_story.get(url, False) or key in keys
    return ReferenceResult(
        reference=reference,
        listed=len(rows),
        held=sum(one.held for one in rows),
        lacks=sum(not there for there in by_story.values()),
    )
