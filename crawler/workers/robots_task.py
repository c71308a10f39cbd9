"""The tasks of the files of a host, robots.txt and tdmrep.json: what parsing needs, and what it returns. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.rights.site import Signal, TdmRule
from newsdesk.storage.records.visits import Limits

AGENT = "newsdesk"  # the product token by which rules are looked up

# protego compares every rule with every other rule of its group, and copies each rule for every agent named
# above it: 500 kB can take a minute. The slowest text found within these bounds took 5 ms (8 kB: 3,000 pairs
# of an agent and a line, the rest one group of distinct rules).
QUICK_CHARACTERS = 8 * 1024
QUICK_PAIRS = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRules:
    """What a robots.txt says to us. `allowed`: for each address of the task, in their order; `delay_s`: the
    crawl delay as printed; `sitemaps`: as printed; `signals`: the content signals for us."""

    allowed: tuple[bool, ...] = ()
    delay_s: float | None = None
    sitemaps: tuple[str, ...] = ()
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsTask(Task[RobotsRules]):
    """A robots.txt to parse, and the addresses to look up in it. One that `is_quick` is read without a worker."""

    READER = "newsdesk.crawler.workers.readers.robots:read_robots_task"
    robots_txt: str
    addresses: tuple[str, ...]
    limits: Limits

    @property
    def weight(self) -> int:
        return len(self.robots_txt)

    @property
    def is_quick(self) -> bool:
        """Whether parsing takes clearly less than 10 ms, whatever the text says."""
        if len(self.robots_txt) > QUICK_CHARACTERS:
            return False
        agents = self.robots_txt.lower().count("agent")
        return agents * len(self.robots_txt.splitlines()) <= QUICK_PAIRS


@dataclass(frozen=True, slots=True, kw_only=True)
class TdmTask(Task[tuple[TdmRule, ...]]):
    """A tdmrep.json to parse."""

    READER = "newsdesk.crawler.workers.readers.robots:read_tdm_task"
    body: bytes
    limits: Limits

    @property
    def weight(self) -> int:
        return 8 * len(self.body)
