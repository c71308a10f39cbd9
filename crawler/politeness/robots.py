"""What a host's robots.txt allows (RFC 9309): fetch it by the HTTP client, parse it, decide about an address.

A host without a robots.txt (4xx) allows everything; one whose robots.txt cannot be fetched or parsed allows
nothing for now. A text that takes long to parse is parsed in the worker pool.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.target import parse_target
from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.crawler.politeness.bounded_cache import BoundedCache
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.crawler.workers.robots_task import AGENT, RobotsRules, RobotsTask, TdmTask
from newsdesk.storage.records.hosts import HostUpdate, Robots
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.rights.site import SiteRights, TdmRule
from newsdesk.storage.records.visits import NO_SECRETS, Limits, SecretNames

log = logging.getLogger(__name__)

KEEP = timedelta(hours=24)  # RFC 9309, 2.4
KEEP_UNREACHABLE = timedelta(hours=1)
KEEP_CHALLENGED = timedelta(hours=6)  # as long as a source waits after its first challenge
CLOCK_TOLERANCE = timedelta(hours=1)  # a text read later than that was read by a clock that was ahead
MOST_BYTES = 500 * 1024  # RFC 9309, 2.5: parse at least so much
LONGEST_DELAY_S = 30.0  # of a crawl-delay, which is in no standard: an hour is taken as this
MOST_ANSWERS = 4096  # of large texts, each an address and whether it is allowed


class RobotsParser:
    """Parses texts: quick ones here, others in the pool. Raises WorkerLimitError where the pool gives up.

    The answers of large texts are kept, so that two requests to one address parse its robots.txt once.
    """

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._allowed: BoundedCache[tuple[int, int, str], bool] = BoundedCache(MOST_ANSWERS)

    async def rules(self, robots_txt: str, addresses: tuple[str, ...] = (), *, limits: Limits) -> RobotsRules:
        """The rules of a text, with whether it allows each address."""
        task = RobotsTask(robots_txt=robots_txt, addresses=addresses, limits=limits)
        if task.is_quick:
            return task.read()
        rules = await self._pool.read(task)
        for address, allowed in zip(addresses, rules.allowed, strict=True):
            self._allowed.set(_key(robots_txt, address), allowed)
        return rules

    async def tdm_rules(self, page: Page, *, limits: Limits) -> tuple[TdmRule, ...] | None:
        """The rules of a tdmrep.json as fetched, none where there is no such file; None where that is not known."""
        if page.outcome.category == "challenge":
            return None
        if page.outcome.category != "ok":
            status = page.outcome.status or 0
            return () if page.outcome.code == "empty" or (400 <= status < 500 and status != 429) else None
        return await self._pool.read(TdmTask(body=page.body, limits=limits))

    async def allows(self, robots_txt: str, address: str, *, limits: Limits) -> bool:
        if not robots_txt:
            return True
        known = self._allowed.get(_key(robots_txt, address))
        if known is not None:
            return known
        return (await self.rules(robots_txt, (address,), limits=limits)).allowed[0]


def _key(robots_txt: str, address: str) -> tuple[int, int, str]:
    """Not the text itself, which would be held. Python hashes a string once, by 64 bits with a random key."""
    return len(robots_txt), hash(robots_txt), address


async def fetch_robots(
    address: str,
    *,
    client: HttpClient,
    parser: RobotsParser,
    limits: Limits,
    before: Robots | None,
    secrets: SecretNames = NO_SECRETS,
) -> tuple[Robots | Outcome, tuple[HostUpdate, ...]]:
    """The robots.txt of the host of `address`, and what the requests showed about hosts. Where it cannot be
    fetched or parsed, the one of `before` stays valid. An Outcome when we may not contact that host at all,
    which says nothing about its rules. Of `secrets` only the proxy is used: a robots.txt is public.
    """
    target = parse_target(address)
    own = f"{target.scheme}://{target.host}/robots.txt"
    request = HttpRequest(address=own, accept="text/plain, */*;q=0.5", secrets=secrets)
    page = await client.fetch(request, limits=limits)
    if page.outcome.category == "not-allowed" or (
        page.outcome.category == "forbidden" and not page.outcome.status
    ):
        return page.outcome, page.host_updates
    robots_txt, rules = _text(page), RobotsRules()
    challenge = page.outcome if page.outcome.category == "challenge" and robots_txt is None else None
    if robots_txt:
        try:
            rules = await parser.rules(robots_txt, (address,), limits=limits)
        except WorkerLimitError as error:
            log.warning("robots.txt of %s cannot be parsed: %s", target.host, error)
            robots_txt = None
    else:
        log.debug("robots.txt of %s: %s", target.host, redact(page.outcome.message))
    if robots_txt is None and before is not None and before.robots_txt is not None:
        longer = KEEP_UNREACHABLE if challenge is None else KEEP_CHALLENGED
        hours = longer / timedelta(hours=1)
        log.info("robots.txt of %s of %s stays valid for %g h", target.host, before.read_at, hours)
        return replace(before, read_at=page.fetched_at - KEEP + longer), page.host_updates
    robots = Robots(
        host=target.host,
        robots_txt=robots_txt,
        read_at=page.fetched_at,
        delay_s=min(rules.delay_s, LONGEST_DELAY_S) if rules.delay_s else None,
        rights=SiteRights(tdm=before.rights.tdm if before is not None else (), signals=rules.signals),
        challenge=challenge,
    )
    return robots, page.host_updates


async def fetch_tdm_file(
    robots: Robots,
    scheme: str,
    *,
    client: HttpClient,
    parser: RobotsParser,
    limits: Limits,
    secrets: SecretNames = NO_SECRETS,
) -> tuple[Robots, tuple[HostUpdate, ...]]:
    """A robots.txt that was just fetched, with the rules of the tdmrep.json of its host, if it lets us request that;
    and what the request showed about hosts. A file that cannot be had for now leaves the rules that are known."""
    address = f"{scheme}://{robots.host}/.well-known/tdmrep.json"
    try:
        if robots.robots_txt is None or not await parser.allows(robots.robots_txt, address, limits=limits):
            return robots, ()
        request = HttpRequest(address=address, accept="application/json, */*;q=0.5", secrets=secrets)
        page = await client.fetch(request, limits=replace(limits, body_bytes=MOST_BYTES))
        rules = await parser.tdm_rules(page, limits=limits)
    except WorkerLimitError as error:
        log.warning("tdmrep.json of %s cannot be parsed: %s", robots.host, error)
        return robots, ()
    if rules is None:
        log.debug("tdmrep.json of %s: %s", robots.host, redact(page.outcome.message))
        return robots, page.host_updates
    return replace(robots, rights=replace(robots.rights, tdm=rules)), page.host_updates


def _text(page: Page) -> str | None:
    status = page.outcome.status or 0
    if page.outcome.category == "challenge":  # it says nothing of rules; a page for people is no robots.txt
        return "" if page.outcome.code in ("consent-page", "login-page") else None
    if page.outcome.category == "ok":
        return page.body[:MOST_BYTES].decode("utf-8", "replace").replace("\x00", "")
    if page.outcome.code == "empty" or (400 <= status < 500 and status != 429):
        return ""
    return None


def is_fresh(robots: Robots | None, *, host: str, now: datetime) -> bool:
    """Whether a stored robots.txt is this host's, and young enough to be used."""
    if robots is None or robots.host != host:
        return False
    keep = KEEP_CHALLENGED if robots.challenge else KEEP_UNREACHABLE if robots.robots_txt is None else KEEP
    return -CLOCK_TOLERANCE <= now - robots.read_at < keep


def forbidden(host: str, address: str, *, redirected: bool) -> Outcome:
    """The outcome of an address that the robots.txt of its host forbids."""
    message = f"{_not_requested(address, redirected)} the robots.txt of {host} forbids it to {AGENT}"
    return Outcome(code="robots", category="forbidden", message=message)


def unreachable(host: str, address: str, *, redirected: bool, why: str) -> Outcome:
    """The outcome of an address at a host whose robots.txt is not known (RFC 9309, 2.3.1.4)."""
    message = f"{_not_requested(address, redirected)} the robots.txt of {host} {why}, so nothing is allowed"
    return Outcome(code="robots-unreachable", category="temporary", message=message)


def challenged(host: str, address: str, answer: Outcome, *, redirected: bool) -> Outcome:
    """The outcome of an address at a host that answers a request for its robots.txt with a bot challenge."""
    message = f"{_not_requested(address, redirected)} the robots.txt of {host} is not known: {answer.message}"
    return Outcome(code=answer.code, category="challenge", message=message, status=answer.status)


def _not_requested(address: str, redirected: bool) -> str:
    return f"redirect to {address} not followed:" if redirected else "not requested:"
