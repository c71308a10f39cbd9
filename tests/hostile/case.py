"""One case: the responses of its server and the expected result. The tables are in `tests/hostile/cases`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from newsdesk.storage.records.visits import SourceKind
from tests.support.web import Web

ResponseFields = Mapping[str, Any]  # the fields of tests.support.web.Response


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseServer:
    """The server of a case: its host name, the web that serves it, and the addresses that it tries to reach."""

    host: str
    web: Web
    canary: str  # "127.0.0.1:port", which nothing may contact
    canary6: str  # "[::1]:port"
    tls: Mapping[str, Web]  # by the defect of their certificate

    def url(self, path: str = "/feed.xml", host: str | None = None) -> str:
        return self.web.url(host or self.host, path)

    def serve(self, path: str, body: bytes | str = b"", **fields: Any) -> None:
        for web in (self.web, *self.tls.values()):
            web.then(path, body, host=self.host, **fields)

    def fill(self, text: str) -> str:
        """`text` with `{canary}`, `{canary6}`, `{host}`, `{here}` (the host with its port), `{port}`, and the ports by
        the defect of their certificates (`{tls_expired}`)."""
        return text.format(
            canary=self.canary,
            canary6=self.canary6,
            host=self.host,
            here=f"{self.host}:{self.web.port}",
            port=self.web.port,
            **{f"tls_{defect.replace('-', '_')}": web.port for defect, web in self.tls.items()},
        )


Body = bytes | str | Callable[[CaseServer], bytes | str]
ResponseSpec = ResponseFields | Callable[[CaseServer], ResponseFields]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`responses`: those of its feed, one for each visit; the last one repeats. `discover_at`: an address that is
    searched for feeds, instead of a feed that is crawled. `outcome`: the code of the last visit or of the search;
    several with `|`. `story_count`: the stories of the source at the end; `titles`: some of their titles;
    `forbidden`: texts that must not be stored; `pages`: the outcomes of the pages, in order."""

    name: str
    description: str
    outcome: str
    responses: tuple[ResponseSpec, ...] = ()
    paths: Mapping[str, ResponseSpec] = field(default_factory=dict)
    discover_at: str | None = None
    kind: SourceKind = "feed"
    feed_address: str | None = None  # if it is not /feed.xml of the case's host
    lookups: Mapping[str, Callable[[], list[str]]] = field(
        default_factory=dict
    )  # the responses of the name server
    visits: int = 1
    story_count: int = 0
    titles: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    full_text: bool = False
    pages: tuple[str, ...] | None = None
    most_revisions: int | None = None
    also: tuple[str, ...] = ()  # paths of further sources on the host of the case: its neighbours
    batch: Literal["plain", "slow", "days"] = (
        "plain"  # slow: the server makes the client wait, visits end by their deadline; days: one visit a day
    )
    check: Callable[[Any], None] | None = None  # a further check of the CaseResult
    known_failure: str = ""  # the reason why it is known to fail


def all_cases() -> dict[str, Case]:
    """Every case by its name. A new table is a new file of `tests/hostile/cases`, with a tuple CASES."""
    from tests.hostile import cases

    found: dict[str, Case] = {}
    for module in pkgutil.iter_modules(cases.__path__):
        for case in importlib.import_module(f"{cases.__name__}.{module.name}").CASES:
            assert case.name not in found, f"two cases are called {case.name}"
            found[case.name] = case
    return found
