"""Under which addresses a page's story is known: as asked, as answered, and as it says itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsdesk.crawler.workers.page_task import PageTask, read_order
from newsdesk.storage.records.pages import ClaimedPage
from tests.support.articles import article, canonical

CASES = [  # (asked, answered, its canonical link; the addresses in their order, and the site)
    ("https://daily.example/a", "https://daily.example/a", None, ["daily.example/a"], "daily.example"),
    ("https://daily.example/a", "https://daily.example/2026/a", None,
     ["daily.example/a", "daily.example/2026/a"], "daily.example"),
    ("https://daily.example/?p=4", "https://daily.example/?p=4", "https://www.daily.example/a",
     ["daily.example/?p=4", "www.daily.example/a"], "daily.example"),
    ("https://daily.example/a", "https://daily.example/a", "https://daily.example/",
     ["daily.example/a"], "daily.example"),
    ("https://daily.example/a", "https://daily.example/a", "https://other.example/a",
     ["daily.example/a"], "daily.example"),
    ("https://daily.example/a", "https://other.example/a", None, ["daily.example/a"], "daily.example"),
    # an address that leads to other sites' stories is no story's own
    ("https://t.co/xyz", "https://daily.example/a", None, ["daily.example/a", "t.co/xyz"], "daily.example"),
    ("https://feedproxy.google.com/~r/daily/~3/xyz/", "https://daily.example/a?utm_source=feedburner",
     "https://daily.example/a", ["daily.example/a?utm_source=feedburner",
     "feedproxy.google.com/~r/daily/~3/xyz/"], "daily.example"),
    ("https://t.co/xyz", "https://bit.ly/abc", None, ["t.co/xyz"], "t.co"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "answered", "link", "addresses", "site"), CASES)
def test_addresses(asked: str, answered: str, link: str | None, addresses: list[str], site: str) -> None:
    order = PageTask(
        body=article(head=canonical(link) if link else ""),
        address=answered,
        content_type="text/html",
        charset="utf-8",
        claimed=ClaimedPage(page_id=1, url=asked, host="x"),
        now=datetime(2026, 11, 24, tzinfo=UTC),
    )
    story = read_order(order).own
    assert story is not None
    assert [one.url.partition("://")[2] for one in story.addresses] == addresses
    assert story.site == site
