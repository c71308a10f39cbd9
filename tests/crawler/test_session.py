"""Which visit a session makes of a source, by its kind."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from newsdesk.crawler.session import VISITS
from newsdesk.storage.records.visits import VISITED_KINDS, SourceKind
from tests.support.feeds import Item, rss
from tests.support.runner import open_runner
from tests.support.web import Web


def test_a_source_can_be_added_if_its_kind_has_a_visit() -> None:
    assert set(VISITS) == set(VISITED_KINDS) <= set(get_args(SourceKind))


async def test_a_kind_without_a_visit_fails_only_its_own_visit(tmp_path: Path, web: Web) -> None:
    """As in a file that a newer version wrote, or that was changed by hand."""
    unknown = [kind for kind in get_args(SourceKind) if kind not in VISITS]
    if not unknown:
        pytest.skip("each kind has a visit")
    web.serve("/feed.xml", rss(Item()), host="daily.test")
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        runner.add("other.test", kind=unknown[0])
        await runner.crawl()
        assert runner.rows("SELECT kind, outcome FROM source ORDER BY id") == [
            ("feed", "read"),
            (unknown[0], "internal-error"),
        ]
