"""The addresses of a page's story: the requested one, the final one after redirects, and the canonical one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.page import read_page_task
from newsdesk.storage.records.pages import ClaimedPage
from tests.support.articles import article, canonical

CASES = [  # (requested, final, canonical link; the story's addresses in order, its site)
    ("https://daily.example/a", "https://daily.example/a", None, ["daily.example/a"], "daily.example"),
    ("https://daily.example/a", "https://daily.example/2026/a", None,
     ["daily.example/2026/a", "daily.example/a"], "daily.example"),
    ("https://daily.example/?p=4", "https://daily.example/?p=4", "https://www.daily.example/a",
     ["daily.example/?p=4", "www.daily.example/a"], "daily.example"),
    ("https://daily.example/a", "https://daily.example/a", "https://daily.example/",
     ["daily.example/a"], "daily.example"),
    ("https://daily.example/a", "https://daily.example/a", "https://other.example/a",
     ["daily.example/a"], "daily.example"),
    ("https://daily.example/a", "https://other.example/a", None, ["daily.example/a"], "daily.example"),
    # an address of a redirect service is never the first address of a story
    ("https://t.co/xyz", "https://daily.example/a", None, ["daily.example/a", "t.co/xyz"], "daily.example"),
    ("https://feedproxy.google.com/~r/daily/~3/xyz/", "https://daily.example/a?utm_source=feedburner",
     "https://daily.example/a", ["daily.example/a?utm_source=feedburner",
     "feedproxy.google.com/~r/daily/~3/xyz/"], "daily.example"),
    ("https://t.co/xyz", "https://bit.ly/abc", None, ["t.co/xyz"], "t.co"),
]  # fmt: skip


@pytest.mark.parametrize(("requested", "final", "link", "addresses", "site"), CASES)
def test_addresses(requested: str, final: str, link: str | None, addresses: list[str], site: str) -> None:
    order = PageTask(
        document=Document(
            body=article(head=canonical(link) if link else ""),
            address=final,
            fetched_at=datetime(2026, 11, 24, tzinfo=UTC),
            content_type="text/html",
            charset="utf-8",
        ),
        claimed=ClaimedPage(page_id=1, url=requested, host="x"),
    )
    story = read_page_task(order).own
    assert story is not None
    assert [one.url.partition("://")[2] for one in story.addresses] == addresses
    assert story.site == site
