"""One visit of a source that is a user's spider: run it in its process, make its requests, read its items.

What the spider yielded before an error or a limit is kept: each item is a story of its own.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from newsdesk.crawler.backfill.backfill import RobotsChecks
from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.http import outcomes
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.memory_budget import MemoryShare
from newsdesk.crawler.http.outcomes import plain
from newsdesk.crawler.http.target import AddressError, Target, parse_target
from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.crawler.politeness.host_lease import LeaseHost
from newsdesk.crawler.politeness.rate_limiter import merge_host_updates
from newsdesk.crawler.session_settings import SpiderSettings
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.rate_limits import queue_of
from newsdesk.storage.records.visits import ClaimedVisit, VisitResult

if TYPE_CHECKING:  # imported with the first spider: few runs have one
    from newsdesk.crawler.spider_process.process import SpiderEnd
    from newsdesk.crawler.workers.feed_task import FeedTaskResult

log = logging.getLogger(__name__)

_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_MOST_ITEMS = 10  # times the limit on entries, as of a feed


class SpiderRuntime:
    """What the visits of spiders of a session share: the settings, how to lease another host, and how many spiders may
    still run."""

    def __init__(self, *, settings: SpiderSettings, lease: LeaseHost) -> None:
        self.settings = settings
        self.lease = lease
        self.free = asyncio.Semaphore(settings.processes)


async def visit(
    claimed: ClaimedVisit,
    *,
    client: HttpClient,
    pool: WorkerPool,
    now: Callable[[], datetime],
    share: MemoryShare,
    robots: RobotsChecks,
    runtime: SpiderRuntime | None = None,
) -> VisitResult:
    """Run a spider once. Whatever it does becomes an outcome."""
    from newsdesk.crawler.spider_process.process import run_spider

    assert claimed.spider is not None and runtime is not None
    started_at = now()
    crawl = _Crawl(claimed=claimed, client=client, robots=robots, lease=runtime.lease)
    async with runtime.free:
        end = await run_spider(claimed.spider, runtime.settings, on_frame=crawl.on_frame)
    reading, limit = await crawl.read(pool, share, whole=end.reason is not None and not end.errors, now=now())
    result = VisitResult(
        source_id=claimed.source_id,
        host=claimed.host,
        started_at=started_at,
        ended_at=now(),
        outcome=limit or spider_outcome(end, crawl.outcomes, crawl.full, reading),
        identity_scheme=claimed.identity_scheme,
        host_updates=crawl.updates_of_result(),
        wire_bytes=crawl.wire_bytes,
        traceback=end.traceback or (redact("\n".join(end.output)) or None if end.reason is None else None),
    )
    if reading is None or not (reading.entries or end.reason):
        return result
    return replace(
        result,
        entries=reading.entries,
        known_entries=reading.known,
        identity_scheme=reading.identity,
        zone=reading.zone,
        facts=reading.facts,
        complete=reading.whole,
    )


def spider_outcome(
    end: SpiderEnd, requests: list[Outcome], full: str | None, reading: FeedTaskResult | None
) -> Outcome:
    """The outcome of a crawl: why it ended, else of its first request if no request brought a page and nothing was
    yielded, else what was read. `full`: the limit on items that ended it. Pure."""
    entries = () if reading is None else reading.entries
    read = (
        f"{_count(len(entries), 'item')} from {_count(sum(one.category == 'ok' for one in requests), 'page')}"
    )
    kept = f"; {read}" if entries else ""
    if end.refused is not None:
        return outcomes.outcome("spider-refused", "not-allowed", end.refused)
    if full is not None:
        return outcomes.outcome("partly-read", "ok", f"the crawl was ended: {full}; {read}")
    if end.limit is not None:
        return outcomes.outcome("spider-limit", "unreadable", f"the spider was ended: {end.limit}{kept}")
    if end.errors:
        times = f" ({end.errors} exceptions)" if end.errors > 1 else ""
        return outcomes.outcome("spider-error", "unreadable", f"the spider raised {end.error}{times}{kept}")
    if end.reason is None:
        last = f"; it printed: {end.output[-1]}" if end.output else ""
        message = (
            f"the process of the spider ended with exit code {end.exit_code} before the end of its crawl"
        )
        return outcomes.outcome("spider-error", "unreadable", f"{message}{kept}{last}")
    if not entries and requests and not any(one.category == "ok" for one in requests):
        return requests[0]
    failed = Counter(one.code for one in requests if one.category != "ok")
    message = f"read {read}"
    if failed:
        named = ", ".join(f"{number} {code}" for code, number in failed.most_common(5))
        message += f"; {_count(failed.total(), 'request')} failed: {named}"
    refused = [one.reason for one in entries if one.state == "refused"]
    if refused:
        message += f"; {_count(len(refused), 'item')} refused: {refused[0]}"
    if end.reason != "finished":
        message += f"; ended by {plain(end.reason, 60)}"
    left = 0 if reading is None else reading.left
    if left:
        message += f", {left} left for the next visit (limit on entries)"
    return outcomes.outcome("partly-read" if left else "read", "ok", message)


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


@dataclass(slots=True, kw_only=True)
class _Crawl:
    """The state of one crawl: what the spider requested and yielded. `full`: the limit on items that was met."""

    claimed: ClaimedVisit
    client: HttpClient
    robots: RobotsChecks
    lease: LeaseHost
    items: list[bytes] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    item_bytes: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    host_updates: list[HostUpdate] = field(default_factory=list)
    wire_bytes: int = 0
    full: str | None = None

    async def on_frame(self, kind: bytes, payload: bytes) -> bytes | None:
        """Answer a request, or take an item. Raises SpiderLimitError when there are too many items."""
        from newsdesk.crawler.spider_process import frames
        from newsdesk.crawler.spider_process.process import SpiderLimitError

        if kind == frames.REQUEST:
            parts = json.loads(payload)
            if "refused" in parts:
                self.outcomes.append(outcomes.outcome("unsupported-request", "not-allowed", parts["refused"]))
                return None
            return await self._request(int(parts["number"]), str(parts["address"]))
        if kind == frames.BAD_ITEM:
            self.refused.append(plain(str(json.loads(payload)["reason"]), 500))
        else:
            self.items.append(payload)
            self.item_bytes += len(payload)
        limits = self.claimed.limits
        if len(self.items) + len(self.refused) > _MOST_ITEMS * limits.entries:
            self.full = f"it yielded more than {_MOST_ITEMS * limits.entries} items"
        elif self.item_bytes > limits.body_bytes:
            self.full = f"its items have more than {limits.body_bytes} bytes (network.max_body_mib)"
        if self.full is not None:
            raise SpiderLimitError(self.full)
        return None

    async def read(
        self, pool: WorkerPool, share: MemoryShare, *, whole: bool, now: datetime
    ) -> tuple[FeedTaskResult | None, Outcome | None]:
        """The entries of the items; the outcome where a worker met a limit."""
        from newsdesk.crawler.spider_process.items_task import SpiderTask

        if not (self.items or self.refused or whole):
            return None, None
        task = SpiderTask(
            items=tuple(self.items),
            refused=tuple(self.refused),
            whole=whole,
            claimed=self.claimed,
            fetched_at=now,
        )
        try:
            return await pool.read(task, share), None
        except WorkerLimitError as error:
            return None, outcomes.outcome("worker-limit", "unreadable", str(error))

    async def _request(self, number: int, address: str) -> bytes:
        from newsdesk.crawler.spider_process.frames import FrameError, response_frame

        outcome, page = await self._fetch(address)
        self.outcomes.append(outcome)
        if page is not None and outcome.status is not None and outcome.category != "unreadable":
            head = {
                "number": number,
                "address": page.address,
                "status": outcome.status,
                "headers": page.headers,
            }
            try:
                return response_frame(head, page.body)
            except FrameError as error:
                outcome = outcomes.outcome("too-large", "unreadable", str(error))
        message = redact(outcome.message)
        return response_frame(
            {"number": number, "code": outcome.code, "category": outcome.category, "message": message}, b""
        )

    async def _fetch(self, address: str) -> tuple[Outcome, Page | None]:
        """Request an address as every other is requested: guard, robots.txt, lease and rate of its host."""
        try:
            target = parse_target(address)
        except AddressError as error:
            return outcomes.bad_address(error.code, str(error), None), None
        call = self.claimed.spider
        assert call is not None
        async with self.lease(queue_of(target.host)) as lease:
            refused = lease.refused or await self.robots.refusal(target.url)
            if refused is not None:
                return refused, None
            page = await self.client.fetch(
                HttpRequest(
                    address=address, accept=_ACCEPT, secrets=self.claimed.secrets, bound_to=call.start
                ),
                limits=self.claimed.limits,
                permit=self._permit,
            )
            lease.host_updates = page.host_updates
        self.wire_bytes += page.wire_bytes
        self.host_updates += page.host_updates
        incomplete = page.outcome.code == "incomplete"
        return (replace(page.outcome, status=None) if incomplete else page.outcome), page

    async def _permit(self, target: Target) -> Outcome | None:
        return await self.robots.refusal(target.url)

    def updates_of_result(self) -> tuple[HostUpdate, ...]:
        """What the requests showed about the host of the source, for the plan of its next visit. The leases have kept
        it already, so that a request that was one too many does not count twice."""
        own = [one for one in self.host_updates if one.host == self.claimed.host]
        return tuple(replace(one, rate_limited=False) for one in merge_host_updates(own))
