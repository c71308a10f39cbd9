"""What a connection that cannot write decides of a document is what keeping then does, for random documents."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.records.rate_limits import RateLimits
from newsdesk.storage.records.visits import Counts, Limits, VisitResult
from newsdesk.storage.sources.sources import NewSource, add_source, source_as_claimed
from newsdesk.storage.stories.decisions import DocumentDecisions, decide_document, read_source
from newsdesk.storage.stories.matching import NO_STORY
from newsdesk.storage.stories.verdict import NEW_LIMIT
from newsdesk.storage.visits.keep import keep_visit, start_run
from tests.storage.stories.test_verdicts_random import BEGAN, DATES, GUIDS, LINKS, _read, entry
from tests.support.feeds import Item, rss

VERDICTS = ("new", "changed", "same", "duplicate", "refused")


class TwoSources:
    """Two sources in a fresh store: one of daily.test, and one of another site that carries its stories."""

    def __init__(
        self, path: Path, writer: Writer, *, new_per_day: int | None = None, second_host: str = "hub.test"
    ) -> None:
        self._path = path
        self._writer = writer
        self._new_per_day = new_per_day
        self._polls = 0
        self._ids = [writer.do(partial(_add, host=host)) for host in ("daily.test", second_host)]

    def poll(self, at: int, body: bytes, *, hours: float = 1) -> tuple[DocumentDecisions, Counts]:
        """Decide, then keep, and compare the decisions with all that was written."""
        self._polls += 1
        now = BEGAN + timedelta(hours=self._polls * hours)
        with reading(self._path) as db:
            claimed = source_as_claimed(db, self._ids[at], rate_limits=RateLimits(), limits=Limits(), now=now)
            result = _read(claimed, body, now)
            decided = self._decide(db, result, now)
            before = _rows(db)
        counts = self._writer.do(lambda db: self._keep(db, result))
        with reading(self._path) as db:
            after = _rows(db)
        _compare(decided, counts, before, after)
        return decided, counts

    def _decide(self, db: Any, result: VisitResult, now: Any) -> DocumentDecisions:
        moment = to_iso(now)
        source = read_source(
            db,
            result.source_id,
            site="",
            scheme_changed=result.identity_scheme != "guid",
            new_per_day=self._new_per_day,
            now=moment,
        )
        return decide_document(db, result.entries, source=source, whole=result.complete, now=moment)

    def _keep(self, db: Database, result: VisitResult) -> Counts:
        run = start_run(db, kind="test", owner="me", requested_at=result.started_at)
        return keep_visit(db, result, run_id=run, follow=None, new_per_day=self._new_per_day)


def _add(db: Database, *, host: str) -> int:
    new = NewSource(address=f"http://{host}/feed.xml", host=host, site=host.removeprefix("www."))
    return add_source(db, new, now=BEGAN)[0]


def _rows(db: Any) -> dict[str, Any]:
    def all_of(sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in db.conn.execute(sql)]

    return {
        "stories": {row[0] for row in all_of("SELECT id FROM story")},
        "merged": {row[0]: row[1] for row in all_of("SELECT id, merged_into FROM story") if row[1]},
        "revisions": all_of("SELECT id, story_id, fields FROM revision ORDER BY id"),
        "entries": {
            row[0]: (row[1], row[2] or NO_STORY.reason)
            for row in all_of("SELECT id, verdict, reason FROM entry")
        },
        "addresses": len(all_of("SELECT key FROM address")),
        "gone": {row[0] for row in all_of("SELECT id FROM entry WHERE gone_at IS NOT NULL")},
    }


def _compare(
    decided: DocumentDecisions, counts: Counts, before: dict[str, Any], after: dict[str, Any]
) -> None:
    decisions = decided.decisions
    verdicts = Counter(one.verdict for one in decisions if one.verdict is not None)
    assert {name: getattr(counts, name) for name in VERDICTS} == {
        **dict.fromkeys(VERDICTS, 0), **verdicts,
    }  # fmt: skip
    assert len(after["stories"] - before["stories"]) == verdicts["new"]
    merges = {merge.younger: merge.older for one in decisions for merge in one.merges}
    assert {one: older for one, older in after["merged"].items() if one not in before["merged"]} == merges
    revisions = [
        (story_id, json.loads(fields))
        for _, story_id, fields in after["revisions"][len(before["revisions"]) :]
    ]
    assert revisions == [(one.story_id, one.changes) for one in decisions if one.changes]
    written = [one for key, one in after["entries"].items() if before["entries"].get(key) != one]
    assert sorted(written) == sorted(
        (one.verdict, one.reason) for one in decisions if one.entry in ("insert", "accept")
    )
    assert after["addresses"] - before["addresses"] == sum(len(one.addresses) for one in decisions)
    assert set(decided.gone) <= after["gone"]


# An entry may be there twice. Each has its usual address, or another one.
_ENTRIES = st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=7)
# (which source, its entries, which version of their text)
_POLLS = st.lists(st.tuples(st.integers(0, 1), _ENTRIES, st.integers(0, 1)), min_size=1, max_size=9)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(GUIDS),
    st.sampled_from(LINKS),
    st.sampled_from(DATES),
    _POLLS,
    st.sampled_from((None, 1, 3)),
    st.sampled_from(("hub.test", "www.daily.test")),
)
def test_decisions_are_what_keeping_does(
    guid: str,
    link: str,
    date: str,
    polls: Sequence[tuple[int, Sequence[tuple[int, bool]], int]],
    new_per_day: int | None,
    second_host: str,
) -> None:
    """Two sources, entries that repeat or have another address, texts that change to and fro, and a daily
    limit that is soon reached."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "newsdesk.db"
        prepare(path)
        with Writer(path) as writer:
            sources = TwoSources(path, writer, new_per_day=new_per_day, second_host=second_host)
            for poll, (at, entries, version) in enumerate(polls):
                items = (
                    replace(
                        _moved(
                            entry(number, place, poll, guid=guid, link=link, date=date, edited=False), moved
                        ),
                        text=f"<p>All of story {number}, version {version if number % 2 else 0}.</p>",
                    )
                    for place, (number, moved) in enumerate(entries)
                )
                sources.poll(at, rss(*items), hours=1)


