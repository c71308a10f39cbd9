"""Odd statuses, invalid Retry-After, headers that attack the client or the terminal. Threats A7, A11, F6."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from newsdesk.storage.db.timestamps import from_iso
from tests.hostile.case import Case
from tests.hostile.run import CaseResult
from tests.support.feeds import many, rss
from tests.support.runner import utc_now

# One case a line.
# fmt: off

FEED = rss(*many(2, site="own.example"))
WHOLE = rss(*many(2, site="two.example"))  # with the declared length

STATUSES = [
    (100, "connection-reset|bad-http|incomplete"), (101, "unexpected-status"), (102, "connection-reset|bad-http|incomplete"), (199, "connection-reset|bad-http|unexpected-status"),
    (201, "unexpected-status"), (202, "unexpected-status"), (203, "read"), (204, "empty|bad-http"), (205, "empty"), (206, "partial-content"),
    (207, "unexpected-status"), (226, "unexpected-status"), (299, "unexpected-status"), (301, "redirect-without-location"), (302, "redirect-without-location"),
    (307, "redirect-without-location"), (399, "unexpected-status"), (400, "client-error"), (401, "forbidden"), (402, "forbidden"), (403, "forbidden"),
    (404, "not-found"), (405, "client-error"), (406, "client-error"), (408, "client-error"), (410, "gone"), (411, "client-error"),
    (412, "client-error"), (413, "client-error"), (414, "client-error"), (415, "client-error"), (416, "client-error"),
    (418, "client-error"), (421, "client-error"), (423, "client-error"), (425, "client-error"), (426, "client-error"),
    (429, "rate-limited"), (431, "client-error"), (444, "client-error"), (451, "forbidden"), (499, "client-error"),
    (500, "server-error"), (501, "server-error"), (502, "server-error"), (503, "server-error"), (504, "server-error"),
    (505, "server-error"), (507, "server-error"), (508, "server-error"), (511, "server-error"), (520, "server-error"),
    (530, "server-error"), (599, "server-error"), (600, "server-error"), (777, "server-error"), (999, "server-error"),
]

# name, Retry-After, status, seconds for which the host is paused at most; 0 for none
RETRIES: list[tuple[str, str | bytes | tuple[str, ...], int, int]] = [
    ("huge", "99999999999999999999", 503, 86_400),
    ("digits", "9" * 8_000, 503, 86_400),
    ("negative", "-5", 503, 0),
    ("float", "1.5", 503, 0),
    ("exponent", "1e9", 503, 0),
    ("words", "soon", 503, 0),
    ("words-429", "soon", 429, 900),
    ("empty-429", "", 429, 900),
    ("arabic", "١٢٠", 503, 0),
    ("hex", "0xff", 503, 0),
    ("infinity", "Infinity", 503, 0),
    ("year-9999", "Fri, 31 Dec 9999 23:59:59 GMT", 503, 86_400),
    ("year-10000", "Sat, 01 Jan 10000 00:00:00 GMT", 503, 0),
    ("past", "Thu, 01 Jan 1970 00:00:00 GMT", 503, 0),
    ("zone", "Fri, 31 Dec 9999 23:59:59 -2359", 503, 0),
    ("bytes", b"\xff\xfe\x00"[:2], 503, 0),
    ("two", ("120", "99999999999"), 503, 120),
    ("not-found", "3600", 404, 3_600),
]


def _rests(most: int, status: int) -> Any:
    # After the first failure of a new source: twice its half hour and up to an hour; an hour; some minutes. ± 5 %.
    usual = timedelta(minutes={429: 2 * 30 + 60, 404: 60}.get(status, 3)) * 1.05

    def check(result: CaseResult) -> None:
        following = (from_iso(result.source["next_visit_at"]) - utc_now()).total_seconds()
        assert following <= max(most, usual.total_seconds()) + 5, f"it is visited again in {following:.0f} s"

    return check


def _retry(name: str, value: str | bytes | tuple[str, ...], status: int, most: int) -> Case:
    values = value if isinstance(value, tuple) else (value,)
    outcome = {429: "rate-limited", 404: "not-found"}.get(status, "server-error")
    return Case(
        name=f"e-retry-after-{name}",
        description=f"answers {status} with Retry-After {str(value)[:40]!r}",
        responses=({"status": status, "headers": tuple(("Retry-After", one) for one in values)},),
        outcome=outcome,
        check=_rests(most, status),
    )


def _case(name: str, description: str, response: dict[str, Any], outcome: str, story_count: int = 0, **fields: Any) -> Case:
    return Case(name=f"e-{name}", description=description, responses=(response,), outcome=outcome, story_count=story_count, **fields)


def _raw(head: bytes, body: bytes = FEED) -> dict[str, Any]:
    return {"raw": head + b"\r\n\r\n" + body}


CASES = (
    *(
        Case(
            name=f"e-status-{status}",
            description=f"answers {status}, with a feed as its body",
            responses=({"body": FEED, "status": status, "close": status < 200},),
            outcome=outcome,
            story_count=2 if outcome == "read" else 0,
        )
        for status, outcome in STATUSES
    ),
    *(_retry(*row) for row in RETRIES),
    _case("status-0", "answers 000", _raw(b"HTTP/1.1 000 Zero"), "bad-http|unexpected-status"),
    _case("status-1000", "answers 1000", _raw(b"HTTP/1.1 1000 Big"), "bad-http"),
    _case("status-negative", "answers -200", _raw(b"HTTP/1.1 -200 OK"), "bad-http"),
    _case("status-words", "answers a status in words", _raw(b"HTTP/1.1 OK OK"), "bad-http"),
    _case("status-none", "answers without a status", _raw(b"HTTP/1.1"), "bad-http"),
    _case("http-0.9", "answers with the bare document", {"raw": FEED}, "bad-http"),
    _case("http-1.0", "answers HTTP/1.0 until it closes", _raw(b"HTTP/1.0 200 OK"), "read", 2),
    _case("http-9.9", "answers HTTP/9.9", _raw(b"HTTP/9.9 200 OK"), "bad-http|read"),
    _case("http-2", "answers HTTP/2 frames", {"raw": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80"}, "bad-http"),
    _case("ssh", "is an SSH server", {"raw": b"SSH-2.0-OpenSSH_9.2\r\n\r\n"}, "bad-http"),
    _case("smtp", "is a mail server", {"raw": b"220 mail ESMTP\r\n500 what\r\n"}, "bad-http"),
    _case("nothing", "closes without a word", {"raw": b""}, "connection-reset"),
    _case("304-unasked", "answers 304 to a request that named no copy", {"status": 304}, "unexpected-status"),
    _case("304-forever", "changes its feed and says 304 for ever",
          {"body": FEED, "etag": '"always"'}, "unchanged", 2, visits=2),
    _case("reason-steering", "has controls and a turn of direction in its reason phrase",
          _raw(b"HTTP/1.1 500 \x1b[2J\x1b]0;owned\x07red\xe2\x80\xaegnp", b""), "server-error|bad-http", forbidden=("\x1b", "\u202e")),
    _case("reason-log", "has a forged log line in its reason phrase",
          _raw(b"HTTP/1.1 500 a\rfailed  http://victim/: 1 new", b""), "server-error|bad-http"),
    _case("reason-long", "has a reason phrase of 20 kB", _raw(b"HTTP/1.1 500 " + b"x" * 20_000, b""), "server-error|bad-http|headers-too-large"),
    _case("reason-latin", "has a reason phrase in Latin-1", _raw(b"HTTP/1.1 404 r\xe9pondu \xff\xfe", b""), "not-found|bad-http"),
    _case("header-huge", "sends a header of 100 kB", {"body": FEED, "headers": {"A": "x" * 100_000}}, "headers-too-large"),
    _case("header-long", "sends a policy of 20 kB", {"body": FEED, "headers": {"Content-Security-Policy": "x" * 20_000}}, "read", 2),
    _case("headers-many", "sends 20,000 headers", {"body": FEED, "headers": {f"A{n}": "x" for n in range(20_000)}}, "headers-too-large"),
    _case("header-nul", "sends a NUL in a header", _raw(b"HTTP/1.1 200 OK\r\nA: \x00"), "bad-http"),
    _case("header-folded", "folds a header over two lines", _raw(b"HTTP/1.1 200 OK\r\nA: b\r\n c"), "read", 2),
    _case("header-no-colon", "sends a header without a colon", _raw(b"HTTP/1.1 200 OK\r\nnothing"), "bad-http"),
    _case("header-space", "sends a space before a header's colon", _raw(b"HTTP/1.1 200 OK\r\nContent-Length : 3", b"abc"), "bad-http|not-a-feed"),
    _case("header-lf", "ends its lines by LF alone", {"raw": b"HTTP/1.1 200 OK\nContent-Type: text/xml\n\n" + FEED}, "read", 2),
    _case("header-bytes", "sends bytes that are no text in every header",
          {"body": FEED, "headers": {"ETag": b"\xff\xfe\x80", "Last-Modified": b"\xff", "Content-Location": b"\xff\xfe"}}, "read", 2),
    _case("header-type", "sends a Content-Type of controls and 20 kB",
          {"body": FEED, "type": None, "headers": {"Content-Type": b"text/xml; charset=\xe2\x80\xae" + b"x" * 20_000}}, "read", 2),
    _case("header-location-200", "sends a Content-Location inside", {"body": FEED, "headers": {"Content-Location": "http://10.0.0.1/"}}, "read", 2),
    _case("header-link", "names itself canonical elsewhere by a Link header",
          {"body": FEED, "headers": {"Link": '<javascript:alert(1)>; rel="self canonical alternate"'}}, "read", 2),
    _case("header-date", "is of the year 9999 by its Date and Last-Modified",
          {"body": FEED, "headers": {"Last-Modified": "Fri, 31 Dec 9999 23:59:59 GMT", "Age": "-1", "Expires": "0"}}, "read", 2),
    _case("header-connection", "says Connection: close, keep-alive, Upgrade at once",
          {"body": FEED, "headers": (("Connection", "close, keep-alive, Upgrade"), ("Upgrade", "h2c"))}, "read", 2),
    _case("early-hints", "sends an early hint before its answer",
          {"raw": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + FEED}, "read", 2),
    _case("two-answers", "sends two answers to one request",
          {"raw": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%sHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx" % (len(WHOLE), WHOLE)}, "read", 2),
    _case("page-instead", "is a web page now, with status 200",
          {"body": "<!doctype html><title>\x1b[31mSorry</title><script>x</script>", "type": "text/html"}, "not-a-feed"),
    _case("empty", "is empty", {"body": b""}, "empty"),
)
