"""How many statements keeping a visit takes: neither one a story, nor a segment of the search index for each visit."""

from __future__ import annotations

from pathlib import Path

from benchmarks.writer.measure import Measured, read_visits

FEEDS = 8
FIRST, SECOND = 80, 35  # statements of a visit with 30 new stories, and of one with a new story


def test_statements_of_a_visit(tmp_path: Path) -> None:
    first, second = read_visits(FEEDS)
    with Measured(tmp_path / "newsdesk.db", first) as store:
        for visits, most in ((first, FIRST), (second, SECOND)):
            kept = store.keep(visits, together=True, traced=True)
            in_index = kept.statements["INSERT INTO story_fts (rowid,"]
            assert in_index == kept.stories
            assert (kept.own_statements - in_index) / kept.visits <= most


def test_visits_of_one_transaction_share_a_segment_of_the_search_index(tmp_path: Path) -> None:
    first, _ = read_visits(FEEDS)
    with Measured(tmp_path / "newsdesk.db", first) as store:
        kept = store.keep(first, together=True, traced=True)
    # FTS5 asks for it once for each segment; the first visits do not wait for the others
    assert kept.statements["-- PRAGMA 'main'.data_version"] <= FEEDS // 2
