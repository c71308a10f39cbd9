"""Results with no secret left in what is kept and shown of them as words.

Pure. The addresses that are asked again (`moved_to`, a found feed's) stay whole. `said` takes the secrets out
of a text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from newsdesk.crawler.discovery.discover import Discovery
from newsdesk.storage.records.hosts import Manners
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import PageResult
from newsdesk.storage.records.visits import VisitResult

Said = Callable[[str], str]
R = TypeVar("R", VisitResult, PageResult)


def discreet_result(result: R, said: Said) -> R:
    """What came of a visit: its sentence, its reasons for a pause, a bug's traceback."""
    outcome, manners = _outcome(result.outcome, said), _manners(result.manners, said)
    if isinstance(result, VisitResult) and result.missed is not None:
        result = replace(result, missed=replace(result.missed, words=said(result.missed.words)))
    traceback = None if result.traceback is None else said(result.traceback)
    if outcome is result.outcome and manners is result.manners and traceback is None:
        return result  # nearly always; a copy would cost a tenth of an unchanged feed's visit
    return replace(result, outcome=outcome, manners=manners, traceback=traceback)


def discreet_discovery(found: Discovery, said: Said) -> Discovery:
    """What came of a search for feeds: all its sentences."""
    return replace(
        found,
        outcome=_outcome(found.outcome, said),
        tried=tuple(replace(one, words=said(one.words)) for one in found.tried),
        told=tuple(map(said, found.told)),
        manners=_manners(found.manners, said),
    )


def _outcome(outcome: Outcome, said: Said) -> Outcome:
    words = said(outcome.words)
    return outcome if words == outcome.words else replace(outcome, words=words)


def _manners(manners: tuple[Manners, ...], said: Said) -> tuple[Manners, ...]:
    if all(one.why is None for one in manners):
        return manners
    return tuple(replace(one, why=None if one.why is None else said(one.why)) for one in manners)
