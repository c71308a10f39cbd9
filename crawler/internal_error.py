"""An internal error as the outcome of the visit in which it happened: the one catch-all of the project."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import TypeVar

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.storage.records.outcomes import Outcome

log = logging.getLogger(__name__)

T = TypeVar("T")


async def or_internal_error(
    work: Awaitable[T],
    failed: Callable[[Outcome, str], T],
    *,
    raises: Callable[[Exception], bool] = lambda error: False,
) -> T:
    """The result of `work`. Where it raises an exception: what `failed` makes of the outcome and the
    traceback, both without secrets. An exception for which `raises` is true is passed on.
    """
    try:
        return await work
    except Exception as error:
        if raises(error):
            raise
        outcome, trace = _outcome(error), redact("".join(traceback.format_exception(error)))
        log.error("%s\n%s", outcome.message, trace)
        return failed(outcome, trace)


def _outcome(error: Exception) -> Outcome:
    message = redact(f"internal error of newsdesk: {type(error).__name__}: {error}")
    return Outcome(code="internal-error", category="internal-error", message=message)
