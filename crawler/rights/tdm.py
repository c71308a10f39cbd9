"""TDMRep, the Text and Data Mining Reservation Protocol (W3C Community Group, final report): the file
`/.well-known/tdmrep.json`, and what it states for an address. Pure, never raises on any file.

The first rule that matches is used. A header of the response comes before the file, an element of the page before
both (`crawler.rights.terms`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from newsdesk.crawler.rights.paths import matches
from newsdesk.crawler.rights.stated import stated
from newsdesk.storage.records.rights.site import TdmRule
from newsdesk.storage.records.rights.stated import Stated

MOST_RULES = 500
LONGEST_LOCATION = 500  # characters
_WHERE = "tdmrep.json"


def read_tdm_file(body: bytes) -> tuple[TdmRule, ...]:
    """The rules of a tdmrep.json in their order, none of a document that is something else. A single rule without
    brackets counts. A rule without a location or a reservation is left out, as is one with another value than 0 or
    1: such a value means that nothing is stated."""
    try:
        found = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ()
    rules = [found] if isinstance(found, dict) else found if isinstance(found, list) else []
    return tuple(rule for one in rules[:MOST_RULES] if (rule := _rule(one)) is not None)


def _rule(value: Any) -> TdmRule | None:
    if not isinstance(value, dict):
        return None
    location, reservation = value.get("location"), value.get("tdm-reservation")
    if not isinstance(location, str) or not location.strip() or isinstance(reservation, bool):
        return None
    printed = str(reservation).strip()
    location = location.strip()[:LONGEST_LOCATION]
    if not location.startswith(("/", "*")):
        location = f"/{location}"
    policy = stated("tdm-policy", _WHERE, value.get("tdm-policy"))
    return (
        TdmRule(location, printed, policy.value if policy else None)
        if printed in ("0", "1") and "\x00" not in location
        else None
    )


def tdm_statements(rules: Sequence[TdmRule], path: str) -> Iterator[Stated]:
    """What the first rule that matches a path states."""
    rule = next((one for one in rules if matches(one.location, path)), None)
    if rule is not None:
        yield Stated("tdm-reservation", _WHERE, rule.reservation)
        if rule.policy is not None:
            yield Stated("tdm-policy", _WHERE, rule.policy)
