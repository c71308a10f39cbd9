"""What a response and its host state about the document, beside what stands in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsdesk.crawler.rights.content_signals import (
    NAMES,
    read_signal_line,
    signal_statements,
    signals_for,
)
from newsdesk.crawler.rights.paths import path_of
from newsdesk.crawler.rights.robots_tags import read_robots_tags
from newsdesk.crawler.rights.stated import stated
from newsdesk.crawler.rights.tdm import tdm_statements
from newsdesk.storage.records.rights.site import SiteRights
from newsdesk.storage.records.rights.stated import Stated

TDM = ("tdm-reservation", "tdm-policy")


def header_statements(headers: Sequence[tuple[str, str]], *, agent: str) -> Iterator[Stated]:
    """The statements of the headers of a response, with names in lower case, for an agent."""
    if rules := read_robots_tags((value for name, value in headers if name == "x-robots-tag"), agent=agent):
        yield Stated("robots", "header", ", ".join(rules))
    for name, value in headers:
        if name in TDM and (found := stated(name, "header", value)):
            yield found
    signals = (signal for name, value in headers if name in NAMES for signal in read_signal_line(value))
    yield from signal_statements(signals_for(signals, "/"), "header")


def site_statements(site: SiteRights, address: str) -> Iterator[Stated]:
    """What a host states for one of its addresses."""
    path = path_of(address)
    yield from tdm_statements(site.tdm, path)
    yield from signal_statements(signals_for(site.signals, path), "robots.txt")
