"""What a host allows by its robots.txt (RFC 9309), fetched through the door and remembered with its age.

A host that says there is none (4xx) allows all; one that cannot be reached allows nothing for now. Parsing is
protego's, whose home this is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from protego import Protego

from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.target import parse_target
from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.storage.records.hosts import HostUpdate, Robots
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.visits import NO_SECRETS, Limits, SecretNames

KEEP = timedelta(hours=24)  # RFC 9309, 2.4
KEEP_UNREACHABLE = timedelta(hours=1)
PARSED = 500 * 1024  # RFC 9309, 2.5: parse at least so much
LONGEST_DELAY_S = 30.0  # a crawl-delay of an hour is kept as this; it stands in no standard
LONG = 8 * 1024  # characters
AGENT = "newsdesk"  # the product token that rules are looked up by


async def fetch_robots(
    address: str,
    *,
    client: HttpClient,
    limits: Limits,
    before: Robots | None,
    secrets: SecretNames = NO_SECRETS,
) -> tuple[Robots | Outcome, tuple[HostUpdate, ...]]:
    """The rules of the host of `address`, and what asking for them taught. Where they cannot be reached,
    those of `before` go on; an outcome when we are not to contact that host at all, which is no rule of its.
    Of `secrets` only the proxy is used: rules are for everybody."""
    target = parse_target(address)
    default = f"{target.scheme}://{target.host}/robots.txt"
    ask = HttpRequest(address=default, accept="text/plain, */*;q=0.5", secrets=secrets)
    page = await client.fetch(ask, limits=limits)
    if page.outcome.category == "not-allowed" or (
        page.outcome.category == "forbidden" and not page.outcome.status
    ):
        return page.outcome, page.host_updates
    text = _text(page)
    if text is None and before is not None and before.text is not None:
        return replace(before, at=page.fetched_at - KEEP + KEEP_UNREACHABLE), page.host_updates
    delay = _parsed(text).crawl_delay(AGENT) if text else None
    rules = Robots(
        host=target.host,
        text=text,
        at=page.fetched_at,
        delay_s=min(float(delay), LONGEST_DELAY_S) if delay else None,
    )
    return rules, page.host_updates


def _text(page: Page) -> str | None:
    status = page.outcome.status or 0
    if page.outcome.category == "ok":
        return page.body[:PARSED].decode("utf-8", "replace").replace("\x00", "")
    if page.outcome.code == "empty" or (400 <= status < 500 and status != 429):
        return ""
    return None


def named_sitemaps(robots: Robots) -> tuple[str, ...]:
    """The sitemaps that a host names, as printed."""
    return tuple(_parsed(robots.text).sitemaps) if robots.text else ()


def is_fresh(robots: Robots | None, *, host: str, now: datetime) -> bool:
    """Whether remembered rules are this host's, and young enough to go by."""
    if robots is None or robots.host != host:
        return False
    keep = KEEP_UNREACHABLE if robots.text is None else KEEP
    return now < robots.at + keep


def refusal(robots: Robots, address: str, *, led: bool = False) -> Outcome | None:
    """Why `address` may not be asked, None when it may. `led`: a page leads to it."""
    asked = f"not followed: it leads to {address}," if led else "not asked:"
    if robots.text is None:
        words = f"the robots.txt of {robots.host} cannot be read for now, so nothing is allowed"
        return Outcome(
            code="robots-unreachable", category="temporary", message=f"{asked} {'and ' if led else ''}{words}"
        )
    if robots.text and not _parsed(robots.text).can_fetch(address, AGENT):
        words = f"{'that' if led else 'this'} address to {AGENT}"
        return Outcome(
            code="robots",
            category="forbidden",
            message=f"{asked} {'and ' if led else ''}the robots.txt of {robots.host} forbids {words}",
        )
    return None


def _parsed(text: str) -> Protego:
    return _few(text) if len(text) > LONG else _many(text)


# Parsed, a text takes up to twenty times its size: 9 MiB for the largest, of which hundreds may be hostile.
_many = lru_cache(maxsize=256)(Protego.parse)
_few = lru_cache(maxsize=8)(Protego.parse)
