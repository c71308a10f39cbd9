"""Parses stored snapshots again with the present rules, and writes the differences on demand.

In groups by the ids of the stories, parsed in the worker pool. One transaction writes a group and the progress,
so that an interrupted run resumes there.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from newsdesk.crawler.normalise.reader_version import READER_VERSION
from newsdesk.crawler.normalise.urls.canonical import address_key
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.crawler.workers.reparse_task import ReparsedSnapshot, ReparseTask, SnapshotToReparse
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.db.database import reading
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.reparse import (
    REPARSED_FIELDS,
    Reparsed,
    StoredSnapshot,
    StoredStory,
    apply_reparse,
    begin_reparse,
    differing_fields,
    end_reparse,
    field_of,
    stories_to_reparse,
    values_of_story,
)
from newsdesk.storage.pages.due import page_as_claimed
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Story
from newsdesk.storage.records.visits import ClaimedVisit
from newsdesk.storage.sources.moves import Store
from newsdesk.storage.sources.sources import source_as_claimed
from newsdesk.storage.stories.stored import PAGE

GROUP_SIZE = 100  # stories
MAX_EXAMPLES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which stories, and which of their fields. Empty `sources` are all; `since` as `to_iso` writes it."""

    sources: tuple[int, ...] = ()
    since: str | None = None
    fields: tuple[str, ...] = REPARSED_FIELDS

    def as_text(self) -> str:
        """The key by which an interrupted run is found again; of `since` only the day, because `30d` moves."""
        since = self.since and self.since[:10]
        return json.dumps({"sources": self.sources, "since": since, "fields": sorted(self.fields)})


@dataclass(slots=True, kw_only=True)
class Report:
    """What was compared and differs. `unknown`: stories without a usable snapshot; `unread`: stories on which
    parsing met a limit. `examples`: (story, field, old, new)."""

    stories: int = 0
    differ: int = 0
    applied: int = 0
    unknown: int = 0
    unread: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[int, str, Any, Any]] = field(default_factory=list)


