"""Names that lead inside: what a hostile name server answers, once or at the second look. Threat A1."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.hostile.case import Case
from tests.support.feeds import many, rss

# A case a line.
# fmt: off

FEED = rss(*many(2, site="names.example"))


def _turning(*answers: list[str]) -> Callable[[], list[str]]:
    """One answer after the other; the last one stays."""
    waiting = list(answers)
    return lambda: waiting.pop(0) if len(waiting) > 1 else waiting[0]


def _hanging() -> list[str]:
    time.sleep(4)
    return ["127.0.0.1"]


# name, what the name server says, the outcome, stories
LOOKUPS = [
    ("loopback", ["127.0.0.2"], "not-allowed"),
    ("loopback-ipv6", ["::1"], "not-allowed"),
    ("private", ["10.1.2.3"], "not-allowed"),
    ("metadata", ["169.254.169.254"], "not-allowed"),
    ("mapped", ["::ffff:10.1.2.3"], "not-allowed"),
    ("nat64", ["64:ff9b::a9fe:a9fe"], "not-allowed"),
    ("6to4", ["2002:a00:1::1"], "not-allowed"),
    ("many-inner", [f"10.0.{n // 250}.{n % 250}" for n in range(1000)], "not-allowed"),
    ("none", [], "no-such-host"),
]

CASES = (
    *(
        Case(
            name=f"dns-{name}",
            does=f"has a name that is looked up as {', '.join(found[:2]) or 'nothing'}",
            at="http://{host}.example:{port}/feed.xml",
            lookups={"{host}.example": lambda found=found: found},
            word=word,
        )
        for name, found, word in LOOKUPS
    ),
    Case(
        name="dns-mixed-inner-first",
        does="has a name with an inner address and one that may be asked",
        at="http://{host}.example:{port}/feed.xml",
        lookups={"{host}.example": lambda: ["10.0.0.1", "127.0.0.1"]},
        paths={},
        word="not-found",  # the allowed address is asked, and knows no such name
    ),
    Case(
        name="dns-mixed-inner-last",
        does="has a name with one address that may be asked, and an inner one after it",
        at="http://{host}.example:{port}/feed.xml",
        lookups={"{host}.example": lambda: ["127.0.0.1", "::1"]},
        word="not-found",
    ),
    Case(
        name="dns-rebinding",
        does="has a name that leads inside when it is looked up again",
        at="http://{host}.example:{port}/feed.xml",
        lookups={"{host}.example": _turning(["127.0.0.1"], ["::1"])},
        visits=2,
        word="not-allowed",
    ),
    Case(
        name="dns-rebinding-at-once",
        does="redirects to its own name, which has moved inside meanwhile",
        answers=(lambda scene: {"status": 302, "headers": {"Location": f"http://turned.example:{scene.web.port}/"}},),
        lookups={"turned.example": _turning(["::1"], ["127.0.0.1"])},
        word="not-allowed",
    ),
    Case(
        name="dns-redirect",
        does="redirects to a name that is looked up as an inner address",
        answers=({"status": 301, "headers": {"Location": "http://inside.example/feed.xml"}},),
        lookups={"inside.example": lambda: ["192.168.7.7"]},
        word="not-allowed",
    ),
    Case(
        name="dns-trailing-dot",
        does="redirects to an inner name written with a last dot",
        answers=({"status": 301, "headers": {"Location": "http://inside2.example./feed.xml"}},),
        lookups={"inside2.example": lambda: ["10.7.7.7"]},
        word="not-allowed",
    ),
    Case(
        name="dns-hanging",
        does="has a name server that does not answer",
        at="http://{host}.example:{port}/feed.xml",
        lookups={"{host}.example": _hanging},
        batch="slow",
        word="timeout",
    ),
    Case(
        name="dns-long-label",
        does="redirects to a name with a label of 64 letters",
        answers=({"status": 301, "headers": {"Location": f"http://{'a' * 64}.example/"}},),
        word="bad-address",
    ),
    Case(
        name="dns-long-name", does="redirects to a name of 300 letters", answers=({"status": 301, "headers": {"Location": f"http://{'abcd.' * 60}example/"}},), word="bad-address"
    ),
)
