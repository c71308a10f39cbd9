"""A clock that was ahead and was set back: no wait is longer than the longest that is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsdesk.crawler.politeness.robots import is_fresh
from newsdesk.storage.db.database import prepare
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.clock_errors import clear_impossible_visits
from newsdesk.storage.hosts.leases import Claim, Wanted, claim
from newsdesk.storage.hosts.politeness import find_pausing_hosts, keep_host_updates
from newsdesk.storage.pages.due import claim_pages, due_page
from newsdesk.storage.records.hosts import HostUpdate, Robots
from newsdesk.storage.records.rate_limits import RateLimits
from newsdesk.storage.records.visits import Limits
from newsdesk.storage.sources.gaps import gap_since
from newsdesk.storage.sources.moves import Store
from newsdesk.storage.sources.sources import NewSource, add_source

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RATES = RateLimits(delay_s=2.0, per_minute=None)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    prepare(tmp_path / "newsdesk.db")
    with Writer(tmp_path / "newsdesk.db") as writer:
        new = NewSource(address="http://a.test/feed", host="a.test", site="a.test")
        writer.do(lambda db: add_source(db, new, now=NOW - DAY))
        yield writer


def put(writer: Writer, sql: str, *values: Any) -> None:
    writer.do(lambda db: db.conn.execute(sql, values))


def claimed(writer: Writer, *, due: bool = True, **fields: Any) -> tuple[Claim, ...]:
    """What a run claims first. `fields` of `clear_impossible_visits`."""

    def job(db: Store) -> tuple[Claim, ...]:
        clear_impossible_visits(db, now=NOW, due_at=NOW, **fields)
        return claim(
            db,
            Wanted(requested_at=NOW, due=due),
            owner="me",
            now=NOW,
            hosts=10,
            lease_s=60,
            rate_limits=RATES,
            limits=Limits(),
        )

    return writer.do(job)


HOSTS = [
    # column, time ahead, whether the host is visited
    ("blocked_until", 24 * HOUR, False),
    ("blocked_until", 26 * HOUR, True),
    ("blocked_until", 900 * DAY, True),
    ("lease_until", timedelta(minutes=2), False),
    ("lease_until", 2 * HOUR, True),
]


@pytest.mark.parametrize(("column", "ahead", "visited"), HOSTS)
def test_leases_and_blocks(writer: Writer, column: str, ahead: timedelta, visited: bool) -> None:
    put(writer, f"UPDATE host SET {column} = ?, lease_owner = 'other'", to_iso(NOW + ahead))
    assert bool(claimed(writer)) is visited
    [(stored,)] = writer.do(lambda db: db.conn.execute(f"SELECT {column} FROM host").fetchall())
    assert (
        stored == to_iso(NOW + ahead)
    ) is not visited  # cleared, so that it does not hold when its time comes


REQUESTS = [
    # time of the next request ahead, crawl-delay of robots.txt, seconds until the next request
    (timedelta(seconds=50), None, 50),
    (timedelta(minutes=10), None, 2),
    (300 * DAY, None, 2),
    (timedelta(seconds=20), 30.0, 20),
    (timedelta(hours=2), 30.0, 30),
]


@pytest.mark.parametrize(("ahead", "robots_delay_s", "wait_s"), REQUESTS)
def test_the_next_request_of_a_host(
    writer: Writer, ahead: timedelta, robots_delay_s: float | None, wait_s: float
) -> None:
    put(writer, "UPDATE host SET next_request_at = ?, delay_s = ?", to_iso(NOW + ahead), robots_delay_s)
    pausing = writer.do(lambda db: find_pausing_hosts(db, now=NOW))
    assert all(host.next_request_at <= NOW + timedelta(seconds=50) for host in pausing)
    [only] = claimed(writer)
    assert only.visits[0].next_request_at == NOW + timedelta(seconds=wait_s)
    [(stored,)] = writer.do(lambda db: db.conn.execute("SELECT next_request_at FROM host").fetchall())
    assert stored <= to_iso(NOW + timedelta(seconds=max(wait_s, robots_delay_s or 2)))


def test_a_host_known_from_a_redirect_is_corrected_when_it_is_kept(writer: Writer) -> None:
    put(writer, "UPDATE host SET next_request_at = ?", to_iso(NOW + 300 * DAY))
    update = HostUpdate(host="a.test", next_request_at=NOW + timedelta(seconds=2))
    writer.do(lambda db: keep_host_updates(db, [update], now=NOW))
    [(stored,)] = writer.do(lambda db: db.conn.execute("SELECT next_request_at FROM host").fetchall())
    assert stored == to_iso(NOW + timedelta(seconds=2))


def test_a_rate_that_was_reduced_in_the_future_recovers_from_now(writer: Writer) -> None:
    put(writer, "UPDATE host SET rate_share = 0.5, rate_limited_at = ?", to_iso(NOW + 300 * DAY))
    claimed(writer)
    assert writer.do(lambda db: db.conn.execute("SELECT rate_limited_at FROM host").fetchall()) == [
        (to_iso(NOW),)
    ]


VISITS = [
    # columns of the source, time of its next visit ahead, whether it is due now
    ({}, 24 * HOUR, False),
    ({}, 3 * DAY, True),
    ({"every_s": 7 * 86400}, 6 * DAY, False),
    ({"every_s": 7 * 86400}, 9 * DAY, True),
    ({"cron": "0 0 1 1 *"}, 300 * DAY, False),
    ({"cron": "0 0 1 1 *"}, 800 * DAY, True),
    ({"status": "dormant"}, 7 * DAY, False),
    ({"status": "dormant"}, 20 * DAY, True),
    ({"status": "gone"}, 30 * DAY, False),
    ({"status": "gone"}, 60 * DAY, True),
    ({"state": "paused"}, 60 * DAY, False),
]


@pytest.mark.parametrize(("columns", "ahead", "due"), VISITS)
def test_next_visits(writer: Writer, columns: dict[str, Any], ahead: timedelta, due: bool) -> None:
    for column, value in columns.items():
        put(writer, f"UPDATE source SET {column} = ?", value)
    put(writer, "UPDATE source SET next_visit_at = ?", to_iso(NOW + ahead))
    assert bool(claimed(writer)) is due


def test_the_longest_interval_of_the_settings_is_no_clock_error(writer: Writer) -> None:
    put(writer, "UPDATE source SET next_visit_at = ?", to_iso(NOW + 6 * DAY))
    assert not claimed(writer, longest_visit_s=6 * 86400)
    assert claimed(writer, longest_visit_s=4 * 86400)


PAGES = [
    # when it is due and its last outcome was, ahead of now; whether it is read
    (timedelta(0), None, True),
    (3 * HOUR, None, False),
    (300 * DAY, None, True),
    (timedelta(0), 300 * DAY, True),
    (timedelta(0), timedelta(minutes=1), False),
]


@pytest.mark.parametrize(("due", "outcome", "read"), PAGES)
def test_pages(writer: Writer, due: timedelta, outcome: timedelta | None, read: bool) -> None:
    writer.do(
        lambda db: due_page(db, "http://a.test/one", story_id=None, why="requested", now=to_iso(NOW + due))
    )
    put(writer, "UPDATE page SET outcome_at = ?", None if outcome is None else to_iso(NOW + outcome))
    claimed(writer)
    pages = writer.do(
        lambda db: claim_pages(
            db,
            host="a.test",
            pages=None,
            sources=None,
            requested_at=NOW,
            now=NOW,
            rate_limits=RATES,
            limits=Limits(),
        )
    )
    assert bool(pages) is read


def test_a_backfill_and_a_robots_txt() -> None:
    row = {"news_since": to_iso(NOW), "last_ok_at": to_iso(NOW)}
    assert gap_since({**row, "next_backfill_at": to_iso(NOW + 30 * DAY)}, now=NOW) is None
    assert gap_since({**row, "next_backfill_at": to_iso(NOW + 300 * DAY)}, now=NOW) == NOW
    for ahead, fresh in ((timedelta(minutes=1), True), (300 * DAY, False), (-2 * DAY, False)):
        robots = Robots(host="a.test", robots_txt="", read_at=NOW + ahead, delay_s=None)
        assert is_fresh(robots, host="a.test", now=NOW) is fresh
