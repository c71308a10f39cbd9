"""Dates that are absurd, too long or made to overflow. Threat A17: they never become a story's date, and stay in its
evidence."""

from __future__ import annotations

import json

from newsdesk.storage.db.timestamps import from_iso
from tests.hostile.case import Case
from tests.hostile.run import CaseResult
from tests.support.feeds import Item, rss
from tests.support.runner import utc_now

# One case a line.
# fmt: off

PRINTED = [
    ("year-0", "Thu, 01 Jan 0000 00:00:00 GMT"),
    ("year-1", "Mon, 01 Jan 0001 00:00:00 +2359"),
    ("year-9999", "Fri, 31 Dec 9999 23:59:59 -2359"),
    ("year-10000", "Sat, 01 Jan 10000 00:00:00 GMT"),
    ("year-99999", "99999-12-31T23:59:59Z"),
    ("year-negative", "-0044-03-15T12:00:00Z"),
    ("year-two-digits", "01 Jan 00 00:00:00 GMT"),
    ("epoch", "0"),
    ("epoch-seconds", "1764000000"),
    ("epoch-overflow", "99999999999999999999"),
    ("epoch-negative", "-99999999999999999999"),
    ("month-13", "2026-13-45T25:61:61Z"),
    ("february-31", "Tue, 31 Feb 2026 10:00:00 GMT"),
    ("leap-second", "2016-12-31T23:59:60Z"),
    ("hour-24", "2026-11-24T24:00:00Z"),
    ("offset-huge", "2026-11-24T05:36:00+99:99"),
    ("offset-overflow", "0001-01-01T00:00:00+23:59"),
    ("zone-unknown", "Tue, 24 Nov 2026 05:36:00 XYZZY"),
    ("zone-controls", "Tue, 24 Nov 2026 05:36:00 \x1b[31m"),
    ("words", "yesterday at noon"),
    ("digits-arabic", "٢٠٢٦-١١-٢٤T٠٥:٣٦:٠٠Z"),
    ("digits-full-width", "２０２６-１１-２４T０５:３６:００Z"),
    ("nan", "NaN"),
    ("infinity", "1e999"),
    ("template", "{{ now }}"),
    ("empty-tags", "<b></b>"),
    ("fraction-long", "2026-11-24T05:36:00." + "9" * 5000 + "Z"),
    ("week", "2026-W99-9"),
    ("future-hour", "2036-11-24T05:36:00Z"),
]


def _orders_no_later_than_now(result: CaseResult) -> None:
    for story in result.stories:
        assert from_iso(story["sort_at"]) <= utc_now(), f"it is ordered at {story['sort_at']}"
        if story["published"]:
            assert from_iso(story["published"]).year >= 1, story["published"]


def _json(date: str) -> str:
    items = [{"id": "1", "url": "http://own.example/j", "title": "json", "content_text": "x", "date_published": date}]
    return json.dumps({"version": "https://jsonfeed.org/version/1", "title": "t", "items": items})


CASES = (
    *(Case(name=f"d-{name}", description=f"prints the date {date[:40]!r}", outcome="read", story_count=1, check=_orders_no_later_than_now,
           responses=({"body": rss(Item(title="dated", link="http://own.example/one", date=date))},))
      for name, date in PRINTED),
    *(Case(name=f"d-json-{name}", description=f"prints the date {date[:40]!r} in JSON", outcome="read", story_count=1,
           check=_orders_no_later_than_now, responses=({"body": _json(date), "type": "application/feed+json"},))
      for name, date in PRINTED[:11]),
    Case(name="d-future-first", description="dates its story in the far future so that it stands first for ever", outcome="read", story_count=1,
         check=_orders_no_later_than_now,
         responses=({"body": rss(Item(title="first", link="http://own.example/first", date="Fri, 31 Dec 2999 23:59:59 GMT"))},)),
)
