"""Parse the robots.txt of a host (RFC 9309) by protego: what it allows, the delay it asks for, its sitemaps and content
signals; or its tdmrep.json. Pure."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice

from protego import Protego

from newsdesk.crawler.rights.content_signals import read_signals
from newsdesk.crawler.rights.tdm import read_tdm_file
from newsdesk.crawler.workers.robots_task import AGENT, RobotsRules, RobotsTask, TdmTask
from newsdesk.storage.records.rights.site import TdmRule

MOST_SITEMAPS = 1000


def read_robots_task(task: RobotsTask) -> RobotsRules:
    """The rules of a text, with whether it allows each address."""
    parsed = _parsed(task.robots_txt) if task.is_quick else Protego.parse(task.robots_txt)
    delay = parsed.crawl_delay(AGENT)
    return RobotsRules(
        allowed=tuple(parsed.can_fetch(address, AGENT) for address in task.addresses),
        delay_s=float(delay) if delay else None,
        sitemaps=tuple(islice(parsed.sitemaps, MOST_SITEMAPS)),
        signals=read_signals(task.robots_txt, agent=AGENT),
    )


# A parsed text takes up to twenty times its size: 20 MiB for 128 of the largest.
_parsed = lru_cache(maxsize=128)(Protego.parse)


def read_tdm_task(task: TdmTask) -> tuple[TdmRule, ...]:
    """The rules of a tdmrep.json, none of a document that is no such file."""
    return read_tdm_file(task.body)
