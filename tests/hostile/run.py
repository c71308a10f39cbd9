"""Runs cases: hostile servers, canaries, two healthy feeds, and the real runner with a real database file.

`run_cases` crawls all given cases as sources of one store, in as many runs as the cases have visits. Each gives a
`CaseResult`.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from newsdesk.crawler.discovery.search import Discovery, DiscoveryRequest
from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.scheduler.run.discover import find_feeds
from newsdesk.scheduler.run.runner import Runner
from newsdesk.scheduler.run.summary import KeptVisit
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.queries.lookup import find_story
from newsdesk.storage.records.visits import Limits
from newsdesk.storage.sources.moves import Store
from newsdesk.storage.sources.sources import NewSource, add_source
from tests.hostile.case import Case, CaseServer, ResponseSpec
from tests.support import network_guard
from tests.support.certificates import Issuer
from tests.support.feeds import many, rss
from tests.support.runner import utc_now
from tests.support.web import Request, Web

HEALTHY = ("aaa-healthy.test", "zzz-healthy.test")  # the first and the last to be claimed
STORIES = 5
HERE = "http://{here}"  # the beginning of a feed_address on the host of its case
LIMITS = {
    "plain": Limits(visit_s=20.0, body_bytes=3_000_000, entries=500),
    "days": Limits(visit_s=20.0, body_bytes=3_000_000, entries=500),
    "slow": Limits(visit_s=1.5, body_bytes=3_000_000, entries=500),
}
_CERTIFICATES: dict[str, tuple[str, dict[str, Any]]] = {
    "good": ("*.tls.test", {}),
    "self-signed": ("*.tls.test", {"self_signed": True}),
    "expired": ("*.tls.test", {"days": -1}),
    "early": ("*.tls.test", {"from_days": 9}),
    "wrong-host": ("elsewhere.test", {}),
}
_ROWS_OF_SOURCE = (  # the stored rows of a source, table by table
    "SELECT * FROM source WHERE id = :id",
    "SELECT * FROM visit WHERE source_id = :id",
    "SELECT * FROM entry WHERE source_id = :id",
    "SELECT snapshot.* FROM snapshot JOIN entry ON entry.id = entry_id WHERE source_id = :id",
    "SELECT address.* FROM address WHERE story_id IN (SELECT story_id FROM entry WHERE source_id = :id)",
    "SELECT page.* FROM page WHERE story_id IN (SELECT story_id FROM entry WHERE source_id = :id)",
    "SELECT visit.* FROM visit JOIN page ON page.id = page_id WHERE page.story_id IN"
    " (SELECT story_id FROM entry WHERE source_id = :id)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """The result of a case. `stories` are as in `newsdesk story --json`, `stored` is the text of all its rows,
    `source` is its row of the table, `others` are the stories of its neighbours."""

    case: Case
    outcome: str
    message: str
    category: str
    stories: tuple[dict[str, Any], ...] = ()
    pages: tuple[str, ...] = ()
    stored: str = ""
    requests: tuple[Request, ...] = ()
    revisions: int = 0
    source: dict[str, Any] = field(default_factory=dict)
    discovery: Discovery | None = None
    others: tuple[dict[str, Any], ...] = ()
    db: Path = Path()


@dataclass(slots=True, kw_only=True, repr=False)
class RunResult:
    """The results of all cases and of the run itself. Without a repr: asyncio prints the result of a task, which
    would be megabytes."""

    results: dict[str, CaseResult] = field(default_factory=dict)
    contacts: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    healthy: list[tuple[str, str, int]] = field(
        default_factory=list
    )  # host, outcome, stories that are stored completely
    stores: list[Path] = field(default_factory=list)
    visits: list[KeptVisit] = field(default_factory=list)
    seconds: float = 0.0


async def run_cases(cases: Sequence[Case], folder: Path, *, reading_s: float = 8.0) -> RunResult:
    """Run the cases in the folder, the slow ones separately. `reading_s`: how long a document may be parsed."""
    run = RunResult()
    begun = time.monotonic()
    for batch in ("plain", "days", "slow"):
        chosen = [case for case in cases if case.batch == batch]
        if chosen:
            inside = folder / batch
            inside.mkdir()
            limits = replace(LIMITS[batch], reading_s=reading_s)
            await _run_batch(chosen, inside, limits, run, daily=batch == "days")
    run.seconds = time.monotonic() - begun
    return run


async def _run_batch(
    cases: Sequence[Case], folder: Path, limits: Limits, run: RunResult, *, daily: bool
) -> None:
    network_guard.strays.clear()
    path = folder / "newsdesk.db"
    prepare(path)
    async with AsyncExitStack() as stack:
        web = await stack.enter_async_context(Web())
        canary = await stack.enter_async_context(_canary("127.0.0.1", 0, run.contacts))
        canary6 = await stack.enter_async_context(_canary("::1", web.port, run.contacts))
        issuer = Issuer(folder)
        tls = {}
        if any(case.name.startswith("tls-") for case in cases):
            for defect, (name, options) in _CERTIFICATES.items():
                tls[defect] = await stack.enter_async_context(Web(tls=issuer.context(name, **options)))
        servers = {
            case.name: CaseServer(
                host=_host_of(case),
                web=web,
                canary=f"127.0.0.1:{canary}",
                canary6=f"[::1]:{canary6}",
                tls=tls,
            )
            for case in cases
        }
        settings = _settings(web, tls, issuer.file, limits)
        with Writer(path) as writer:
            for host in HEALTHY:
                web.serve("/feed.xml", rss(*many(STORIES, site=host)), host=host)
            healthy = [_add(writer, web.url(host, "/feed.xml")) for host in HEALTHY]
            sources = {
                case.name: _add_source_of(case, servers[case.name], writer)
                for case in cases
                if case.discover_at is None
            }
            neighbours = {
                case.name: [
                    _add(writer, servers[case.name].url(path), full_text=case.full_text) for path in case.also
                ]
                for case in cases
            }
            for number in range(max(case.visits for case in cases)):
                now = partial(_later, timedelta(days=number if daily else 0))
                wanted = [
                    one
                    for case in cases
                    if case.visits > number and case.name in sources
                    for one in (*neighbours[case.name], sources[case.name])
                ]
                if number == 0:
                    wanted = [healthy[0], *wanted, healthy[1]]
                runner = Runner(writer, settings, on_visit=run.visits.append, now=now)
                await runner.run(Wanted(requested_at=now(), sources=tuple(wanted)))
            searches = [case for case in cases if case.discover_at is not None]
            for case in searches:
                serve_case(case, servers[case.name])
            found = await find_feeds(
                [
                    DiscoveryRequest(address=servers[case.name].fill(case.discover_at or ""), limits=limits)
                    for case in searches
                ],
                settings,
            )
        for case, discovery in zip(searches, found, strict=True):
            run.results[case.name] = _result_of_discovery(case, discovery, _requests(web, servers[case.name]))
        for case in cases:
            if case.name in sources:
                run.results[case.name] = _result_of_visits(
                    case,
                    sources[case.name],
                    path,
                    _requests(web, servers[case.name]),
                    neighbours[case.name],
                )
        run.healthy += _healthy(path, healthy)
    network_guard.names.clear()
    run.strays += network_guard.strays
    network_guard.strays.clear()
    run.stores.append(path)


def _host_of(case: Case) -> str:
    """A host of its own; those with certificates are below one name, for a wildcard certificate."""
    return f"{case.name}.tls.test" if case.name.startswith("tls-") else f"{case.name}.test"


def _settings(web: Web, tls: dict[str, Web], ca_file: str, limits: Limits) -> RunSettings:
    ports = [web.port, *(one.port for one in tls.values())]
    client = web.settings(allow=tuple(f"127.0.0.1:{port}" for port in ports), ca_file=ca_file)
    return RunSettings(
        session=SessionSettings(client=client, workers=2, delay_s=0.0, per_minute=None),
        limits=limits,
        hosts=64,
        backlog=10,
    )


def _add(writer: Writer, address: str, **fields: Any) -> int:
    new = NewSource(address=address, host=host_of(address), site=site_of(address), **fields)
    return writer.do(lambda db: add_source(db, new, now=utc_now()))[0]


def _add_source_of(case: Case, server: CaseServer, writer: Writer) -> int:
    serve_case(case, server)
    address = server.fill(case.feed_address) if case.feed_address else server.url()
    return _add(writer, address, kind=case.kind, full_text=case.full_text)


def serve_case(case: Case, server: CaseServer) -> None:
    """Serve the responses of the case from now on."""
    network_guard.names.update({server.fill(name): look_up for name, look_up in case.lookups.items()})
    address = case.feed_address or ""
    path_of_feed = address.removeprefix(HERE) if address.startswith(HERE) else "/feed.xml"
    feeds: list[tuple[str, ResponseSpec]] = [(path_of_feed, one) for one in case.responses]
    for path, response in (*feeds, *case.paths.items()):
        fields = dict(response(server) if callable(response) else response)
        for name in ("body", "raw"):
            fields[name] = _with_own_host(fields[name], server) if fields.get(name) else fields.get(name)
        server.serve(path, **{**fields, "body": fields["body"] or b""})


def _with_own_host(body: bytes | str, server: CaseServer) -> bytes:
    """Replaces `own.example` by the case's host, so that no two cases have the same story. A Content-Length stays
    correct only where `Web` computes it."""
    return (body.encode() if isinstance(body, str) else body).replace(b"own.example", server.host.encode())


def _requests(web: Web, server: CaseServer) -> tuple[Request, ...]:
    return tuple(request for request in web.log if f".{request.host}".endswith(f".{server.host}"))


def _result_of_discovery(case: Case, found: Discovery, requests: tuple[Request, ...]) -> CaseResult:
    return CaseResult(
        case=case, outcome=found.outcome.code, message=found.outcome.message, category=found.outcome.category,
        discovery=found, requests=requests, stored=repr(found),
    )  # fmt: skip


def _later(by: timedelta) -> datetime:
    return utc_now() + by


def _stories_of(db: Store, source_id: int) -> tuple[dict[str, Any], ...]:
    ids = [
        found
        for (found,) in db.conn.execute(
            "SELECT DISTINCT story_id FROM entry JOIN story ON story.id = story_id"
            " WHERE source_id = ? AND merged_into IS NULL ORDER BY story_id",
            (source_id,),
        )
    ]
    return tuple(story for story_id in ids if (story := find_story(db, story_id)) is not None)


def _result_of_visits(
    case: Case, source_id: int, path: Path, requests: tuple[Request, ...], neighbours: Sequence[int]
) -> CaseResult:
    with reading(path) as db:
        [row] = db.query("SELECT * FROM source WHERE id = ?", (source_id,))
        stories = _stories_of(db, source_id)
        others = tuple(story for one in neighbours for story in _stories_of(db, one))
        pages = tuple(page["outcome"] or "" for story in stories for page in story["pages"])
        rows = [
            [value for value in found.values() if not isinstance(value, bytes)]
            for sql in _ROWS_OF_SOURCE
            for found in db.query(sql, {"id": source_id})
        ]
    stored = json.dumps([rows, stories], ensure_ascii=False, default=str)
    return CaseResult(
        case=case, outcome=row["outcome"], message=row["outcome_message"], category=row["outcome_category"],
        stories=stories, pages=pages, stored=stored, requests=requests, source=row, db=path,
        others=others,
        revisions=sum(len(story["revisions"]) for story in stories),
    )  # fmt: skip


def _healthy(path: Path, ids: Sequence[int]) -> list[tuple[str, str, int]]:
    sql = (
        "SELECT outcome, (SELECT count(*) FROM entry JOIN story ON story.id = entry.story_id"
        " JOIN story_body ON story_body.story_id = story.id WHERE entry.source_id = source.id"
        " AND title LIKE 'Story number % of ' || ? AND text LIKE 'What happened in story %')"
        " FROM source WHERE id = ?"
    )
    with reading(path) as db:
        return [
            (host, *db.conn.execute(sql, (host, source_id)).fetchone())
            for host, source_id in zip(HEALTHY, ids, strict=True)
        ]


@asynccontextmanager
async def _canary(address: str, port: int, contacts: list[str]) -> AsyncIterator[int]:
    """Records every contact, and responds with a feed, so that its stories would be stored."""
    body = rss(*many(1, site="canary.test"), title="CANARY")

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        contacts.append(f"{address} was contacted")
        first = await reader.readline()
        contacts.append(f"{address} was sent {first[:200]!r}")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        writer.close()

    try:
        server = await asyncio.start_server(talk, address, port, family=socket.AF_UNSPEC)
    except OSError:  # a machine without IPv6: only the outcome of the guard is checked
        yield port
        return
    async with server:
        yield server.sockets[0].getsockname()[1]
