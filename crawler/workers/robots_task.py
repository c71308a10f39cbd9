"""Parse one robots.txt (RFC 9309) by protego: what it allows, the delay it asks for, its sitemaps. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from protego import Protego

from newsdesk.storage.records.visits import Limits

AGENT = "newsdesk"  # the product token by which rules are looked up
MOST_SITEMAPS = 1000

# protego compares every rule with every other rule of its group, and copies each rule for every agent named
# above it: 500 kB can take a minute. The slowest text found within these bounds took 5 ms (8 kB: 3,000 pairs
# of an agent and a line, the rest one group of distinct rules).
QUICK_CHARACTERS = 8 * 1024
QUICK_PAIRS = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRules:
    """What a robots.txt says to us. `allowed`: for each address of the task, in their order; `delay_s`: the
    crawl delay as printed; `sitemaps`: as printed."""

    allowed: tuple[bool, ...] = ()
    delay_s: float | None = None
    sitemaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsTask:
    """A robots.txt to parse, and the addresses to look up in it."""

    robots_txt: str
    addresses: tuple[str, ...]
    limits: Limits

    @property
    def weight(self) -> int:
        return len(self.robots_txt)

    def load(self) -> None:
        """Nothing: workers start with protego (`crawler.workers.preload`)."""

    def read(self) -> RobotsRules:
        """Runs in the worker."""
        return _rules(Protego.parse(self.robots_txt), self.addresses)


def is_quick(robots_txt: str) -> bool:
    """Whether parsing a text takes clearly less than 10 ms, whatever it says."""
    if len(robots_txt) > QUICK_CHARACTERS:
        return False
    agents = robots_txt.lower().count("agent")
    return agents * len(robots_txt.splitlines()) <= QUICK_PAIRS


def parse_quick(robots_txt: str, addresses: tuple[str, ...]) -> RobotsRules:
    """The rules of a text that `is_quick`."""
    return _rules(_parsed(robots_txt), addresses)


def _rules(parsed: Protego, addresses: tuple[str, ...]) -> RobotsRules:
    delay = parsed.crawl_delay(AGENT)
    return RobotsRules(
        allowed=tuple(parsed.can_fetch(address, AGENT) for address in addresses),
        delay_s=float(delay) if delay else None,
        sitemaps=tuple(islice(parsed.sitemaps, MOST_SITEMAPS)),
    )


# A parsed text takes up to twenty times its size: 20 MiB for 128 of the largest.
_parsed = lru_cache(maxsize=128)(Protego.parse)
