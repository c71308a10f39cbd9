"""Real feeds, served on loopback and crawled: all entries of each are stored, or it is refused with a clear reason.

Needs NEWSDESK_CORPUS, a folder with `feeds/`. Run with -s to see the table.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import feedparser
import pytest

from tests.support.runner import open_runner
from tests.support.web import Web

FEEDS = Path(os.environ.get("NEWSDESK_CORPUS", "")) / "feeds"
pytestmark = pytest.mark.skipif(
    "NEWSDESK_CORPUS" not in os.environ or not FEEDS.is_dir(),
    reason="NEWSDESK_CORPUS is not set: no real feeds to crawl",
)


def entries_of(body: bytes) -> int:
    """The number of entries in the document, by feedparser, or by json, which feedparser does not read."""
    try:
        return len(json.loads(body)["items"])
    except (ValueError, KeyError, TypeError):
        return len(feedparser.parse(body).entries)


async def test_real_feeds_are_stored_completely_or_refused_with_a_reason(tmp_path: Path, web: Web) -> None:
    files = sorted(FEEDS.iterdir())
    assert files, f"{FEEDS} is empty"
    async with open_runner(tmp_path, web) as runner:
        names = {}
        for number, file in enumerate(files):
            web.serve("/feed", file.read_bytes(), host=f"site{number}.test", type="text/xml")
            names[runner.add(f"site{number}.test", "/feed")] = file
        await runner.crawl()
        rows = runner.rows(
            "SELECT source_id, outcome, outcome_category, outcome_message, new, duplicate, refused, parser FROM visit"
        )
        assert len(rows) == len(files)
        for source, outcome, category, message, new, duplicate, refused, parser in sorted(rows):
            file = names[source]
            expected = entries_of(file.read_bytes())
            counts = f"{expected:>4} {new:>4} {duplicate:>3} {refused:>3}"
            print(f"{file.name:<40} {counts} {parser or '-':<11} {message}")
            if category == "ok":
                assert new + duplicate + refused >= expected, file.name
                assert duplicate == 0 or expected >= 7, f"{file.name}: {duplicate} entries double"
            else:
                assert (outcome, expected) == ("not-a-feed", 0), f"{file.name}: {outcome}, {message}"
        reasons = runner.rows("SELECT reason FROM entry WHERE story_id IS NULL")
        assert all(reason.startswith("the entry has no") for reason in reasons), reasons
        summary = await runner.crawl()
        assert (summary.counts.seen, runner.rows("SELECT sum(new) FROM visit")) == (
            0,
            runner.rows("SELECT count(*) FROM story"),
        )
