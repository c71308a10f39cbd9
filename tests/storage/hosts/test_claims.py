"""Which hosts a claim finds, in which order, and that its work does not grow with what waits."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from benchmarks.tick.__main__ import CASES, Case, fill
from newsdesk.storage.db.database import connect, immediate, prepare
from newsdesk.storage.db.schema import PAGES_DUE, SOURCES_DUE
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.hosts.leases import Claim, Wanted, claim, find_remaining
from newsdesk.storage.hosts.remaining import Remaining
from newsdesk.storage.records.rate_limits import RateLimits
from newsdesk.storage.records.visits import Limits
from newsdesk.storage.sources.subscriptions import FIRST_WHY

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    prepare(tmp_path / "newsdesk.db")
    db = connect(tmp_path / "newsdesk.db", readonly=False)
    yield db
    db.close()


def claimed(
    db: Database, wanted: Wanted, *, hosts: int = 10, remaining: Remaining | None = None, visits: int = 50
) -> tuple[Claim, ...]:
    return claim(
        db,
        wanted,
        owner="me:1:1",
        now=NOW,
        hosts=hosts,
        lease_s=120,
        rate_limits=RateLimits(),
        limits=Limits(),
        visits=visits,
        candidates=None if remaining is None else remaining.candidates(),
        blocked=(),
    )


def at(minutes: float) -> str:
    return to_iso(NOW + timedelta(minutes=minutes))


def random_store(db: Database, seed: int) -> None:
    """Sources and pages in all states on a few hosts, and changes of them."""
    chance = random.Random(seed)
    hosts = [f"h{n}.test" for n in range(12)]
    db.conn.executemany(
        "INSERT INTO host (host, lease_until, blocked_until) VALUES (?, ?, ?)",
        [
            (
                host,
                chance.choice((None, None, at(-1), at(1))),
                chance.choice((None, None, None, at(-1), at(5))),
            )
            for host in hosts
        ],
    )

    def source() -> dict[str, Any]:
        return {
            "host": chance.choice(hosts),
            "state": chance.choice(("active", "active", "active", "paused", "retired")),
            "outcome": chance.choice((None, "ok", "timeout")),
            "last_visit_at": chance.choice((None, at(-60), at(1), at(90))),
            "next_visit_at": at(chance.randrange(-60, 60)),
            "next_visit_why": chance.choice((FIRST_WHY, "by its profile")),
        }

    for number in range(60):
        values = {**source(), "address": f"http://{number}.test/", "site": "s.test", "added_at": at(-99)}
        db.conn.execute(
            f"INSERT INTO source ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})",
            values,
        )
        db.conn.execute(
            "INSERT INTO page (url, host, due_at, why) VALUES (?, ?, ?, ?)",
            (
                f"http://{number}.test/page",
                chance.choice(hosts),
                chance.choice((None, at(chance.randrange(-60, 60)))),
                chance.choice(("requested", "backlog")),
            ),
        )
    for _ in range(60):
        name, value = chance.choice(list(source().items()))
        db.conn.execute(f"UPDATE source SET {name} = ? WHERE id = ?", (value, chance.randrange(1, 61)))
        change = chance.choice(("due_at = NULL", f"due_at = '{at(-5)}'", "why = 'backlog'"))
        db.conn.execute(f"UPDATE page SET {change} WHERE id = ?", (chance.randrange(1, 61),))
    db.conn.execute("DELETE FROM page WHERE id % 10 = 0")


def free(db: Database) -> set[str]:
    moment = to_iso(NOW)
    rows = db.conn.execute(
        "SELECT host FROM host WHERE coalesce(lease_until, '') <= ? AND coalesce(blocked_until, '') <= ?",
        (moment, moment),
    )
    return {host for (host,) in rows}


def expected(db: Database, wanted: Wanted) -> list[str]:
    """The hosts to claim by the definition: hosts with sources that did not time out last, the most overdue
    first; the other hosts with sources; hosts with pages; hosts with pages of the backlog only."""
    places: dict[str, tuple[Any, ...]] = {}
    wait = set()
    for row in db.query("SELECT * FROM source"):
        visited, next_at = row["last_visit_at"], row["next_visit_at"]
        counts = row["state"] == "active" or (
            wanted.sources is not None and not wanted.due and row["state"] == "paused"
        )
        counts &= wanted.sources is None or row["id"] in wanted.sources
        if wanted.first:
            counts &= visited is None and row["next_visit_why"] == FIRST_WHY
        elif wanted.due:
            counts &= next_at <= to_iso(NOW)
        timed_out = int(row["outcome"] == "timeout" and not wanted.first)
        waits = counts and (visited is None or visited < to_iso(NOW) or visited > at(60))
        if waits:
            wait.add(row["host"])
        if waits and wanted.one_off:  # by the first of all its sources
            before = places.get(row["host"], (1, "~", 10**9))
            places[row["host"]] = tuple(map(min, before, (timed_out, next_at, row["id"])))
        elif counts and not wanted.one_off:  # by the first of those that did not time out, if there are any
            one = (timed_out, next_at, row["host"])
            places[row["host"]] = min(one, places.get(row["host"], one))
    order = [host for host in sorted(places, key=lambda host: places[host]) if host in wait]
    pages: dict[str, tuple[Any, ...]] = {}
    for row in db.query("SELECT * FROM page WHERE due_at <= ? AND why = 'requested'", (to_iso(NOW),)):
        if wanted.pages is None:
            one = (row["due_at"], row["host"])
            pages[row["host"]] = min(one, pages.get(row["host"], one))
    order += [host for host in sorted(pages, key=lambda host: pages[host]) if host not in wait]
    return [host for host in order if host in free(db)]


WANTED = [
    Wanted(requested_at=NOW, due=True),
    Wanted(requested_at=NOW, due=True, first=True),
    Wanted(requested_at=NOW),
    Wanted(requested_at=NOW, sources=tuple(range(5, 30)), pages=()),
    Wanted(requested_at=NOW, sources=tuple(range(5, 30)), due=True, pages=()),
]


@pytest.mark.parametrize("wanted", WANTED, ids=["due", "first", "all", "some", "some due"])
@pytest.mark.parametrize("seed", range(12))
def test_hosts_are_claimed_in_order(db: Database, wanted: Wanted, seed: int) -> None:
    random_store(db, seed)
    order = expected(db, wanted)
    few = claimed(db, wanted, hosts=3)
    rest = claimed(db, wanted, hosts=99)
    assert [one.host for one in few] + [one.host for one in rest] == order
    assert len(few) == min(3, len(order))


@pytest.mark.parametrize("seed", range(8))
def test_what_is_due_first_on_a_host_follows_its_sources_and_pages(db: Database, seed: int) -> None:
    random_store(db, seed)
    columns = "host, due_at, timed_out_due_at, first_visit_due_at, page_due_at, backlog_due_at"
    kept = db.conn.execute(f"SELECT {columns} FROM host ORDER BY host").fetchall()
    db.conn.execute(f"UPDATE host SET {SOURCES_DUE}, {PAGES_DUE}")
    assert db.conn.execute(f"SELECT {columns} FROM host ORDER BY host").fetchall() == kept


def store_of(db: Database, case: Case, sources: int) -> Remaining:
    with immediate(db):
        fill(db, sources, one_host=case.one_host)
        for statement in filter(None, case.change.split("; ")):
            db.conn.execute(statement)
    db.conn.execute("ANALYZE")  # maintenance does so; the plans must not depend on it
    return find_remaining(db, case.wanted) if case.wanted.one_off else Remaining(())


def steps(path: Path, case: Case, sources: int) -> int:
    """Steps of SQLite's virtual machine for three claims, in units of ten."""
    prepare(path)
    db = connect(path, readonly=False)
    remaining = store_of(db, case, sources)
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 1

    db.conn.set_progress_handler(count, 10)
    for _ in range(3):
        remaining.begin(now=NOW)
        claims = claimed(db, case.wanted, remaining=remaining, visits=20)
        remaining.end(len(claims), held={})
    db.conn.set_progress_handler(None, 0)
    db.close()
    return taken


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_claim_works_no_more_when_more_sources_wait(tmp_path: Path, case: Case) -> None:
    few, many = (steps(tmp_path / f"{sources}.db", case, sources) for sources in (400, 4000))
    assert many < 1.1 * few + 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_statement_of_a_claim_scans_a_table(db: Database, case: Case) -> None:
    remaining = store_of(db, case, 50)
    statements: list[str] = []
    db.conn.set_trace_callback(statements.append)
    claimed(db, case.wanted, remaining=remaining)
    db.conn.set_trace_callback(None)
    plans = [
        (statement, row[3])
        for statement in set(statements)
        if " FROM boilerplate " not in statement  # of one site
        for row in db.conn.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
    ]
    assert plans
    of_listed = "FROM json_each("
    assert [one for one in plans if one[1].startswith("SCAN") and of_listed not in one[0]] == []
    assert [one for one in plans if "TEMP B-TREE" in one[1] and of_listed not in one[0]] == []


