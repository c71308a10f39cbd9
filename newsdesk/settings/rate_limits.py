"""The setting `politeness.rate_limits`: parses texts like `slow.example=10s 6/min`.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from newsdesk.crawler.http.target import AddressError, host_of
from newsdesk.storage.records.rate_limits import RateLimit, RateLimits, queue_of

_DELAY = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(s|m|h)")
_RATE = re.compile(r"(\d{1,6})/min")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
MAX_DELAY_S = 3600.0
_LIKE = 'write it like "slow.example=10s", "busy.example=60/min" or "own.example=0.2s 600/min"'


def parse_rate_limit(entry: str, *, common: RateLimit) -> tuple[str, RateLimit]:
    """`slow.example=10s 6/min` → the name of the host queue and its rate limit; a part that is not written is
    that of `common`. Raises ValueError with what to write."""
    name, _, limits = (part.strip() for part in entry.partition("="))
    try:
        queue = queue_of(host_of(f"http://{name}/").lower())
    except AddressError:
        raise ValueError(f"{entry!r}: {name!r} is not a host; {_LIKE}") from None
    if "/" in name or not limits:
        raise ValueError(f"{entry!r} has no rate limit for a host; {_LIKE}")
    delay_s, per_minute = common.delay_s, common.per_minute
    for limit in limits.split():
        if delay := _DELAY.fullmatch(limit):
            delay_s = float(delay[1]) * _SECONDS[delay[2]]
        elif (rate := _RATE.fullmatch(limit)) and int(rate[1]) > 0:
            per_minute = float(rate[1])
        else:
            raise ValueError(f"{entry!r}: {limit!r} is neither a delay nor a number a minute; {_LIKE}")
    if delay_s > MAX_DELAY_S:
        raise ValueError(f"{entry!r}: a delay is at most 1h")
    return queue, RateLimit(delay_s=delay_s, per_minute=per_minute)


def check_rate_limits(entries: tuple[str, ...]) -> tuple[str, ...]:
    """The entries unchanged. Raises ValueError for one that cannot be parsed."""
    for entry in entries:
        parse_rate_limit(entry, common=RateLimits().common)
    return entries


def rate_limits_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The rate limits of the settings `politeness.*`, as arguments of SessionSettings."""
    common = RateLimit(
        delay_s=values["politeness.delay_s"], per_minute=float(values["politeness.per_minute"])
    )
    own = tuple(parse_rate_limit(entry, common=common) for entry in values["politeness.rate_limits"])
    return {"delay_s": common.delay_s, "per_minute": common.per_minute, "own": own}
