"""Stored snapshots read again with today's rules: what differs, and on demand written.

In groups by the stories' numbers, read in the pool beside whatever goes on; a group is written in one
transaction with how far it went, so that what was cut off goes on there.
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

from newsdesk.crawler.normalise.story import READER_VERSION
from newsdesk.crawler.normalise.urls.canonical import address_key
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.crawler.workers.reparse_task import Kept, Read, ReparseTask
from newsdesk.scheduler.run.leases import RunSettings
from newsdesk.storage.db.database import reading
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.reparse import (
    READ_AGAIN,
    Reparsed,
    StoredSnapshot,
    StoredStory,
    apply_reparse,
    begin_reparse,
    differing,
    end_reparse,
    field_of,
    stories_to_reparse,
    words_of_story,
)
from newsdesk.storage.pages.due import page_as_claimed
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Story
from newsdesk.storage.records.visits import ClaimedVisit
from newsdesk.storage.sources.moves import Store
from newsdesk.storage.sources.sources import source_as_claimed
from newsdesk.storage.stories.entries import PAGE

A_GROUP = 100  # stories
MOST_EXAMPLES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which stories, and which of their fields. Empty `sources` are all; `since` as `to_iso` writes it."""

    sources: tuple[int, ...] = ()
    since: str | None = None
    fields: tuple[str, ...] = READ_AGAIN

    def as_text(self) -> str:
        """By which a pass that was cut off is known again; of `since` the day: `30d` moves on."""
        since = self.since and self.since[:10]
        return json.dumps({"sources": self.sources, "since": since, "fields": sorted(self.fields)})


@dataclass(slots=True, kw_only=True)
class Report:
    """What was looked at and differs. `unknown`: stories of which too little was kept to read them again;
    `unread`: those on which a reader met a limit. `examples`: (story, field, old, new)."""

    stories: int = 0
    differ: int = 0
    applied: int = 0
    unknown: int = 0
    unread: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[int, str, Any, Any]] = field(default_factory=list)


class Reparse:
    """One pass over a file. `heard` hears of each group with the report so far; `examples` of each field are
    kept."""

    def __init__(
        self,
        path: Path,
        scope: Scope,
        settings: RunSettings,
        *,
        examples: int = 3,
        heard: Callable[[Report], None] = lambda report: None,
    ) -> None:
        self._path = path
        self._scope = scope
        self._settings = settings
        self._examples = examples
        self._heard = heard
        self._sources: dict[int, ClaimedVisit] = {}
        self.report = Report()

    async def look(self) -> Report:
        """What today's rules would change; nothing is written."""
        async for _ in self._groups(after=0):
            pass
        return self.report

    async def apply(self, writer: Writer) -> Report:
        """What differs becomes what is stored, and each origin's baseline."""
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
        """(the last story's number, how many were looked at, what differs) of each group."""
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
                    self._heard(self.report)
                after = groups[-1][-1][0].story_id
        finally:
            pool.close()

    def _load(self, after: int, groups: int) -> list[list[tuple[StoredStory, dict[int, Kept]]]]:
        """The next groups: each story with what is to be read again of it, by its entries."""
        with reading(self._path) as db:
            stories = stories_to_reparse(
                db,
                after=after,
                most=A_GROUP * groups,
                sources=self._scope.sources,
                since=self._scope.since,
            )
            loaded = [(story, dict(self._kept(db, story))) for story in stories]
        return [loaded[at : at + A_GROUP] for at in range(0, len(loaded), A_GROUP)]

    def _kept(self, db: Store, story: StoredStory) -> Iterator[tuple[int, Kept]]:
        for said in story.snapshots:
            by = self._by(db, story, said)
            if by is None:
                continue
            leads = said.entry_id == story.lead and "text" in story.own
            yield (
                said.entry_id,
                Kept(
                    printed=said.printed,
                    addresses=story.addresses,
                    by=by,
                    at=from_iso(said.said_at),
                    html=story.words["html"] if leads else None,
                    text_origin=str(story.words["evidence"].get("text", {}).get("origin", "")),
                    summary=said.read.get("summary"),
                ),
            )

    def _by(self, db: Store, story: StoredStory, said: StoredSnapshot) -> ClaimedVisit | ClaimedPage | None:
        """Its source as its visits know it, or the page."""
        now, rate_limits, limits = _now(), self._settings.session.rate_limits, self._settings.limits
        if said.entry_id == PAGE:
            url = story.page_url
            if url is None:
                return None
            return page_as_claimed(
                db, url, key=address_key(url), now=now, rate_limits=rate_limits, limits=limits
            )
        if said.source_id is None or not said.printed:
            return None
        if said.source_id not in self._sources:
            visit = source_as_claimed(db, said.source_id, rate_limits=rate_limits, limits=limits, now=now)
            self._sources[said.source_id] = replace(visit, known_entries=b"")
        return self._sources[said.source_id]

    async def _read(
        self, pool: WorkerPool, group: Sequence[tuple[StoredStory, dict[int, Kept]]]
    ) -> tuple[Read | None, ...]:
        kept = tuple(one for _, snapshots in group for one in snapshots.values())
        try:
            return await pool.read(ReparseTask(kept=kept, limits=self._settings.limits))
        except WorkerLimitError:
            self.report.unread += len(group)
            return (None,) * len(kept)

    def _compare(
        self, group: Sequence[tuple[StoredStory, dict[int, Kept]]], reads: Sequence[Read | None]
    ) -> list[Reparsed]:
        found, at = [], iter(reads)
        for stored, snapshots in group:
            read = {stored_entry: one for stored_entry in snapshots if (one := next(at)) is not None}
            self.report.stories += 1
            lead = read.get(stored.lead) if stored.lead is not None else None
            if lead is None:
                self.report.unknown += 1
                continue
            fields = differing(stored.words, lead.story, self._in_question(stored))
            if fields:
                self._tell(stored, lead.story, fields)
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
        """The fields of the lead's that may differ. Bodies are kept cleaned: where these very rules cleaned
        them, nothing is left to be read otherwise."""
        todays = any(
            said.entry_id == stored.lead and said.reader_version == READER_VERSION
            for said in stored.snapshots
        )
        return (stored.own & set(self._scope.fields)) - ({"text", "summary"} if todays else set())

    def _tell(self, stored: StoredStory, story: Story, fields: frozenset[str]) -> None:
        self.report.differ += 1
        new = words_of_story(story)
        for name in READ_AGAIN:
            if name not in fields:
                continue
            self.report.fields[name] += 1
            if self.report.fields[name] <= min(self._examples, MOST_EXAMPLES):
                old_new = field_of(stored.words, name), field_of(new, name)
                self.report.examples.append((stored.story_id, name, *old_new))


def _now() -> datetime:
    return datetime.now(UTC)
