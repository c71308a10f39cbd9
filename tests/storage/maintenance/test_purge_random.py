"""A store in which stories were purged calls nothing new that is not new in one in which none were, and refuses nothing
but what was purged, for random feeds."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from newsdesk.storage.db.database import prepare
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.purge import purge_stories
from tests.storage.stories.test_verdicts_random import (
    BEGAN,
    DATES,
    GUIDS,
    INDISTINGUISHABLE,
    LINKS,
    Source,
    check,
    entry,
)
from tests.support.feeds import rss

_NUMBERS = st.lists(st.integers(0, 6), max_size=7, unique=True)
_POLLS = st.lists(_NUMBERS, min_size=2, max_size=6)
_AT = st.sets(st.tuples(st.integers(0, 5), st.integers(0, 6)), max_size=8)  # poll, story


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(GUIDS), st.sampled_from(LINKS), st.sampled_from(DATES), _POLLS, _AT, _AT, _AT, _AT)
def test_the_same_entries_are_new_after_a_purge(
    guid: str,
    link: str,
    date: str,
    polls: Sequence[Sequence[int]],
    edits: set[tuple[int, int]],
    purges: set[tuple[int, int]],
    moves: set[tuple[int, int]],
    renames: set[tuple[int, int]],
) -> None:
    assume((guid, link) not in INDISTINGUISHABLE or (guid, date) == ("fresh", "own"))
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("whole.db", "purged.db")]
        for path in paths:
            prepare(path)
        with Writer(paths[0]) as whole, Writer(paths[1]) as purged:
            sources = Source(whole, "daily.test"), Source(purged, "daily.test")
            edited: set[int] = set()
            gone: set[str] = set()
            moved: dict[int, int] = {}
            renamed: dict[int, int] = {}
            for poll, numbers in enumerate(polls):
                edited |= {number for at, number in edits if at == poll}
                moved |= {number: at for at, number in moves if at == poll}
                renamed |= {number: at for at, number in renames if at == poll}
                items = []
                for place, number in enumerate(numbers):
                    item = entry(
                        number, place, poll, guid=guid, link=link, date=date, edited=number in edited
                    )
                    if link == "own" and number in moved:
                        item = replace(item, link=f"http://daily.test/moved/{number}/{moved[number]}")
                    if guid == "own" and number in renamed:
                        item = replace(item, guid=f"g{number}-{renamed[number]}")
                    items.append(item)
                document = rss(*items)
                expected, counts = (source.poll(document) for source in sources)
                assert counts.seen == expected.seen
                new, new_of_whole = (_newest(one, n.new) for one, n in ((purged, counts), (whole, expected)))
                assert new <= new_of_whole, poll
                assert new_of_whole - new <= gone, poll  # only what was purged is refused
                check(purged, len(numbers))
                going = {f"Story {number}" for at, number in purges if at == poll}
                _purge(purged, going)
                gone |= going


def _newest(writer: Writer, number: int) -> set[str]:
    """The titles of the stories that were added last."""
    sql = "SELECT title FROM story ORDER BY id DESC LIMIT ?"
    return {title for (title,) in writer.do(lambda db: db.conn.execute(sql, (number,)).fetchall())}


def _purge(writer: Writer, titles: set[str]) -> None:
    rows = writer.do(lambda db: db.conn.execute("SELECT id, title FROM story").fetchall())
    wanted = [story_id for story_id, title in rows if title in titles]
    writer.do(partial(purge_stories, stories=wanted, why="command", tombstone_days=90, now=BEGAN))
