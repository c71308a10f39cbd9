"""Results without secrets in their texts. Pure.

Addresses that are requested again (`moved_to`, the address of a found feed) stay as they are. `redact` removes the
secrets from a text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import PageResult
from newsdesk.storage.records.visits import VisitResult

if TYPE_CHECKING:
    from newsdesk.crawler.discovery.search import Discovery

Redact = Callable[[str], str]
R = TypeVar("R", VisitResult, PageResult)


def redact_result(result: R, redact: Redact) -> R:
    """The result of a visit: its message, the reasons for pauses, a traceback."""
    outcome, host_updates = _outcome(result.outcome, redact), _host_updates(result.host_updates, redact)
    if isinstance(result, VisitResult) and result.backfill is not None:
        result = replace(result, backfill=replace(result.backfill, message=redact(result.backfill.message)))
    traceback = None if result.traceback is None else redact(result.traceback)
    if outcome is result.outcome and host_updates is result.host_updates and traceback is None:
        return result  # nearly always; a copy would cost a tenth of an unchanged feed's visit
    return replace(result, outcome=outcome, host_updates=host_updates, traceback=traceback)


def redact_discovery(found: Discovery, redact: Redact) -> Discovery:
    """The result of a discovery: all its texts."""
    return replace(
        found,
        outcome=_outcome(found.outcome, redact),
        tried=tuple(replace(one, message=redact(one.message)) for one in found.tried),
        notes=tuple(map(redact, found.notes)),
        host_updates=_host_updates(found.host_updates, redact),
    )


def _outcome(outcome: Outcome, redact: Redact) -> Outcome:
    message = redact(outcome.message)
    return outcome if message == outcome.message else replace(outcome, message=message)


def _host_updates(host_updates: tuple[HostUpdate, ...], redact: Redact) -> tuple[HostUpdate, ...]:
    if all(one.why is None for one in host_updates):
        return host_updates
    return tuple(replace(one, why=None if one.why is None else redact(one.why)) for one in host_updates)
