"""What newsdesk reads on a page.

Also a script: `python benchmarks/quality/ours.py` reads one JSON object a line from stdin (`address`, `body` in
base64) and writes what it reads, one object a line. With the folder of another checkout in PYTHONPATH, it is
that checkout which reads.
"""

from __future__ import annotations

import base64
import json
import sys
from datetime import UTC, datetime
from typing import Any

from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.page import read_page_task
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Story

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def read(address: str, body: bytes) -> Story | None:
    task = PageTask(
        document=Document(body=body, address=address, fetched_at=NOW, content_type="text/html"),
        claimed=ClaimedPage(page_id=0, url=address, host=""),
    )
    return read_page_task(task).own


def fields(story: Story | None) -> dict[str, Any]:
    """The fields of `PageReading`, as JSON values."""
    if story is None:
        return {}
    return {
        "title": story.title,
        "day": story.published_day,
        "instant": story.published.isoformat() if story.published else None,
        "authors": [one.name for one in story.authors],
        "text": story.text or "",
    }


def main() -> None:
    for line in sys.stdin:
        page = json.loads(line)
        try:
            found = fields(read(page["address"], base64.b64decode(page["body"])))
        except Exception as error:
            found = {"raised": f"{type(error).__name__}: {error}"}
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
