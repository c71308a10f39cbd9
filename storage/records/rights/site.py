"""What a host states about the use of all that is under its paths. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NamedTuple


class TdmRule(NamedTuple):
    """A rule of a tdmrep.json: the paths that match `location`, the reservation as printed, the address of a
    policy."""

    location: str
    reservation: str
    policy: str | None


class Signal(NamedTuple):
    """A content signal of a robots.txt: the paths that match `path`, its use, and `yes` or `no`."""

    path: str
    use: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRights:
    """What a host states for its paths: the rules of its tdmrep.json in their order, and the content signals of its
    robots.txt that concern us."""

    tdm: tuple[TdmRule, ...] = ()
    signals: tuple[Signal, ...] = ()


NO_SITE_RIGHTS = SiteRights()


def site_rights_as_json(rights: SiteRights) -> str | None:
    """For the row of the host; None where it states nothing."""
    if rights == NO_SITE_RIGHTS:
        return None
    return json.dumps({"tdm": rights.tdm, "signals": rights.signals}, ensure_ascii=False)


def site_rights_from_json(stored: str | None) -> SiteRights:
    """What `site_rights_as_json` gave."""
    if stored is None:
        return NO_SITE_RIGHTS
    values = json.loads(stored)
    return SiteRights(
        tdm=tuple(TdmRule(*rule) for rule in values["tdm"]),
        signals=tuple(Signal(*signal) for signal in values["signals"]),
    )
