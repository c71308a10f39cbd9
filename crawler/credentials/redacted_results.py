"""Results with no secret left in what is kept and shown of them as words.

Pure. The addresses that are asked again (`moved_to`, a found feed's) stay whole. `said` takes the secrets out
of a text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from newsdesk.crawler.discovery.discover import Discovery
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import PageResult
from newsdesk.storage.records.visits import VisitResult

FieldCandidate = Callable[[str], str]
R = TypeVar("R", VisitResult, PageResult)


def redact_result(result: R, said: FieldCandidate) -> R:
    """What came of a visit: its sentence, its reasons for a pause, a bug's traceback."""
    outcome, host_updates = _outcome(result.outcome, said), _host_updates(result.host_updates, said)
    if isinstance(result, VisitResult) and result.backfill is not None:
        result = replace(result, backfill=replace(result.backfill, message=said(result.backfill.message)))
    traceback = None if result.traceback is None else said(result.traceback)
    if outcome is result.outcome and host_updates is result.host_updates and traceback is None:
        return result  # nearly always; a copy would cost a tenth of an unchanged feed's visit
    return replace(result, outcome=outcome, host_updates=host_updates, traceback=traceback)


def redact_discovery(found: Discovery, said: FieldCandidate) -> Discovery:
    """What came of a search for feeds: all its sentences."""
    return replace(
        found,
        outcome=_outcome(found.outcome, said),
        tried=tuple(replace(one, message=said(one.message)) for one in found.tried),
        notes=tuple(map(said, found.notes)),
        host_updates=_host_updates(found.host_updates, said),
    )


def _outcome(outcome: Outcome, said: FieldCandidate) -> Outcome:
    words = said(outcome.message)
    return outcome if words == outcome.message else replace(outcome, message=words)


def _host_updates(host_updates: tuple[HostUpdate, ...], said: FieldCandidate) -> tuple[HostUpdate, ...]:
    if all(one.why is None for one in host_updates):
        return host_updates
    return tuple(replace(one, why=None if one.why is None else said(one.why)) for one in host_updates)
