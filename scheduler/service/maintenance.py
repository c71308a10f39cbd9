"""Daily maintenance of the file: backup, retention, daily counts, merging the search index. Runs in small steps
beside the visits.

An ordered list of steps; one that fails does not stop the others. Nothing is deleted by age while the clock is
in doubt.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from newsdesk.scheduler.settings import MaintenanceSettings
from newsdesk.storage.clusters.key_index import forget_keys
from newsdesk.storage.db.database import checkpoint, reading
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.backup import back_up, delete_oldest
from newsdesk.storage.maintenance.cleanup import (
    STEP_ROWS,
    forget_refused,
    forget_runs,
    merge_search,
    optimize_indexes,
    roll_up_visits,
)
from newsdesk.storage.maintenance.purge import STORIES_A_STEP, purge_stories
from newsdesk.storage.maintenance.retention import (
    forget_tombstones,
    old_stories,
    oldest_stories,
    purge_old,
    store_size,
    stories_over,
)
from newsdesk.storage.plurals import count
from newsdesk.storage.rights.stored import forget_rights
from newsdesk.storage.stories.boilerplate import forget_sentences

log = logging.getLogger(__name__)

MERGES = 200  # transactions a day; a large index is merged over several days


@contextmanager
def _no_bar(total: int, noun: str) -> Iterator[Callable[[int], None]]:
    yield lambda done: None


@dataclass(slots=True, kw_only=True)
class Maintenance:
    """The maintenance of one day. `on_message` gets a line for each result; `bar` draws the progress of a purge, a
    total and what is counted; `trusted`: whether the clock is right, without which nothing is deleted by age."""

    path: Path
    writer: Writer
    settings: MaintenanceSettings
    now: datetime
    trusted: bool = True
    on_message: Callable[[str], None] = lambda message: None
    bar: Callable[[int, str], AbstractContextManager[Callable[[int], None]]] = _no_bar
    stopping: Callable[[], bool] = lambda: False
    failed: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """All steps, in their order. The messages of failed ones are in `failed`."""
        steps = {
            "backup": self._back_up,
            "retention": self._purge_old_stories,
            "size limit": self._purge_oldest_stories,
            "daily counts of visits": self._roll_up_visits,
            "forgetting old evidence": self._forget,
            "merging the search index": self._merge_search,
            "shrinking the log": self._shrink_log,
        }
        log.info("maintenance started")
        for name, step in steps.items():
            if self.stopping():
                log.info("maintenance stopped before: %s", name)
                return
            log.debug("maintenance step: %s", name)
            try:
                await step()
            except StoreError as error:
                self.failed.append(f"maintenance failed ({name}): {error}")
                log.info("maintenance failed (%s): %s", name, error)
                self.on_message(self.failed[-1])
        log.info("maintenance ended")

    def _report(self, message: str) -> None:
        log.info("maintenance: %s", message)
        self.on_message(message)

    async def _back_up(self) -> None:
        folder = self.settings.backups
        if folder is None:
            return
        target = folder / backup_name(self.path, self.now)
        if target.exists():
            return
        size = await asyncio.to_thread(back_up, self.path, target)
        pattern = f"{self.path.stem}-????-??-??{self.path.suffix}"
        deleted = delete_oldest(folder, pattern, keep=self.settings.backups_kept)
        self._report(f"backed up to {target}, {size / 2**20:.1f} MiB; {len(deleted)} older backups deleted")

    async def _purge_old_stories(self) -> None:
        if not self.trusted:
            self._report("the clock was changed recently: nothing is deleted by age for a week")
            return
        settings = self.settings

        def find() -> list[int]:
            with reading(self.path) as db:
                return old_stories(db, days=settings.keep_days, now=self.now)

        step = partial(
            purge_old, days=settings.keep_days, tombstone_days=settings.tombstone_days, now=self.now
        )
        total = await self._purge(await asyncio.to_thread(find), step)
        if total:
            self._report(f"{count(total, 'story', 'stories')} deleted: older than they are kept")

    async def _purge_oldest_stories(self) -> None:
        """Purge the oldest stories of a store over its size limit, down to a little below it, so that this is not
        needed each day. The search index is merged before each measurement: until then it has the words of stories
        that were deleted, and far too many would be purged."""
        limit, total = self.settings.store_bytes, 0
        if not limit or not self.trusted:
            return
        live, oldest = await asyncio.to_thread(self._find_oldest)
        if live <= limit:
            return
        step = partial(purge_stories, why="size", tombstone_days=self.settings.tombstone_days, now=self.now)
        await self._merge_whole_search()
        before, oldest = await asyncio.to_thread(self._find_oldest)
        live = before
        while live > limit and oldest and not self.stopping():
            total += await self._purge(oldest, step)
            await self._merge_whole_search()
            live, oldest = await asyncio.to_thread(self._find_oldest)
        if total:
            self._report(
                f"{count(total, 'story', 'stories')} deleted, the oldest: the store had {_mib(before)}, its limit is"
                f" {_mib(limit)}; now it has {_mib(live)}"
            )
        elif live > limit and not oldest:
            self._report(f"the store has {_mib(live)} without stories; its limit is {_mib(limit)}")

    def _find_oldest(self) -> tuple[int, list[int]]:
        """How much the store has, and the oldest stories that are too many."""
        with reading(self.path) as db:
            size = store_size(db)
            return size.live_bytes, oldest_stories(db, stories_over(size, self.settings.store_bytes))

    async def _merge_whole_search(self) -> None:
        await self.writer.write(partial(merge_search, whole=True))
        await self._repeat(lambda: self.writer.write(merge_search))

    async def _purge(self, stories: Sequence[int], step: Callable[..., int]) -> int:
        """Purge stories in short transactions. Returns how many were purged."""
        total = 0
        with self.bar(len(stories), "stories purged") as advance:
            for at in range(0, len(stories), STORIES_A_STEP):
                if self.stopping():
                    break
                group = stories[at : at + STORIES_A_STEP]
                total += await self.writer.write(partial(step, stories=group))
                advance(len(group))
        return total

    async def _roll_up_visits(self) -> None:
        if not self.trusted:
            return
        settings = self.settings
        total = await self._repeat(
            lambda: self.writer.write(
                lambda db: roll_up_visits(
                    db, now=self.now, quiet_days=settings.quiet_days, days=settings.visit_days
                )
            )
        )
        await self.writer.write(forget_runs)
        if total:
            self._report(f"{count(total, 'visit')} replaced by daily counts")

    async def _forget(self) -> None:
        if self.trusted:
            await self._repeat(lambda: self.writer.write(lambda db: forget_refused(db, now=self.now)))
            await self._repeat(lambda: self.writer.write(forget_rights))
            await self._repeat(
                lambda: self.writer.write(lambda db: forget_sentences(db, now=self.now, most=STEP_ROWS))
            )
            await self._repeat(
                lambda: self.writer.write(lambda db: forget_keys(db, now=self.now, most=STEP_ROWS))
            )
            await self._forget_tombstones()

    async def _forget_tombstones(self) -> None:
        after, more = 0, True
        while more and not self.stopping():
            step = partial(forget_tombstones, days=self.settings.tombstone_days, now=self.now, after=after)
            after, _ = await self.writer.write(step)
            more = after > 0

    async def _merge_search(self) -> None:
        for _ in range(MERGES):
            if self.stopping() or not await self.writer.write(merge_search):
                return

    async def _shrink_log(self) -> None:
        await self.writer.write(optimize_indexes)
        await asyncio.to_thread(checkpoint, self.path)

    async def _repeat(self, step: Callable[[], Awaitable[int]]) -> int:
        total = 0
        while not self.stopping() and (done := await step()):
            total += done
        return total


def _mib(size: int) -> str:
    return f"{size / 2**20:.1f} MiB"


def backup_name(path: Path, now: datetime) -> str:
    """`newsdesk-2026-11-24.db` for newsdesk.db."""
    return f"{path.stem}-{now:%Y-%m-%d}{path.suffix}"
