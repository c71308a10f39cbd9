"""A bug of newsdesk as the outcome of the visit in which it happened: the one catch-all of the project."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from typing import TypeVar

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.storage.records.outcomes import Outcome

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
        return failed(_outcome(error), redact("".join(traceback.format_exception(error))))


def _outcome(error: Exception) -> Outcome:
    words = redact(f"a fault of newsdesk: {type(error).__name__}: {error}")
    return Outcome(code="internal-error", category="internal-error", message=words)
