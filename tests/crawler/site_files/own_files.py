"""Site files for tests: written to a folder, and applied to a page as a worker applies them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from newsdesk.crawler.site_files.index import read_ref
from newsdesk.crawler.site_files.site_file import SiteFileRef
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask, PageTaskResult
from newsdesk.crawler.workers.readers.page import read_page_task
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Story

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
IMPORT = "from newsdesk.crawler.sites import Layout, SiteFile\n"


def write_site_file(folder: Path, source: str, *, name: str = "daily_test.py") -> Path:
    """A site file in a folder that only its owner may write."""
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / name
    path.write_text(IMPORT + source, encoding="utf-8")
    path.chmod(0o600)
    return path


def ref_of(path: Path) -> SiteFileRef:
    found = read_ref(path, path.read_bytes(), own=True)
    assert isinstance(found, SiteFileRef), found
    return found


def read_by(
    path: Path | None,
    page: bytes,
    *,
    url: str = "https://daily.test/ferry",
    stored: Story | None = None,
    timezone: str | None = None,
) -> PageTaskResult:
    """A page, read with a site file (None: without); `timezone` is a setting of its source."""
    return read_page_task(
        PageTask(
            document=Document(
                body=page, address=url, fetched_at=NOW, content_type="text/html", charset="utf-8"
            ),
            claimed=ClaimedPage(
                page_id=1, url=url, host="daily.test", stored_story=stored, timezone=timezone
            ),
            site_file=ref_of(path) if path is not None else None,
        )
    )