def test_a_host_of_a_one_off_crawl_comes_again_until_its_sources_are_visited(db: Database) -> None:
    db.conn.execute("INSERT INTO host (host) VALUES ('a.test'), ('b.test'), ('c.test')")
    db.conn.executemany(
        "INSERT INTO source (id, address, host, site, added_at, next_visit_at) VALUES (?, ?, ?, '', '', ?)",
        [
            (1, "1", "a.test", at(1)),
            (2, "2", "a.test", at(3)),
            (3, "3", "b.test", at(2)),
            (4, "4", "c.test", at(4)),
        ],
    )
    remaining = find_remaining(db, Wanted(requested_at=NOW))

    def look(most: int, *, held: dict[str, datetime] | None = None, now: datetime = NOW) -> list[str]:
        remaining.begin(now=now)
        found = [host for host, _ in remaining.candidates()][:most]
        remaining.end(len(found), held=held or {})
        return found

    assert look(1) == ["a.test"]
    remaining.visited("a.test", 1)
    remaining.released("a.test")
    until = NOW + timedelta(seconds=30)
    assert look(1, held={"b.test": until}) == ["b.test"]  # leased by another process
    assert look(2) == ["a.test", "c.test"]
    remaining.visited("c.test", 4)
    for host in ("a.test", "c.test"):  # of the first no visit was kept
        remaining.released(host)
    assert look(9) == ["a.test"]
    assert look(9) == []
    assert look(9, now=until) == ["b.test"]


@pytest.mark.parametrize("one_host", [True, False], ids=["one host", "own hosts"])
def test_a_visit_is_planned_without_looking_at_other_sources(tmp_path: Path, one_host: bool) -> None:
    def work(sources: int) -> int:
        path = tmp_path / f"{sources}.db"
        prepare(path)
        db = connect(path, readonly=False)
        store_of(db, Case(name="", wanted=Wanted(requested_at=NOW, due=True), one_host=one_host), sources)
        taken = 0

        def count() -> None:
            nonlocal taken
            taken += 1

        db.conn.set_progress_handler(count, 10)
        db.conn.execute("UPDATE source SET outcome = 'ok', next_visit_at = ? WHERE id = 30", (at(600),))
        db.conn.execute("UPDATE source SET outcome = 'timeout', next_visit_at = ? WHERE id = 31", (at(1),))
        db.close()
        return taken

    assert work(4000) <= work(400) + 2
