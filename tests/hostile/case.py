"""One case: what its server does, and what must come of it. The tables stand in `tests/hostile/cases`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.support.web import Web

Told = Mapping[str, Any]  # the fields of tests.support.web.Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where a case is played: its own host name, the web, and what it may try to reach."""

    host: str
    web: Web
    canary: str  # "127.0.0.1:port", where nobody may be asked
    canary6: str  # "[::1]:port"
    tls: Mapping[str, Web]  # by the fault of their certificate

    def url(self, path: str = "/feed.xml", host: str | None = None) -> str:
        return self.web.url(host or self.host, path)

    def serve(self, path: str, body: bytes | str = b"", **told: Any) -> None:
        for web in (self.web, *self.tls.values()):
            web.then(path, body, host=self.host, **told)

    def fill(self, text: str) -> str:
        """`{canary}`, `{canary6}`, `{host}`, `{here}` (the case's host with its port), `{port}`, and the
        ports by the fault of their certificates (`{tls_expired}`)."""
        return text.format(
            canary=self.canary,
            canary6=self.canary6,
            host=self.host,
            here=f"{self.host}:{self.web.port}",
            port=self.web.port,
            **{f"tls_{fault.replace('-', '_')}": web.port for fault, web in self.tls.items()},
        )


Body = bytes | str | Callable[[Scene], bytes | str]
Answers = Told | Callable[[Scene], Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`answers`: what /feed.xml says at each visit, the last one again and again. `asked`: an address that
    is added instead of a feed that is crawled. `word`: the outcome of the last visit, or of the asked
    address; `kept`: how many stories the source has in the end; `titles`: some of their titles; `never`:
    what must stand nowhere in what is kept or shown; `pages`: the outcomes of the pages, in order."""

    name: str
    does: str
    word: str
    answers: tuple[Answers, ...] = ()
    paths: Mapping[str, Answers] = field(default_factory=dict)
    asked: str | None = None
    at: str | None = None  # the feed's address, when it is not /feed.xml of the case's host
    lookups: Mapping[str, Callable[[], list[str]]] = field(default_factory=dict)  # the name server's answers
    visits: int = 1
    kept: int = 0
    titles: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    full_text: bool = False
    pages: tuple[str, ...] | None = None
    most_revisions: int | None = None
    batch: Literal["plain", "slow"] = "plain"  # slow: the server lets us wait, visits end by their deadline
    seen: Callable[[Any], None] | None = None  # a further look at the End
    failing: str = ""  # why it is known to fail for now


def all_cases() -> dict[str, Case]:
    """Every case by its name. A new table is a new file of `tests/hostile/cases`, with a tuple CASES."""
    from tests.hostile import cases

    found: dict[str, Case] = {}
    for module in pkgutil.iter_modules(cases.__path__):
        for case in importlib.import_module(f"{cases.__name__}.{module.name}").CASES:
            assert case.name not in found, f"two cases are called {case.name}"
            found[case.name] = case
    return found