class Reparse:
    """One run over a store. `on_progress` gets the report so far after each group; it holds up to `examples`
    differences of each field."""

    def __init__(
        self,
        path: Path,
        scope: Scope,
        settings: RunSettings,
        *,
        examples: int = 3,
        on_progress: Callable[[Report], None] = lambda report: None,
    ) -> None:
        self._path = path
        self._scope = scope
        self._settings = settings
        self._examples = examples
        self._on_progress = on_progress
        self._sources: dict[int, ClaimedVisit] = {}
        self.report = Report()

    async def compare(self) -> Report:
        """What the present rules would change. Writes nothing."""
        async for _ in self._groups(after=0):
            pass
        return self.report

    async def apply(self, writer: Writer) -> Report:
        """Write the differences, and the parsed values as the new snapshots."""
        begin = partial(begin_reparse, scope=self._scope.as_text(), reader_version=READER_VERSION, now=_now())
        reparse_id, after = await writer.write(begin)
        async for last, looked_at, group in self._groups(after=after):
            self.report.applied += await writer.write(
                partial(
                    apply_reparse,
                    group=group,
                    reparse_id=reparse_id,
                    after=last,
                    looked_at=looked_at,
                    fields=frozenset(self._scope.fields),
                    now=_now(),
                )
            )
        await writer.write(partial(end_reparse, reparse_id=reparse_id, now=_now()))
        return self.report

    async def _groups(self, *, after: int) -> Any:
        """(id of the last story, number of stories compared, differences) of each group."""
        workers = self._settings.session.workers
        pool = WorkerPool(workers=workers)
        try:
            while True:
                groups = await asyncio.to_thread(self._load, after, workers)
                if not groups:
                    return
                reads = await asyncio.gather(*(self._read(pool, group) for group in groups))
                for group, read in zip(groups, reads, strict=True):
                    yield group[-1][0].story_id, len(group), self._compare(group, read)
                    self._on_progress(self.report)
                after = groups[-1][-1][0].story_id
        finally:
            await pool.aclose()

    def _load(self, after: int, groups: int) -> list[list[tuple[StoredStory, dict[int, SnapshotToReparse]]]]:
        """The next groups: each story with its snapshots to parse, by entry."""
        with reading(self._path) as db:
            stories = stories_to_reparse(
                db,
                after=after,
                most=GROUP_SIZE * groups,
                sources=self._scope.sources,
                since=self._scope.since,
            )
            loaded = [(story, dict(self._kept(db, story))) for story in stories]
        return [loaded[at : at + GROUP_SIZE] for at in range(0, len(loaded), GROUP_SIZE)]

    def _kept(self, db: Store, story: StoredStory) -> Iterator[tuple[int, SnapshotToReparse]]:
        for snapshot in story.snapshots:
            by = self._by(db, story, snapshot)
            if by is None:
                continue
            leads = snapshot.entry_id == story.lead_entry and "text" in story.lead_fields
            yield (
                snapshot.entry_id,
                SnapshotToReparse(
                    printed=snapshot.published_values,
                    addresses=story.addresses,
                    by=by,
                    at=from_iso(snapshot.taken_at),
                    html=story.values["html"] if leads else None,
                    text_origin=str(story.values["evidence"].get("text", {}).get("origin", "")),
                    summary=snapshot.normalised.get("summary"),
                ),
            )

    def _by(
        self, db: Store, story: StoredStory, snapshot: StoredSnapshot
    ) -> ClaimedVisit | ClaimedPage | None:
        """The source or the page of a snapshot, as a visit would claim it."""
        now, rate_limits, limits = _now(), self._settings.session.rate_limits, self._settings.limits
        if snapshot.entry_id == PAGE:
            url = story.page_url
            if url is None:
                return None
            return page_as_claimed(
                db, url, key=address_key(url), now=now, rate_limits=rate_limits, limits=limits
            )
        if snapshot.source_id is None or not snapshot.published_values:
            return None
        if snapshot.source_id not in self._sources:
            visit = source_as_claimed(db, snapshot.source_id, rate_limits=rate_limits, limits=limits, now=now)
            self._sources[snapshot.source_id] = replace(visit, known_entries=b"")
        return self._sources[snapshot.source_id]

    async def _read(
        self, pool: WorkerPool, group: Sequence[tuple[StoredStory, dict[int, SnapshotToReparse]]]
    ) -> tuple[ReparsedSnapshot | None, ...]:
        kept = tuple(one for _, snapshots in group for one in snapshots.values())
        try:
            return await pool.read(ReparseTask(kept=kept, limits=self._settings.limits))
        except WorkerLimitError:
            self.report.unread += len(group)
            return (None,) * len(kept)

    def _compare(
        self,
        group: Sequence[tuple[StoredStory, dict[int, SnapshotToReparse]]],
        reads: Sequence[ReparsedSnapshot | None],
    ) -> list[Reparsed]:
        found, at = [], iter(reads)
        for stored, snapshots in group:
            read = {stored_entry: one for stored_entry in snapshots if (one := next(at)) is not None}
            self.report.stories += 1
            lead = read.get(stored.lead_entry) if stored.lead_entry is not None else None
            if lead is None:
                self.report.unknown += 1
                continue
            fields = differing_fields(stored.values, lead.story, self._in_question(stored))
            if fields:
                self._count(stored, lead.story, fields)
            found.append(
                Reparsed(
                    stored=stored,
                    story=lead.story,
                    fields=fields,
                    snapshots={stored_entry: one.own for stored_entry, one in read.items()},
                )
            )
        return found

    def _in_question(self, stored: StoredStory) -> frozenset[str]:
        """The fields of the lead entry that may differ. Bodies are stored cleaned: where the present rules cleaned
        them, they cannot differ."""
        present = any(
            snapshot.entry_id == stored.lead_entry and snapshot.reader_version == READER_VERSION
            for snapshot in stored.snapshots
        )
        return (stored.lead_fields & set(self._scope.fields)) - ({"text", "summary"} if present else set())

    def _count(self, stored: StoredStory, story: Story, fields: frozenset[str]) -> None:
        self.report.differ += 1
        new = values_of_story(story)
        for name in REPARSED_FIELDS:
            if name not in fields:
                continue
            self.report.fields[name] += 1
            if self.report.fields[name] <= min(self._examples, MAX_EXAMPLES):
                old_new = field_of(stored.values, name), field_of(new, name)
                self.report.examples.append((stored.story_id, name, *old_new))


def _now() -> datetime:
    return datetime.now(UTC)