def _moved(item: Item, moved: bool) -> Item:
    return replace(item, link=f"{item.link}/moved") if moved and item.link else item


def _item(number: int, **fields: Any) -> Item:
    return replace(entry(number, 0, 0, guid="own", link="own", date="own", edited=False), **fields)


def _store(folder: Path) -> Path:
    path = folder / "newsdesk.db"
    prepare(path)
    return path


def test_the_daily_limit_of_new_stories_counts_the_entries_before(tmp_path: Path) -> None:
    path = _store(tmp_path)
    with Writer(path) as writer:
        sources = TwoSources(path, writer, new_per_day=2)
        sources.poll(0, rss(_item(0)))  # what was there before we knew the source does not count
        decided, counts = sources.poll(0, rss(*(_item(number) for number in range(5))))
        assert counts == Counts(new=2, same=1, refused=2)
        assert [one.reason for one in decided.decisions if one.read_again] == [NEW_LIMIT] * 2
        decided, counts = sources.poll(0, rss(*(_item(number) for number in range(5))))
        assert counts == Counts(same=3, refused=2), "the same day"


def test_the_daily_limit_of_changes_leaves_the_story_as_it_is(tmp_path: Path) -> None:
    path = _store(tmp_path)
    with Writer(path) as writer:
        sources = TwoSources(path, writer)
        verdicts = []
        for turn in range(6):
            decided, _ = sources.poll(0, rss(_item(0, title=f"Title {turn % 2}"), _item(1)))
            verdicts.append((decided.decisions[0].verdict, decided.decisions[0].read_again))
        assert verdicts == [
            ("new", False), ("changed", False), ("changed", False), ("changed", False), ("same", True),
            ("same", False),
        ]  # fmt: skip


def test_an_address_met_earlier_in_the_document_is_a_duplicate(tmp_path: Path) -> None:
    path = _store(tmp_path)
    with Writer(path) as writer:
        sources = TwoSources(path, writer)
        moved = _item(0, link="http://daily.test/1")
        sources.poll(0, rss(_item(0)))
        sources.poll(0, rss(moved))  # the story has both addresses now
        decided, counts = sources.poll(0, rss(_item(0), replace(moved, guid="other"), _item(2)))
        assert counts == Counts(same=1, duplicate=1, new=1)
        assert decided.decisions[1].reason == "an earlier entry of this document has its address"
