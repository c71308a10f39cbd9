"""To make a cluster anew takes work in proportion to its stories."""

from __future__ import annotations

from pathlib import Path

from newsdesk.storage.clusters.stored import cluster_again
from newsdesk.storage.db.database import connect, immediate, prepare
from tests.storage.queries.test_clusters import add_link, add_story


def steps(path: Path, stories: int) -> int:
    """Steps of SQLite for a cluster of so many exact copies."""
    prepare(path)
    db = connect(path, readonly=False)
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 1

    with immediate(db):
        for number in range(1, stories + 1):
            add_story(db, number, "many.test", 0)
            if number > 1:
                add_link(db, number, 1, kind="exact", score=1.0)
        db.conn.set_progress_handler(count, 10)
        assert cluster_again(db, [stories]) == {}
        db.conn.set_progress_handler(None, 0)
    db.close()
    return taken


def test_a_cluster_is_made_anew_in_linear_time(tmp_path: Path) -> None:
    few, many = (steps(tmp_path / f"{stories}.db", stories) for stories in (300, 1200))
    assert many < 6 * few
