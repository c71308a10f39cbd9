"""Which visit a session makes of a source, by its kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsdesk.crawler.session import VISITS
from newsdesk.storage.records.visits import SOURCE_KINDS
from tests.support.feeds import Item, rss
from tests.support.runner import open_runner
from tests.support.web import Web


def test_each_kind_of_source_has_a_visit() -> None:
    assert set(VISITS) == set(SOURCE_KINDS)


async def test_a_kind_without_a_visit_fails_only_its_own_visit(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a file that a newer version wrote."""
    monkeypatch.delitem(VISITS, "sitemap")  # type: ignore[arg-type] # a dict, typed as what nobody else changes
    web.serve("/feed.xml", rss(Item()), host="daily.test")
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        runner.add("other.test", kind="sitemap")
        await runner.crawl()
        assert runner.rows("SELECT kind, outcome FROM source ORDER BY id") == [
            ("feed", "read"),
            ("sitemap", "internal-error"),
        ]
