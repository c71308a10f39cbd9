"""The visits of one host while its lease is held: its due sources, then its due pages, one after the other.

Each result is kept before the next request, and the last one releases the host.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.session import Session
from newsdesk.scheduler.links.shapes import with_shapes
from newsdesk.scheduler.run.feed_recovery import keep_recovered_feed, recover_feed
from newsdesk.scheduler.run.keep import keep_page_result, keep_visit_result
from newsdesk.scheduler.run.summary import KeptVisit
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Claim, Wanted
from newsdesk.storage.log_context import log_context
from newsdesk.storage.pages.due import claim_pages
from newsdesk.storage.pages.holds import held_host
from newsdesk.storage.plurals import count
from newsdesk.storage.records.pages import ClaimedPage, PageResult
from newsdesk.storage.records.rate_limits import RateLimits
from newsdesk.storage.records.visits import ClaimedVisit, Counts, Limits, VisitResult

log = logging.getLogger(__name__)

PAGES_PER_CLAIM = 20  # then the host is released, so that its sources are visited in time


@dataclass(frozen=True, slots=True, kw_only=True)
class HostVisits:
    """Visits hosts for one run. `on_visit` gets each visit after it was kept, `on_more_pages` is called when
    a host may have more due pages than were claimed; `stopping` is read before each visit."""

    writer: Writer
    session: Session
    settings: RunSettings
    owner: str
    run_id: int
    now: Callable[[], datetime]
    on_visit: Callable[[KeptVisit], None]
    on_more_pages: Callable[[], None]
    stopping: Callable[[], bool]

    async def visit(self, claim: Claim, wanted: Wanted) -> bool:
        """Visit the claimed sources of a host, then its due pages. True when keeping the last result released
        the host."""
        pages_follow = claim.pages or any(
            visit.full_text or visit.kind in ("site", "sitemap") for visit in claim.visits
        )
        for visit in claim.visits:
            if self.stopping():
                break
            last = visit is claim.visits[-1] and not pages_follow
            with log_context(source=visit.source_id):
                if await self._visit_source(visit, last=last):
                    return True
        return await self._visit_pages(claim.host, wanted) if pages_follow else False

    async def _visit_source(self, visit: ClaimedVisit, *, last: bool) -> bool:
        """Visit one source and keep the result. True when that released the host, as the `last` does."""
        log.debug("visit begins: %s", redact(visit.address))
        visit = await with_shapes(self.writer, visit)
        with self.session.share() as share:
            result = await self.session.visit(visit, share)
            last = last or host_asked_to_wait(result)
            found = await recover_feed(visit, result, self.session)
            kept, counts = await keep_visit_result(
                self.writer,
                visit,
                result,
                self.settings,
                run_id=self.run_id,
                release_owner=self.owner if last else None,
            )
            self._report(visit, kept, counts)
            if found is not None:
                job = partial(keep_recovered_feed, visit=visit, result=result, found=found)
                await self.writer.write(job)
            del result, kept  # before its share of memory is given to another visit
        return last

    async def _visit_pages(self, host: str, wanted: Wanted) -> bool:
        """Visit the due pages of a host. True when keeping the last result released the host."""
        pages = await claim_host_pages(
            self.writer,
            host,
            wanted,
            now=self.now(),
            rate_limits=self.settings.session.rate_limits,
            limits=self.settings.limits,
        )
        if len(pages) == PAGES_PER_CLAIM:
            self.on_more_pages()
        for page in pages:
            if self.stopping():
                return False
            with log_context(page=page.page_id):
                log.debug("visit of a page begins: %s", redact(page.url))
                result = await self.session.read_page(page)
                held = held_host(result) == host
                last = page is pages[-1] or held or host_asked_to_wait(result)
                result, counts = await keep_page_result(
                    self.writer,
                    result,
                    self.settings,
                    run_id=self.run_id,
                    release_owner=self.owner if last else None,
                )
                self._report(page, result, counts)
            if last:
                return True
        return False

    def _report(
        self, claimed: ClaimedVisit | ClaimedPage, result: VisitResult | PageResult, counts: Counts
    ) -> None:
        outcome = result.outcome
        with log_context(visit=counts.visit_id):  # the number exists once the visit is kept
            log.info(
                "visited: %s: %s; %s, %d new, %d changed",
                outcome.code, redact(outcome.message), count(counts.seen, "entry", "entries"), counts.new,
                counts.changed,
            )  # fmt: skip
        self.on_visit(KeptVisit(run_id=self.run_id, claimed=claimed, result=result, counts=counts))


async def claim_host_pages(
    writer: Writer, host: str, wanted: Wanted, *, now: datetime, rate_limits: RateLimits, limits: Limits
) -> tuple[ClaimedPage, ...]:
    """The due pages of a host whose lease is held, those of the newest stories first."""
    return await writer.write(
        lambda db: claim_pages(
            db,
            host=host,
            pages=wanted.pages,
            sources=wanted.sources,
            requested_at=wanted.requested_at,
            now=now,
            rate_limits=rate_limits,
            limits=limits,
            most=PAGES_PER_CLAIM,
        )
    )


def host_asked_to_wait(result: PageResult | VisitResult) -> bool:
    """Whether the host itself asked for a pause in this visit."""
    return any(update.host == result.host and update.blocked_until for update in result.host_updates)
