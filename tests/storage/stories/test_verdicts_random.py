"""No story is lost, none is stored twice, for random feeds: as many stories as there were entries.

From bytes to rows without a network: the parser as it runs in a worker, the store as the runner calls it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask
from newsdesk.crawler.workers.readers.feed import read_feed_task
from newsdesk.storage.db.database import prepare
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted, claim
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.rate_limits import RateLimits
from newsdesk.storage.records.visits import ClaimedVisit, Counts, Limits, VisitResult
from newsdesk.storage.sources.sources import NewSource, add_source
from newsdesk.storage.visits.keep import keep_visit, start_run
from tests.support.feeds import Item, rss

BEGAN = datetime(2026, 11, 24, 12, tzinfo=UTC)
GUIDS = ("own", "none", "places", "one", "fresh")
LINKS = ("own", "none", "one", "home")
DATES = ("own", "day", "none")
# The same address and the same GUID mean the same entry: nothing distinguishes the stories of such feeds, unless a
# GUID that no entry had before leaves it to title and date.
INDISTINGUISHABLE = {(guid, link) for guid in ("places", "fresh") for link in ("none", "one", "home")}

_POLLS = st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=8, unique=True), min_size=1, max_size=5)
_EDITS = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 7)), max_size=4)


class Source:
    """One source in a fresh store, polled with documents instead of a server."""

    def __init__(self, writer: Writer, host: str) -> None:
        self._writer = writer
        self._polls = 0
        new = NewSource(address=f"http://{host}/feed.xml", host=host, site=host)
        self._id = writer.do(lambda db: add_source(db, new, now=BEGAN))[0]

    def poll(self, body: bytes) -> Counts:
        self._polls += 1
        now = BEGAN + timedelta(hours=self._polls)
        return self._writer.do(lambda db: self._keep(db, body, now))

    def _keep(self, db: Database, body: bytes, now: datetime) -> Counts:
        run = start_run(db, kind="test", owner="me", requested_at=now)
        wanted = Wanted(requested_at=now, sources=(self._id,))
        [claimed] = claim(
            db,
            wanted,
            owner="me",
            now=now,
            hosts=1,
            lease_s=60,
            rate_limits=RateLimits(delay_s=0),
            limits=Limits(),
        )
        [visit] = claimed.visits
        result = _read(visit, body, now)
        return keep_visit(db, result, run_id=run, follow=None, release_owner="me")


def _read(visit: ClaimedVisit, body: bytes, now: datetime) -> VisitResult:
    reading = read_feed_task(
        FeedTask(document=Document(body=body, address=visit.address, fetched_at=now), claimed=visit)
    )  # fmt: skip
    assert reading.problem is None
    return VisitResult(
        source_id=visit.source_id, host=visit.host, started_at=now, ended_at=now,
        outcome=Outcome(code="read", category="ok", message=""), entries=reading.entries, known_entries=reading.known,
        identity_scheme=reading.identity, complete=reading.whole,
    )  # fmt: skip


def entry(number: int, place: int, poll: int, *, guid: str, link: str, date: str, edited: bool) -> Item:
    return Item(
        title=f"Story {number}",
        guid={"own": f"g{number}", "none": None, "places": f"{place}", "one": "x",
              "fresh": f"{poll}/{number}"}[guid],
        link={"own": f"http://daily.test/{number}", "none": None, "one": "http://daily.test/live",
              "home": "http://daily.test/"}[link],
        date={"own": f"Tue, 24 Nov 2026 05:{number:02d}:07 GMT", "day": "2026-11-24", "none": None}[date],
        text=f"<p>All of story {number}{', corrected' if edited else ''}.</p>",
    )  # fmt: skip


def stories(writer: Writer) -> list[str]:
    sql = "SELECT title FROM story WHERE merged_into IS NULL ORDER BY title"
    return [row[0] for row in writer.do(lambda db: db.conn.execute(sql).fetchall())]


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(GUIDS), st.sampled_from(LINKS), st.sampled_from(DATES), _POLLS, _EDITS)
def test_as_many_stories_as_entries(
    guid: str, link: str, date: str, polls: Sequence[Sequence[int]], edits: set[tuple[int, int]]
) -> None:
    assume((guid, link) not in INDISTINGUISHABLE or (guid, date) == ("fresh", "own"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "newsdesk.db"
        prepare(path)
        with Writer(path) as writer:
            source = Source(writer, "daily.test")
            seen: set[int] = set()
            edited: set[int] = set()
            for poll, numbers in enumerate(polls):
                edited |= {number for at, number in edits if at == poll}
                counts = source.poll(
                    rss(*(
                        entry(number, place, poll, guid=guid, link=link, date=date, edited=number in edited)
                        for place, number in enumerate(numbers)
                    ))
                )  # fmt: skip
                assert counts.seen == len(numbers)
                assert counts.new == len(set(numbers) - seen), (poll, counts)
                assert counts.duplicate == counts.refused == 0
                seen |= set(numbers)
                assert stories(writer) == sorted(f"Story {number}" for number in seen)
                check(writer, len(numbers))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(("own", "none", "one")), st.sampled_from(DATES), _POLLS, st.data())
def test_two_sources_of_one_site_share_their_stories(
    guid: str, date: str, polls: Sequence[Sequence[int]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "newsdesk.db"
        prepare(path)
        with Writer(path) as writer:
            sources = Source(writer, "daily.test"), Source(writer, "www.daily.test")
            seen: set[int] = set()
            for poll, numbers in enumerate(polls):
                made = (
                    entry(number, place, poll, guid=guid, link="own", date=date, edited=False)
                    for place, number in enumerate(numbers)
                )
                counts = data.draw(st.sampled_from(sources)).poll(rss(*made))
                assert counts.new == len(set(numbers) - seen)
                seen |= set(numbers)
                assert stories(writer) == sorted(f"Story {number}" for number in seen)


def check(writer: Writer, living: int) -> None:
    def look(db: Database) -> None:
        db.conn.execute("INSERT INTO story_fts (story_fts) VALUES ('integrity-check')")
        [(live, keys)] = db.conn.execute(
            "SELECT count(*), count(DISTINCT entry_key) FROM entry WHERE gone_at IS NULL"
        ).fetchall()
        assert live == keys == living

    writer.do(look)


_MIXED = st.lists(st.tuples(st.sampled_from(("own", "none", "one")), st.just("own")), min_size=8, max_size=8)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(_MIXED, _POLLS)
def test_the_identity_scheme_may_change_at_any_poll(
    kinds: Sequence[tuple[str, str]], polls: Sequence[Sequence[int]]
) -> None:
    """Each entry keeps what it has, but some have no GUID, or one that others have too."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "newsdesk.db"
        prepare(path)
        with Writer(path) as writer:
            source = Source(writer, "daily.test")
            seen: set[int] = set()
            for poll, numbers in enumerate(polls):
                made = (
                    entry(
                        number,
                        0,
                        poll,
                        guid=kinds[number][0],
                        link=kinds[number][1],
                        date="own",
                        edited=False,
                    )
                    for number in numbers
                )
                source.poll(rss(*made))
                seen |= set(numbers)
                assert stories(writer) == sorted(f"Story {number}" for number in seen), poll
                check(writer, len(numbers))
