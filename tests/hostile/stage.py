"""Plays cases: the hostile web, the canaries, two healthy feeds, and the real desk over a real file.

`play` runs all given cases in one store and one session a round, as a reader with many sources would meet
them; a single case is played the same way. What came of each is an `End`.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsdesk.crawler.discovery.discover import Asked, Discovery
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.politeness.rate_limiter import host_of
from newsdesk.crawler.session import SessionSettings
from newsdesk.scheduler.run.discover import find_feeds
from newsdesk.scheduler.run.leases import RunSettings
from newsdesk.scheduler.run.runner import Runner, Visited
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.queries.lookup import find_story
from newsdesk.storage.records.visits import Limits
from newsdesk.storage.sources.sources import NewSource, add_source
from tests.hostile.case import Answers, Case, Scene
from tests.support import network_guard
from tests.support.certificates import Issuer
from tests.support.feeds import many, rss
from tests.support.runner import utc_now
from tests.support.web import Request, Web

HEALTHY = ("aaa-healthy.test", "zzz-healthy.test")  # the first and the last to be claimed
STORIES = 5
LIMITS = {
    "plain": Limits(visit_s=20.0, body_bytes=3_000_000, reading_s=8.0, entries=500),
    "slow": Limits(visit_s=1.5, body_bytes=3_000_000, reading_s=8.0, entries=500),
}
_CERTIFICATES: dict[str, tuple[str, dict[str, Any]]] = {
    "good": ("*.tls.test", {}),
    "self-signed": ("*.tls.test", {"self_signed": True}),
    "expired": ("*.tls.test", {"days": -1}),
    "early": ("*.tls.test", {"from_days": 9}),
    "wrong-host": ("elsewhere.test", {}),
}
_OWN = (  # what is kept of a source, table by table
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
class End:
    """What came of a case. `stories` as `newsdesk story --json` gives them; `kept` is every row of it as
    text; `heard` are the visits of the run as its listener heard of them."""

    case: Case
    word: str
    words: str
    group: str
    stories: tuple[dict[str, Any], ...] = ()
    pages: tuple[str, ...] = ()
    kept: str = ""
    requests: tuple[Request, ...] = ()
    revisions: int = 0
    row: dict[str, Any] = field(default_factory=dict)
    discovery: Discovery | None = None
    db: Path = Path()


@dataclass(slots=True, kw_only=True, repr=False)
class Played:
    """All ends, and what holds for the run as a whole. Never printed: asyncio prints what a task gave, which
    would be megabytes."""

    ends: dict[str, End] = field(default_factory=dict)
    contacts: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    healthy: list[tuple[str, str, int]] = field(default_factory=list)  # host, outcome, stories stored whole
    stores: list[Path] = field(default_factory=list)
    heard: list[Visited] = field(default_factory=list)
    seconds: float = 0.0


async def play(cases: Sequence[Case], folder: Path) -> Played:
    """Play the cases in the folder, the slow ones apart from the others."""
    played = Played()
    begun = time.monotonic()
    for batch in ("plain", "slow"):
        chosen = [case for case in cases if case.batch == batch]
        if chosen:
            inside = folder / batch
            inside.mkdir()
            await _play_batch(chosen, inside, LIMITS[batch], played)
    played.seconds = time.monotonic() - begun
    return played


async def _play_batch(cases: Sequence[Case], folder: Path, limits: Limits, played: Played) -> None:
    network_guard.strays.clear()
    path = folder / "newsdesk.db"
    prepare(path)
    async with AsyncExitStack() as stack:
        web = await stack.enter_async_context(Web())
        canary = await stack.enter_async_context(_canary("127.0.0.1", 0, played.contacts))
        canary6 = await stack.enter_async_context(_canary("::1", web.port, played.contacts))
        issuer = Issuer(folder)
        tls = {}
        if any(case.name.startswith("tls-") for case in cases):
            for fault, (name, told) in _CERTIFICATES.items():
                tls[fault] = await stack.enter_async_context(Web(tls=issuer.context(name, **told)))
        scenes = {
            case.name: Scene(
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
                case.name: _set_up(case, scenes[case.name], writer) for case in cases if case.asked is None
            }
            for number in range(max(case.visits for case in cases)):
                wanted = [
                    sources[case.name] for case in cases if case.visits > number and case.name in sources
                ]
                if number == 0:
                    wanted = [healthy[0], *wanted, healthy[1]]
                runner = Runner(writer, settings, listen=played.heard.append)
                await runner.run(Wanted(asked_at=utc_now(), sources=tuple(wanted)))
            asked = [case for case in cases if case.asked is not None]
            for case in asked:
                answer(case, scenes[case.name])
            found = await find_feeds(
                [Asked(address=scenes[case.name].fill(case.asked or ""), limits=limits) for case in asked],
                settings,
            )
        for case, discovery in zip(asked, found, strict=True):
            played.ends[case.name] = _end_of_asking(case, discovery, _requests(web, scenes[case.name]))
        for case in cases:
            if case.name in sources:
                played.ends[case.name] = _end_of_visit(
                    case, sources[case.name], path, _requests(web, scenes[case.name])
                )
        played.healthy += _healthy(path, healthy)
    network_guard.names.clear()
    played.strays += network_guard.strays
    network_guard.strays.clear()
    played.stores.append(path)


def _host_of(case: Case) -> str:
    """A site of its own; those with certificates are under one name, as a wildcard wants it."""
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


def _add(writer: Writer, address: str, **told: Any) -> int:
    new = NewSource(address=address, host=host_of(address), site=site_of(address), **told)
    return writer.do(lambda db: add_source(db, new, now=utc_now()))[0]


def _set_up(case: Case, scene: Scene, writer: Writer) -> int:
    answer(case, scene)
    address = scene.fill(case.at) if case.at else scene.url()
    return _add(writer, address, full_text=case.full_text)


def answer(case: Case, scene: Scene) -> None:
    """From now on the web answers as the case says."""
    network_guard.names.update({scene.fill(name): look_up for name, look_up in case.lookups.items()})
    told: list[tuple[str, Answers]] = [("/feed.xml", one) for one in case.answers]
    for path, answers in (*told, *case.paths.items()):
        said = dict(answers(scene) if callable(answers) else answers)
        for name in ("body", "raw"):
            said[name] = _own(said[name], scene) if said.get(name) else said.get(name)
        scene.serve(path, **{**said, "body": said["body"] or b""})


def _own(body: bytes | str, scene: Scene) -> bytes:
    """`own.example` is each case's own host, so that no two cases tell of one story. Lengths stay right only
    where the web counts them."""
    return (body.encode() if isinstance(body, str) else body).replace(b"own.example", scene.host.encode())


def _requests(web: Web, scene: Scene) -> tuple[Request, ...]:
    return tuple(request for request in web.log if f".{request.host}".endswith(f".{scene.host}"))


def _end_of_asking(case: Case, found: Discovery, requests: tuple[Request, ...]) -> End:
    return End(
        case=case, word=found.outcome.code, words=found.outcome.message, group=found.outcome.category,
        discovery=found, requests=requests, kept=repr(found),
    )  # fmt: skip


def _end_of_visit(case: Case, source_id: int, path: Path, requests: tuple[Request, ...]) -> End:
    with reading(path) as db:
        [row] = db.query("SELECT * FROM source WHERE id = ?", (source_id,))
        ids = [
            found
            for (found,) in db.conn.execute(
                "SELECT DISTINCT story_id FROM entry JOIN story ON story.id = story_id"
                " WHERE source_id = ? AND merged_into IS NULL ORDER BY story_id",
                (source_id,),
            )
        ]
        stories = tuple(story for story_id in ids if (story := find_story(db, story_id)) is not None)
        pages = tuple(page["outcome"] or "" for story in stories for page in story["pages"])
        rows = [
            [value for value in found.values() if not isinstance(value, bytes)]
            for sql in _OWN
            for found in db.query(sql, {"id": source_id})
        ]
    kept = json.dumps([rows, stories], ensure_ascii=False, default=str)
    return End(
        case=case, word=row["outcome"], words=row["outcome_message"], group=row["outcome_category"],
        stories=stories, pages=pages, kept=kept, requests=requests, row=row, db=path,
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
    """Writes down whoever comes, and answers with a feed, so that what it says would be kept."""
    body = rss(*many(1, site="canary.test"), title="CANARY")

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        contacts.append(f"{address} was contacted")
        first = await reader.readline()
        contacts.append(f"{address} was asked {first[:200]!r}")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        writer.close()

    try:
        server = await asyncio.start_server(talk, address, port, family=socket.AF_UNSPEC)
    except OSError:  # a machine without IPv6: the guard is judged by its words alone
        yield port
        return
    async with server:
        yield server.sockets[0].getsockname()[1]
