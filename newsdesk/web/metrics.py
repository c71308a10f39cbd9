"""Metrics of the service in Prometheus' text format: counted during visits, or read from the store at a scrape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from newsdesk.scheduler.run.summary import KeptVisit
from newsdesk.storage.alarms.events import count_open
from newsdesk.storage.db.database import reading
from newsdesk.storage.maintenance.retention import store_size
from newsdesk.storage.queries.counts import StoreCounts, count_store, delays_after, last_story
from newsdesk.storage.records.alarms import KINDS

MINUTE = 60.0
DELAYS = (
    *(MINUTE * minutes for minutes in (1, 2, 5, 10, 15, 30, 60)),
    *(MINUTE * 60 * hours for hours in (2, 6, 12, 24, 72)),
)
SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """All metrics of one service. `text` reads the store and may block for some milliseconds."""

    def __init__(self, path: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._now = now
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._visits = Counter(
            "newsdesk_visits", "Visits kept, by kind and outcome code.",
            ("kind", "outcome"), registry=registry,
        )  # fmt: skip
        self._seen = Counter(
            "newsdesk_stories", "Entries seen in visits, by verdict.", ("verdict",), registry=registry
        )
        self._bytes = Counter("newsdesk_wire_bytes", "Bytes that visits received.", registry=registry)
        self._seconds = Histogram(
            "newsdesk_visit_seconds", "How long visits took.", ("kind",), buckets=SECONDS, registry=registry
        )
        self._delay = Histogram(
            "newsdesk_story_delay_seconds",
            "From publication to storage, of stories published after their source was added.",
            buckets=DELAYS, registry=registry,
        )  # fmt: skip
        self._gauges = {
            name: Gauge(f"newsdesk_{name}", about, registry=registry)
            for name, about in (
                ("sources_active", "Sources that are visited."),
                ("sources_failing", "Active sources whose last visit failed."),
                ("sources_due", "Active sources that are due."),
                ("oldest_due_seconds", "How long the most overdue source has been due."),
                ("pages_due", "Pages that are due."),
                ("hosts_leased", "Hosts that a crawl or the service has leased."),
                ("hosts_blocked", "Hosts that asked to wait, and whose wait is not over."),
                ("stored_stories", "Stories in the store."),
                ("database_bytes", "Size of the database file."),
                ("live_bytes", "Pages of it that are in use, which retention.max_store_mib limits."),
                ("wal_bytes", "Size of its write-ahead log."),
            )
        }
        self._alarms = Gauge("newsdesk_alarms_open", "Open alarms by kind.", ("kind",), registry=registry)
        with reading(path) as db:
            self._last_story = last_story(db)

    def visited(self, visited: KeptVisit) -> None:
        """Count one visit that was kept."""
        result, counts = visited.result, visited.counts
        kind = "page" if visited.source_id is None else "feed"
        self._visits.labels(kind, result.outcome.code).inc()
        self._seconds.labels(kind).observe((result.ended_at - result.started_at).total_seconds())
        self._bytes.inc(result.wire_bytes)
        for verdict in ("new", "changed", "same", "duplicate", "refused"):
            self._seen.labels(verdict).inc(getattr(counts, verdict))

    def text(self) -> bytes:
        """All metrics with their present values."""
        with reading(self._path) as db:
            counts: StoreCounts = count_store(db, now=self._now())
            self._last_story, delays = delays_after(db, self._last_story)
            alarms = count_open(db)
            live_bytes = store_size(db).live_bytes
        for kind in KINDS:
            self._alarms.labels(kind).set(alarms[kind])
        for delay_s in delays:
            self._delay.observe(delay_s)
        values = {name: getattr(counts, name) for name in self._gauges if hasattr(counts, name)}
        values["database_bytes"], values["live_bytes"] = _size(self._path), live_bytes
        values["wal_bytes"] = _size(self._path.with_name(self._path.name + "-wal"))
        for name, gauge in self._gauges.items():
            gauge.set(values[name])
        return generate_latest(self.registry)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
