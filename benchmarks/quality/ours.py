"""What newsdesk reads on a page.

Also a script: `python benchmarks/quality/ours.py` reads one JSON object a line from stdin (`address`, `body` in
base64) and writes what it reads, one object a line. With the folder of another checkout in PYTHONPATH, it is
that checkout which reads. Pages of hosts with a shipped site file are read by it, unless `--no-site-files` is given.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.page import read_page_task
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Story

NOW = datetime(2026, 11, 24, tzinfo=UTC)


FindSiteFile = Callable[[str], Any]


def no_site_file(host: str) -> None:
    """Finds none: every page is read by the general rules."""


def shipped_site_files() -> FindSiteFile:
    """Finds the shipped site file of a host. A checkout from before there were any has none."""
    try:
        from newsdesk.crawler.session_settings import SiteFileSettings
        from newsdesk.crawler.site_files.index import find_site_files
    except ModuleNotFoundError:
        return no_site_file
    return find_site_files(SiteFileSettings()).find


def read(address: str, body: bytes, site_file: FindSiteFile = no_site_file) -> Story | None:
    ref = site_file(urlsplit(address).hostname or "")
    task = PageTask(
        document=Document(body=body, address=address, fetched_at=NOW, content_type="text/html"),
        claimed=ClaimedPage(page_id=0, url=address, host=""),
        **({"site_file": ref} if ref is not None else {}),
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
    site_file = no_site_file if "--no-site-files" in sys.argv else shipped_site_files()
    for line in sys.stdin:
        page = json.loads(line)
        try:
            found = fields(read(page["address"], base64.b64decode(page["body"]), site_file))
        except Exception as error:
            found = {"raised": f"{type(error).__name__}: {error}"}
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
