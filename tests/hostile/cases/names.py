"""Names of internal addresses: a hostile name server, at the first or the second lookup. Threat A1."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.hostile.case import Case
from tests.support.feeds import many, rss

# One case a line.
# fmt: off

FEED = rss(*many(2, site="names.example"))


def _turning(*responses: list[str]) -> Callable[[], list[str]]:
    """One response after the other; the last one repeats."""
    remaining = list(responses)
    return lambda: remaining.pop(0) if len(remaining) > 1 else remaining[0]


def _hanging() -> list[str]:
    time.sleep(4)
    return ["127.0.0.1"]


# name, the addresses of the name server, the outcome, stories
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
            description=f"has a name that is looked up as {', '.join(found[:2]) or 'nothing'}",
            feed_address="http://{host}.example:{port}/feed.xml",
            lookups={"{host}.example": lambda found=found: found},
            outcome=outcome,
        )
        for name, found, outcome in LOOKUPS
    ),
    Case(
        name="dns-mixed-inner-first",
        description="has a name with an inner address and one that may be asked",
        feed_address="http://{host}.example:{port}/feed.xml",
        lookups={"{host}.example": lambda: ["10.0.0.1", "127.0.0.1"]},
        paths={},
        outcome="not-found",  # the allowed address is requested, and has no such host
    ),
    Case(
        name="dns-mixed-inner-last",
        description="has a name with one address that may be asked, and an inner one after it",
        feed_address="http://{host}.example:{port}/feed.xml",
        lookups={"{host}.example": lambda: ["127.0.0.1", "::1"]},
        outcome="not-found",
    ),
    Case(
        name="dns-rebinding",
        description="has a name that leads inside when it is looked up again",
        feed_address="http://{host}.example:{port}/feed.xml",
        lookups={"{host}.example": _turning(["127.0.0.1"], ["::1"])},
        visits=2,
        outcome="not-allowed",
    ),
    Case(
        name="dns-rebinding-at-once",
        description="redirects to its own name, which has moved inside meanwhile",
        responses=(lambda server: {"status": 302, "headers": {"Location": f"http://turned.example:{server.web.port}/"}},),
        lookups={"turned.example": _turning(["::1"], ["127.0.0.1"])},
        outcome="not-allowed",
    ),
    Case(
        name="dns-redirect",
        description="redirects to a name that is looked up as an inner address",
        responses=({"status": 301, "headers": {"Location": "http://inside.example/feed.xml"}},),
        lookups={"inside.example": lambda: ["192.168.7.7"]},
        outcome="not-allowed",
    ),
    Case(
        name="dns-trailing-dot",
        description="redirects to an inner name written with a last dot",
        responses=({"status": 301, "headers": {"Location": "http://inside2.example./feed.xml"}},),
        lookups={"inside2.example": lambda: ["10.7.7.7"]},
        outcome="not-allowed",
    ),
    Case(
        name="dns-hanging",
        description="has a name server that does not answer",
        feed_address="http://{host}.example:{port}/feed.xml",
        lookups={"{host}.example": _hanging},
        batch="slow",
        outcome="timeout",
    ),
    Case(
        name="dns-long-label",
        description="redirects to a name with a label of 64 letters",
        responses=({"status": 301, "headers": {"Location": f"http://{'a' * 64}.example/"}},),
        outcome="bad-address",
    ),
    Case(
        name="dns-long-name", description="redirects to a name of 300 letters", responses=({"status": 301, "headers": {"Location": f"http://{'abcd.' * 60}example/"}},), outcome="bad-address"
    ),
)
