"""The setting `politeness.rate_limits`: hosts with a pace of their own, as text.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from newsdesk.crawler.http.target import AddressError
from newsdesk.crawler.politeness.rate_limiter import host_of
from newsdesk.storage.records.rate_limits import RateLimit, RateLimits, queue_of

_GAP = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(s|m|h)")
_RATE = re.compile(r"(\d{1,6})/min")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
LONGEST_GAP_S = 3600.0
_LIKE = 'write it like "slow.example=10s", "busy.example=60/min" or "own.example=0.2s 600/min"'


def parse_rate_limit(said: str, *, common: RateLimit) -> tuple[str, RateLimit]:
    """`slow.example=10s 6/min` as the name of a queue and its pace; what is not said is as for all. Raises
    ValueError with what to write."""
    name, _, words = (part.strip() for part in said.partition("="))
    try:
        queue = queue_of(host_of(f"http://{name}/").lower())
    except AddressError:
        raise ValueError(f"{said!r}: {name!r} is no host; {_LIKE}") from None
    if "/" in name or not words:
        raise ValueError(f"{said!r} says no pace of a host; {_LIKE}")
    delay_s, per_minute = common.delay_s, common.per_minute
    for word in words.split():
        if gap := _GAP.fullmatch(word):
            delay_s = float(gap[1]) * _SECONDS[gap[2]]
        elif (rate := _RATE.fullmatch(word)) and int(rate[1]) > 0:
            per_minute = float(rate[1])
        else:
            raise ValueError(f"{said!r}: {word!r} is neither a pause nor a number a minute; {_LIKE}")
    if delay_s > LONGEST_GAP_S:
        raise ValueError(f"{said!r}: a pause is at most 1h")
    return queue, RateLimit(delay_s=delay_s, per_minute=per_minute)


def check_rate_limits(entries: tuple[str, ...]) -> tuple[str, ...]:
    """The entries as they are. Raises ValueError for one that is none."""
    for entry in entries:
        parse_rate_limit(entry, common=RateLimits().common)
    return entries


def rate_limits_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the settings `manners.*` say of paces, for SessionSettings."""
    common = RateLimit(
        delay_s=values["politeness.delay_s"], per_minute=float(values["politeness.per_minute"])
    )
    own = tuple(parse_rate_limit(entry, common=common) for entry in values["politeness.rate_limits"])
    return {"delay_s": common.delay_s, "per_minute": common.per_minute, "own": own}
