"""The night's work on the file: retention, rolling up, merging, a copy. In steps, beside the visits.

A list of chores, each done to its end before the next; one that fails costs only itself. Nothing is deleted
when the clock is in doubt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from newsdesk.storage.db.database import checkpoint
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.backup import back_up, drop_oldest
from newsdesk.storage.maintenance.cleanup import (
    A_STEP,
    forget_refused,
    forget_runs,
    learn_indexes,
    merge_search,
    roll_up_visits,
)
from newsdesk.storage.maintenance.retention import purge_old
from newsdesk.storage.stories.boilerplate import forget_sentences

STORIES_A_STEP = 100
MERGES = 200  # steps a night; a large index is merged over several


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSettings:
    """What the night does. `keep_days`: how long a story is kept whose source says nothing, 0 for ever;
    `quiet_days`, `visit_days`: when visits become daily counts; `backups`: the folder of the copies, None for
    none, of which the newest `backups_kept` stay."""

    keep_days: int = 0
    quiet_days: int = 7
    visit_days: int = 90
    backups: Path | None = None
    backups_kept: int = 7


@dataclass(slots=True, kw_only=True)
class Night:
    """One night over one file. `say` hears a line of what was done; `trusted` says that the clock may be
    believed, without which nothing is deleted for its age."""

    path: Path
    writer: Writer
    settings: NightSettings
    now: datetime
    trusted: bool = True
    say: Callable[[str], None] = lambda words: None
    stopping: Callable[[], bool] = lambda: False
    failed: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """All chores, in their order. What failed stands in `failed`."""
        for chore in (self._copy, self._purge, self._roll_up, self._forget, self._merge, self._shrink):
            if self.stopping():
                return
            try:
                await chore()
            except StoreError as error:
                self.failed.append(str(error))
                self.say(f"tonight's {chore.__name__.strip('_').replace('_', ' ')} failed: {error}")

    async def _copy(self) -> None:
        folder = self.settings.backups
        if folder is None:
            return
        target = folder / backup_name(self.path, self.now)
        if target.exists():
            return
        size = await asyncio.to_thread(back_up, self.path, target)
        gone = drop_oldest(
            folder, f"{self.path.stem}-????-??-??{self.path.suffix}", keep=self.settings.backups_kept
        )
        self.say(f"copied to {target}, {size / 2**20:.1f} MiB; {len(gone)} older copies deleted")

    async def _purge(self) -> None:
        if not self.trusted:
            self.say(
                "the clock was set of late: nothing is deleted for its age until it has been right for a week"
            )
            return
        total, after, going = 0, 0, True
        while going and not self.stopping():
            step = partial(
                purge_old, days=self.settings.keep_days, now=self.now, after=after, most=STORIES_A_STEP
            )
            after, gone = await self.writer.write(step)
            total += gone
            going = after > 0
        if total:
            self.say(f"{total} stories were older than they are kept, and went")

    async def _roll_up(self) -> None:
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
            self.say(f"{total} visits became daily counts")

    async def _forget(self) -> None:
        if self.trusted:
            await self._repeat(lambda: self.writer.write(lambda db: forget_refused(db, now=self.now)))
            await self._repeat(
                lambda: self.writer.write(lambda db: forget_sentences(db, now=self.now, most=A_STEP))
            )

    async def _merge(self) -> None:
        for _ in range(MERGES):
            if self.stopping() or not await self.writer.write(merge_search):
                return

    async def _shrink(self) -> None:
        await self.writer.write(learn_indexes)
        await asyncio.to_thread(checkpoint, self.path)

    async def _repeat(self, step: Callable[[], Awaitable[int]]) -> int:
        total = 0
        while not self.stopping() and (done := await step()):
            total += done
        return total


def backup_name(path: Path, now: datetime) -> str:
    """`newsdesk-2026-11-24.db` for newsdesk.db."""
    return f"{path.stem}-{now:%Y-%m-%d}{path.suffix}"
