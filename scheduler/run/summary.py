"""What a run reports: each visit after it was kept, and a summary at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from newsdesk.storage.hosts.leases import Waiting
from newsdesk.storage.records.pages import ClaimedPage, PageResult
from newsdesk.storage.records.visits import ClaimedVisit, Counts, VisitResult


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVisit:
    """One visit, of a source or of a page, after it was kept. Its number is the counts' `visit_id`."""

    run_id: int
    claimed: ClaimedVisit | ClaimedPage
    result: VisitResult | PageResult
    counts: Counts

    @property
    def address(self) -> str:
        return self.claimed.url if isinstance(self.claimed, ClaimedPage) else self.claimed.address

    @property
    def source_id(self) -> int | None:
        return None if isinstance(self.claimed, ClaimedPage) else self.claimed.source_id


@dataclass(slots=True, kw_only=True)
class RunSummary:
    """The result of a run. `left` says why wanted sources were not visited, if any were not. A page that
    failed is no failure of its source: the story stays as the feed published it."""

    run_id: int
    visits: int = 0
    failed: int = 0
    pages: int = 0
    pages_failed: int = 0
    counts: Counts = field(default_factory=Counts)
    left: Waiting | None = None
    stopped: bool = False

    def add(self, kept: KeptVisit) -> None:
        """Count a visit."""
        failed = kept.result.outcome.category != "ok"
        if isinstance(kept.claimed, ClaimedPage):
            self.pages += 1
            self.pages_failed += failed
        else:
            self.visits += 1
            self.failed += failed
        self.counts = self.counts + kept.counts
