"""Parse Unix timestamps in seconds, milliseconds or microseconds: `1705132800`, `/Date(1705132800000)/`. Pure.

Timestamps before 2000 or after tomorrow are refused: such numbers usually mean something else.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from newsdesk.crawler.normalise.dates.reading import DateContext, Parts

_COUNT = re.compile(r"@?(\d{9,10}|\d{13}|\d{16})(?:\.\d{1,9})?")
_MICROSOFT = re.compile(r"\\?/Date\((\d{12,13})(?:[+-]\d{4})?\)\\?/")
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)


def parse_unix_timestamp(text: str, context: DateContext) -> Parts | None:
    """A Unix timestamp in seconds, milliseconds or microseconds, from 2000 until tomorrow."""
    found = _COUNT.fullmatch(text) or _MICROSOFT.fullmatch(text)
    if found is None:
        return None
    digits = found[1]
    units = 1 if len(digits) <= 10 else 1_000 if len(digits) <= 13 else 1_000_000
    seconds = int(digits) // units
    when = datetime.fromtimestamp(seconds, UTC)
    if not _EARLIEST <= when <= context.now + _AHEAD:
        return None
    return Parts(
        when.year,
        when.month,
        when.day,
        when.hour,
        when.minute,
        when.second,
        "Z",
        "unix-timestamp",
        "second",
        (),
    )
