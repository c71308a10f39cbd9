"""The estimated duration of the due pages of a crawl, as one line for people."""

from __future__ import annotations

from newsdesk.output.terminal import line
from newsdesk.scheduler.durations import format_duration
from newsdesk.storage.pages.estimate import PageEstimate
from newsdesk.storage.plurals import count

SHORTEST_SHOWN_S = 60.0


def pages_words(ahead: PageEstimate) -> str | None:
    """`up to 240 pages to read: at least 4 min, because …`; None when it is a minute or less."""
    if ahead.seconds <= SHORTEST_SHOWN_S:
        return None
    pages = f"{'up to ' if ahead.pages > ahead.due else ''}{count(ahead.pages, 'page')} to read"
    cause = f"{count(ahead.host_pages, 'page')} of {line(ahead.host)} at its rate limit"
    return f"{pages}: at least {format_duration(round(ahead.seconds))}, because of {cause}"
