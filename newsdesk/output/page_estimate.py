"""How long the pages of a crawl will take, in words."""

from __future__ import annotations

from newsdesk.output.terminal import line
from newsdesk.scheduler.durations import in_words
from newsdesk.storage.pages.estimate import Ahead

WORTH_SAYING_S = 60.0


def pages_words(ahead: Ahead) -> str | None:
    """One line, None when it is no more than a minute: `up to 240 pages to read: 4 min at least, by …`."""
    if ahead.seconds <= WORTH_SAYING_S:
        return None
    count = f"{'up to ' if ahead.pages > ahead.due else ''}{ahead.pages:,} pages to read"
    whose = f"the pauses of {line(ahead.host)}, {ahead.host_pages:,} pages"
    return f"{count}: {in_words(round(ahead.seconds))} at least, by {whose}"
