"""Which run, source and page a log line is about: set by the runner, read by the log formatter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_context: ContextVar[tuple[tuple[str, int | str], ...]] = ContextVar("newsdesk_log_context", default=())


@contextmanager
def log_context(**fields: int | str | None) -> Iterator[None]:
    """Add fields (`run`, `source`, `page`, `host`, `visit`) to every log line of this task and of those that it
    starts; None adds nothing."""
    known = ((name, value) for name, value in fields.items() if value is not None)
    token = _context.set((*_context.get(), *known))
    try:
        yield
    finally:
        _context.reset(token)


def log_fields() -> dict[str, int | str]:
    """The fields of the present task, the innermost value of each."""
    return dict(_context.get())
