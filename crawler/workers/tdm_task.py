"""The task of a tdmrep.json: what parsing it needs, and the rules that it returns. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.rights.site import TdmRule
from newsdesk.storage.records.visits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class TdmTask(Task[tuple[TdmRule, ...]]):
    """A tdmrep.json to parse."""

    READER = "newsdesk.crawler.workers.readers.tdm:read_tdm_task"
    body: bytes
    limits: Limits

    @property
    def weight(self) -> int:
        return 8 * len(self.body)
