"""The HTTP client: whatever a server does ends as a Page with an outcome."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest

from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.connector import MOST_IDLE
from newsdesk.crawler.http.dns import Resolver
from newsdesk.crawler.http.guard import HostOverrides
from newsdesk.crawler.http.outcomes import parse_retry_after, plain
from newsdesk.crawler.models import HttpRequest
from newsdesk.crawler.politeness.rate_limiter import RateLimiter
from newsdesk.crawler.session_settings import ClientSettings
from newsdesk.storage.records.visits import Limits
from tests.support.certificates import Issuer
from tests.support.web import CODINGS, Web, web_in_thread

FEED = b"<rss version='2.0'><channel><title>Daily</title></channel></rss>" * 50
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


async def ask(
    web, path, *, limits=None, host="daily.test", client=None, etag=None, last_modified=None, **settings
):
    """One visit to the web, by an HTTP client of its own unless one is given."""
    question = HttpRequest(address=web.url(host, path), etag=etag, last_modified=last_modified)
    if client is not None:
        return await client.fetch(question, limits=limits or Limits())
    async with web.client(**settings) as own:
        return await own.fetch(question, limits=limits or Limits())


# What a path answers -> word, group. The status is in the outcome when there was one.
ANSWERS = [
    ("whole", {"body": FEED}, "fetched", "ok"),
    ("whole, chunked", {"body": FEED, "chunked": True}, "fetched", "ok"),
    ("whole, until close", {"raw": b"HTTP/1.0 200 OK\r\n\r\n" + FEED}, "fetched", "ok"),
    ("whole, 203", {"body": FEED, "status": 203}, "fetched", "ok"),
    ("gzip", {"body": FEED, "coding": "gzip"}, "fetched", "ok"),
    ("br", {"body": FEED, "coding": "br"}, "fetched", "ok"),
    ("zstd", {"body": FEED, "coding": "zstd"}, "fetched", "ok"),
    ("deflate", {"body": FEED, "coding": "deflate"}, "fetched", "ok"),
    ("raw deflate", {"body": FEED, "coding": "raw-deflate"}, "fetched", "ok"),
    ("long header", {"body": FEED, "headers": {"CSP": "x" * 20000}}, "fetched", "ok"),
    ("200 empty", {}, "empty", "temporary"),
    ("204", {"status": 204}, "empty", "temporary"),
    ("205", {"status": 205}, "empty", "temporary"),
    ("206", {"body": FEED, "status": 206}, "partial-content", "temporary"),
    ("202", {"body": FEED, "status": 202}, "unexpected-status", "temporary"),
    ("304 unasked", {"status": 304}, "unexpected-status", "temporary"),
    ("300", {"body": FEED, "status": 300}, "unexpected-status", "temporary"),
    ("400", {"status": 400}, "client-error", "temporary"),
    ("401", {"status": 401}, "forbidden", "forbidden"),
    ("403", {"status": 403}, "forbidden", "forbidden"),
    ("404", {"status": 404}, "not-found", "not-found"),
    ("406", {"status": 406}, "client-error", "temporary"),
    ("410", {"status": 410}, "gone", "gone"),
    ("418", {"status": 418}, "client-error", "temporary"),
    ("429", {"status": 429}, "rate-limited", "rate-limited"),
    ("451", {"status": 451}, "forbidden", "forbidden"),
    ("500", {"status": 500}, "server-error", "temporary"),
    ("503", {"status": 503}, "server-error", "temporary"),
    ("599", {"status": 599}, "server-error", "temporary"),
    ("999", {"status": 999}, "server-error", "temporary"),
    ("cut short", {"body": FEED, "cut": 100}, "incomplete", "temporary"),
    ("cut at nothing", {"body": FEED, "cut": 0}, "incomplete", "temporary"),
    ("cut, chunked", {"body": FEED, "cut": 100, "chunked": True}, "incomplete", "temporary"),
    ("cut, gzip", {"body": FEED, "coding": "gzip", "cut": 50}, "incomplete", "temporary"),
    ("length too long", {"body": FEED, "length": 99999, "cut": 9999}, "incomplete", "temporary"),
    ("length negative", {"body": FEED, "length": -1}, "bad-http", "temporary"),
    (
        "broken chunk",
        {"raw": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"},
        "incomplete",
        "temporary",
    ),
    ("connection-reset", {"reset": True}, "connection-reset", "temporary"),
    ("closed", {"raw": b""}, "connection-reset", "temporary"),
    ("no HTTP", {"raw": b"SSH-2.0-OpenSSH_9.2\r\n\r\n"}, "bad-http", "temporary"),
    ("cut in the headers", {"raw": b"HTTP/1.1 200 OK\r\nContent-Ty"}, "connection-reset", "temporary"),
    ("status words", {"raw": b"HTTP/1.1 abc OK\r\n\r\n"}, "bad-http", "temporary"),
    ("header NUL", {"raw": b"HTTP/1.1 200 OK\r\nA: \x00\r\n\r\n"}, "bad-http", "temporary"),
    ("header huge", {"body": FEED, "headers": {"A": "x" * 70000}}, "headers-too-large", "unreadable"),
    (
        "headers many",
        {"body": FEED, "headers": {f"A{n}": "x" for n in range(5000)}},
        "headers-too-large",
        "unreadable",
    ),
    (
        "101",
        {"status": 101, "headers": {"Upgrade": "x", "Connection": "Upgrade"}},
        "unexpected-status",
        "temporary",
    ),
    (
        "1xx, then 200",
        {"raw": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + FEED},
        "fetched",
        "ok",
    ),
    ("only 1xx", {"raw": b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500}, "connection-reset", "temporary"),
    (
        "two lengths",
        {"raw": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde"},
        "bad-http",
        "temporary",
    ),
    (
        "HTTP/2",
        {"raw": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80"},
        "bad-http",
        "temporary",
    ),
    ("too large", {"body": b"x" * 300_000}, "too-large", "unreadable"),
    ("too large, chunked", {"body": b"x" * 300_000, "chunked": True}, "too-large", "unreadable"),
    ("declared too large", {"body": FEED, "length": 10**15}, "too-large", "unreadable"),
    ("gzip bomb", {"body": b"x" * 30_000_000, "coding": "gzip"}, "too-large", "unreadable"),
    ("br bomb", {"body": b"x" * 30_000_000, "coding": "br"}, "too-large", "unreadable"),
    ("zstd bomb", {"body": b"x" * 30_000_000, "coding": "zstd"}, "too-large", "unreadable"),
    (
        "gzip in name only",
        {"body": FEED, "headers": {"Content-Encoding": "gzip"}},
        "bad-encoding",
        "unreadable",
    ),
    (
        "two layers",
        {"body": FEED, "headers": {"Content-Encoding": "gzip, gzip"}},
        "bad-encoding",
        "unreadable",
    ),
    ("unknown coding", {"body": FEED, "headers": {"Content-Encoding": "lzma"}}, "bad-encoding", "unreadable"),
    (
        "two headers",
        {"body": FEED, "headers": (("Content-Encoding", "br"), ("Content-Encoding", "gzip"))},
        "bad-encoding",
        "unreadable",
    ),
    (
        "gzip, cut inside",
        {"body": CODINGS["gzip"](FEED)[:-9], "headers": {"Content-Encoding": "gzip"}},
        "bad-encoding",
        "unreadable",
    ),
    ("302 without Location", {"status": 302}, "redirect-without-location", "temporary"),
    ("302 to itself", {"status": 302, "headers": {"Location": "/x"}}, "redirect-loop", "temporary"),
    ("302 by fragment", {"status": 302, "headers": {"Location": "#top"}}, "redirect-loop", "temporary"),
    ("302 to ftp", {"status": 302, "headers": {"Location": "ftp://a.test/"}}, "not-http", "not-allowed"),
    (
        "302 to a file",
        {"status": 302, "headers": {"Location": "file:///etc/passwd"}},
        "not-http",
        "not-allowed",
    ),
    ("302 to data", {"status": 302, "headers": {"Location": "data:,x"}}, "not-http", "not-allowed"),
    (
        "302 inside",
        {"status": 302, "headers": {"Location": "http://10.0.0.1/"}},
        "not-allowed",
        "not-allowed",
    ),
    (
        "302 to metadata",
        {"status": 302, "headers": {"Location": "http://169.254.169.254/latest/"}},
        "not-allowed",
        "not-allowed",
    ),
    (
        "302 to a mapped",
        {"status": 302, "headers": {"Location": "http://[::ffff:a00:1]/"}},
        "not-allowed",
        "not-allowed",
    ),
    (
        "302 to decimal",
        {"status": 302, "headers": {"Location": "http://2130706433/"}},
        "ambiguous-address",
        "not-allowed",
    ),
    ("302 to nowhere", {"status": 302, "headers": {"Location": "http://[::1"}}, "bad-address", "not-allowed"),
    (
        "302 with password",
        {"status": 302, "headers": {"Location": "http://u:p@daily.test/"}},
        "credentials-in-address",
        "not-allowed",
    ),
]


@pytest.mark.parametrize(
    ("options", "word", "group"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS]
)
async def test_answers(web, options, word, group):
    options = dict(options)
    web.serve(
        "/x",
        options.pop("body", b""),
        etag=options.pop("etag", '"1"' if "raw" not in options else None),
        **options,
    )
    page = await ask(web, "/x", limits=Limits(body_bytes=200_000, visit_s=20))
    assert (page.outcome.code, page.outcome.category) == (word, group), page.outcome
    assert page.outcome.message == plain(page.outcome.message, 500) != ""
    if group == "ok":
        assert page.body == FEED
    else:
        assert page.body == b""
        assert page.etag is None and page.last_modified is None, "validators are for whole bodies only"


async def test_what_is_sent(web):
    web.serve("/f?b=2&a=%7E", FEED)
    page = await ask(web, "/f?b=2&a=%7E")
    assert page.outcome.code == "fetched"
    (request,) = web.log
    assert request.path == "/f?b=2&a=%7E"
    assert request.headers == {
        "host": f"daily.test:{web.port}",
        "user-agent": "newsdesk-test/1.0 (+https://newsdesk.test/)",
        "accept": "*/*",
        "accept-encoding": "gzip, deflate, br, zstd",
    }


async def test_the_page(web):
    web.serve(
        "/f",
        FEED,
        coding="gzip",
        etag='W/"Å"',
        last_modified="yesterday, or so",
        type="Application/RSS+XML ;Charset='UTF-8'",
        headers={"Content-Location": "/real.xml", "Latin": b"\xe9", "Cache-Control": "max-age=60"},
    )
    page = await ask(web, "/f")
    assert page.body == FEED and page.wire_bytes == len(CODINGS["gzip"](FEED))
    assert (page.content_type, page.charset) == ("application/rss+xml", "UTF-8")
    assert (page.etag, page.last_modified) == ('W/"Å"', "yesterday, or so")
    assert page.content_location == web.url("daily.test", "/real.xml")
    assert ("latin", "é") in page.headers and ("cache-control", "max-age=60") in page.headers
    assert [m.host for m in page.host_updates] == [f"daily.test:{web.port}"]
    assert page.address == page.requested and page.redirects == () and page.moved_to is None


VALIDATORS = ['"abc"', 'W/"abc"', "abc", '"ab"c"', '"Å-日"', "0", '"' + "x" * 4000 + '"', '"a\tb"']


@pytest.mark.parametrize("etag", VALIDATORS)
async def test_validators_go_back_as_they_came(web, etag):
    web.serve("/f", FEED, etag=etag, last_modified="Tue, 24 Nov 2026 05:54:16 EST")
    first = await ask(web, "/f")
    assert first.etag == etag
    again = await ask(web, "/f", etag=first.etag, last_modified=first.last_modified)
    assert (again.outcome.code, again.outcome.category) == ("unchanged", "ok")
    sent = web.log[1].headers
    assert sent["if-none-match"].encode("latin-1") == etag.encode()
    assert sent["if-modified-since"] == "Tue, 24 Nov 2026 05:54:16 EST"


async def test_each_validator_on_its_own(web):
    web.serve("/f", FEED)
    await ask(web, "/f", etag='"1"')
    await ask(web, "/f", last_modified="then")
    assert ("if-none-match" in web.log[0].headers, "if-modified-since" in web.log[0].headers) == (True, False)
    assert ("if-none-match" in web.log[1].headers, "if-modified-since" in web.log[1].headers) == (False, True)


@pytest.mark.parametrize("etag", ["a\r\nX: y", "a\nb", "\x00", "\udcff", "x" * 5000, ""])
async def test_validators_that_cannot_be_echoed_are_not_sent(web, etag):
    web.serve("/f", FEED)
    assert (await ask(web, "/f", etag=etag)).outcome.code == "fetched"
    assert "if-none-match" not in web.log[0].headers and "x" not in web.log[0].headers


async def test_a_304_says_what_it_carried(web):
    web.serve("/f", status=304, etag='"2"')
    page = await ask(web, "/f", etag='"1"', last_modified="then")
    assert (page.outcome.code, page.etag, page.last_modified) == ("unchanged", '"2"', None)
    web.serve("/f", status=304)
    page = await ask(web, "/f", etag='"1"')
    assert (page.outcome.code, page.etag) == ("unchanged", None)


async def test_an_etag_that_is_not_text_is_not_kept(web):
    web.serve("/f", FEED, headers={"ETag": b'"\xe9\xff"'})
    page = await ask(web, "/f")
    assert (page.outcome.code, page.etag) == ("fetched", None)


# A chain of (path, status, Location) -> hops taken, moved_to.
CHAINS = [
    ("one 301", [("/a", 301, "/feed")], ["/feed"], "/feed"),
    ("one 308", [("/a", 308, "/feed")], ["/feed"], "/feed"),
    ("one 302", [("/a", 302, "/feed")], ["/feed"], None),
    ("one 303", [("/a", 303, "/feed")], ["/feed"], None),
    ("one 307", [("/a", 307, "/feed")], ["/feed"], None),
    ("two permanent", [("/a", 301, "/b"), ("/b", 308, "/feed")], ["/b", "/feed"], "/feed"),
    ("then a loan", [("/a", 301, "/b"), ("/b", 302, "/feed")], ["/b", "/feed"], "/b"),
    ("after a loan", [("/a", 302, "/b"), ("/b", 301, "/feed")], ["/b", "/feed"], None),
    ("relative", [("/a", 301, "feed")], ["/feed"], "/feed"),
    ("fragment", [("/a", 301, "/feed#x")], ["/feed"], "/feed"),
    ("spaces", [("/a", 301, "  /feed  ")], ["/feed"], "/feed"),
    ("space inside", [("/a", 301, "/fe ed")], ["/fe%20ed"], "/fe%20ed"),
    ("not ASCII", [("/a", 301, "/fe\u00fcd")], ["/fe%C3%BCd"], "/fe%C3%BCd"),
    ("Latin-1", [("/a", 301, b"/fe\xfcd")], ["/fe%FCd"], "/fe%FCd"),
]


@pytest.mark.parametrize(
    ("chain", "redirects", "moved"), [row[1:] for row in CHAINS], ids=[row[0] for row in CHAINS]
)
async def test_redirects(web, chain, redirects, moved):
    for path, status, to in chain:
        web.redirect(path, to, status)
    for path in ("/feed", "/fe%20ed", "/fe%C3%BCd", "/fe%FCd"):
        web.serve(path, FEED)
    page = await ask(web, "/a")
    assert page.outcome.code == "fetched", page.outcome
    assert page.redirects == tuple(web.url("daily.test", hop) for hop in redirects)
    assert page.address == page.redirects[-1]
    assert page.moved_to == (None if moved is None else web.url("daily.test", moved))


async def test_redirects_over_hosts_update_each_host_and_carry_the_validators(web):
    web.redirect("/f", web.url("b.test", "/f"), host="a.test")
    web.redirect("/f", f"//c.test:{web.port}/f", host="b.test")
    web.serve("/f", FEED, host="c.test", etag='"1"')
    page = await ask(web, "/f", host="a.test", etag='"1"')
    assert page.outcome.code == "unchanged"
    assert [m.host for m in page.host_updates] == [f"{name}.test:{web.port}" for name in "abc"]
    assert page.moved_to == page.address == f"http://c.test:{web.port}/f"
    assert [set(r.headers) & {"cookie", "authorization", "referer"} for r in web.log] == [set()] * 3
    assert all(r.headers["if-none-match"] == '"1"' for r in web.log)


async def test_no_cookies_are_kept(web):
    web.serve("/f", FEED, headers={"Set-Cookie": "a=b; Path=/"})
    async with web.client() as client:
        for _ in range(2):
            await ask(web, "/f", client=client)
    assert "cookie" not in web.log[1].headers
    assert web.log[0].connection == web.log[1].connection, "the connection is kept"


async def test_redirects_are_counted(web):
    for n in range(20):
        web.redirect(f"/{n}", f"/{n + 1}")
    web.serve("/20", FEED)
    page = await ask(web, "/0", limits=Limits(redirects=10))
    assert (page.outcome.code, len(page.redirects), len(web.log)) == ("too-many-redirects", 10, 11)
    assert (await ask(web, "/10", limits=Limits(redirects=10))).outcome.code == "fetched"


async def test_a_redirects_body_is_not_read(web):
    web.serve("/a", b"x" * 50_000_000, status=301, headers={"Location": "/feed"})
    web.serve("/feed", FEED)
    page = await ask(web, "/a")
    assert page.outcome.code == "fetched" and page.wire_bytes == len(FEED)


async def test_a_broken_response_is_not_requested_twice(web):
    web.serve("/x", reset=True)
    assert (await ask(web, "/x")).outcome.code == "connection-reset"
    assert len(web.log) == 1


@pytest.mark.parametrize("options", [{"reset": True}, {"raw": b""}], ids=["connection-reset", "closed"])
async def test_a_request_on_a_closed_kept_connection_is_sent_again(web, options):
    web.serve("/x", FEED)
    web.then("/x", **options)
    web.then("/x", FEED)
    async with web.client() as client:
        pages = [await ask(web, "/x", client=client) for _ in range(2)]
    assert [page.outcome.code for page in pages] == ["fetched"] * 2
    assert [request.connection for request in web.log] == [0, 0, 1]


async def test_a_chain_without_an_end_leads_nowhere(web):
    web.redirect("/a", "/b")
    web.redirect("/b", "/a")
    assert (await ask(web, "/a")).moved_to is None
    web.redirect("/b", "http://10.0.0.1/")
    page = await ask(web, "/a")
    assert (page.outcome.code, page.moved_to) == ("not-allowed", None)
    web.serve("/b", status=404)
    page = await ask(web, "/a")
    assert (page.outcome.code, page.moved_to) == ("not-found", web.url("daily.test", "/b"))


async def test_what_came_before_the_cut_is_counted(web):
    web.serve("/x", FEED, cut=100)
    page = await ask(web, "/x")
    assert page.wire_bytes == 100 and page.body == b"" and ("content-length", str(len(FEED))) in page.headers


async def test_two_hosts_that_lead_to_each_other_do_not_wait_for_ever(web):
    web.redirect("/a", web.url("b.test", "/b"), host="a.test")
    web.redirect("/b", web.url("a.test", "/c"), host="b.test")
    web.redirect("/d", web.url("a.test", "/e"), host="b.test")
    web.redirect("/e", web.url("b.test", "/c"), host="a.test")
    web.serve("/c", FEED)
    async with asyncio.timeout(10), web.client() as client:
        pages = await asyncio.gather(
            *(
                ask(web, path, host=host, client=client)
                for path, host in [("/a", "a.test"), ("/d", "b.test")] * 20
            )
        )
    assert {page.outcome.code for page in pages} == {"fetched"}


SLOW = [
    ("no answer", {"hang": True}),
    ("slow body", {"body": FEED, "drip_s": 0.02}),
    ("slow, then small", {"body": FEED, "wait_s": 30}),
]


@pytest.mark.parametrize("options", [row[1] for row in SLOW], ids=[row[0] for row in SLOW])
async def test_the_deadline_holds(web, options):
    web.serve("/x", **options)
    page = await ask(web, "/x", limits=Limits(visit_s=0.3))
    assert (page.outcome.code, page.outcome.category) == ("timeout", "temporary")
    assert page.outcome.message == f"no complete response from daily.test:{web.port} within 0.3 s"


async def test_the_deadline_covers_all_hops(web):
    for n in range(9):
        web.serve(f"/{n}", status=302, headers={"Location": f"/{n + 1}"}, wait_s=0.6)
    page = await ask(web, "/0", limits=Limits(visit_s=2.0))
    assert page.outcome.code == "timeout" and 1 <= len(page.redirects) <= 4


async def test_waiting_for_the_gate_does_not_count(web):
    web.serve("/x", FEED)
    async with web.client(delay_s=2.0) as client:
        pages = [await ask(web, "/x", client=client, limits=Limits(visit_s=1.8)) for _ in range(2)]
    assert [page.outcome.code for page in pages] == ["fetched"] * 2
    assert web.log[1].at - web.log[0].at >= 1.99


async def test_cancelling_passes_through_and_frees_the_host(web):
    web.serve("/x", hang=True)
    web.serve("/y", FEED)
    async with web.client() as client:
        task = asyncio.create_task(ask(web, "/x", client=client))
        while not web.log:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await ask(web, "/y", client=client)).outcome.code == "fetched"


async def test_no_bytes_raise(web):
    """Answers with a few bytes changed, each identified by its seed."""
    whole = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\nLocation: http://b.test/\r\n"
        b"Transfer-Encoding: chunked\r\nRetry-After: 5\r\n\r\n1d\r\n"
        + CODINGS["gzip"](b"<rss></rss>")
        + b"\r\n0\r\n\r\n"
    )
    words = set()
    async with web.client() as client:
        for seed in range(400):
            chance = random.Random(seed)
            raw = bytearray(whole)
            for _ in range(chance.randint(1, 4)):
                raw[chance.randrange(len(raw))] = chance.choice(b"\x00\xff\r\n :,;0123459abz\x1f")
            web.serve("/x", raw=bytes(raw[: chance.choice([len(raw), chance.randrange(len(raw))])]))
            page = await ask(web, "/x", client=client, host=f"{seed}.test", limits=Limits(visit_s=5))
            words.add(page.outcome.code)
            assert page.outcome.code and (page.outcome.category == "ok" or not page.body), seed
    assert {"fetched", "incomplete", "bad-http", "connection-reset"} <= words and "timeout" not in words


def gai(name):
    code = getattr(socket, name)
    return lambda _: (_ for _ in ()).throw(socket.gaierror(code, name))


def bad_label(name):
    raise UnicodeError("label too long")


LOOK_UPS = [
    ("no such name", gai("EAI_NONAME"), "no-such-host", "not-found"),
    ("no address", gai("EAI_NODATA"), "no-such-host", "not-found"),
    ("try again", gai("EAI_AGAIN"), "dns", "temporary"),
    ("failure", gai("EAI_FAIL"), "dns", "temporary"),
    ("bad label", bad_label, "bad-address", "not-allowed"),
    ("nothing found", lambda _: [], "no-such-host", "not-found"),
    ("loopback", lambda _: [(socket.AF_INET, "127.0.0.1", 9)], "not-allowed", "not-allowed"),
    ("inside", lambda _: [(socket.AF_INET, "10.0.0.1", None)], "not-allowed", "not-allowed"),
    (
        "all inside",
        lambda _: [(socket.AF_INET, "10.0.0.1", None), (socket.AF_INET6, "fd00::1", None)],
        "not-allowed",
        "not-allowed",
    ),
]


@pytest.mark.parametrize(
    ("look_up", "word", "group"), [r[1:] for r in LOOK_UPS], ids=[r[0] for r in LOOK_UPS]
)
async def test_names(look_up, word, group):
    async with HttpClient(
        ClientSettings(), RateLimiter(delay_s=0), resolver=Resolver(HostOverrides(()), look_up)
    ) as client:
        page = await client.fetch(HttpRequest(address="http://news.example/"), limits=Limits())
    assert (page.outcome.code, page.outcome.category) == (word, group), page.outcome
    assert "news.example" in page.outcome.message


async def test_a_name_with_a_bad_and_a_good_address_uses_the_good_one(web):
    web.serve("/f", FEED)
    found = [(socket.AF_INET, "10.0.0.1", None), (socket.AF_INET, "127.0.0.1", None)]
    resolver = Resolver(HostOverrides(()), lambda _: found)
    async with HttpClient(web.settings(resolve=()), RateLimiter(delay_s=0), resolver=resolver) as client:
        page = await ask(web, "/f", client=client, host="mixed.example")
    assert page.outcome.code == "fetched"


async def test_a_hung_look_up_ends_by_the_deadline_and_holds_up_nobody(web):
    web.serve("/f", FEED)
    release = threading.Event()

    def look_up(name):
        if name.startswith("hung"):
            release.wait(30)
        return [(socket.AF_INET, "127.0.0.1", None)]

    resolver = Resolver(HostOverrides(()), look_up)
    async with HttpClient(web.settings(resolve=()), RateLimiter(delay_s=0), resolver=resolver) as client:
        hung = [
            ask(web, "/f", client=client, host=f"hung{n}.example", limits=Limits(visit_s=0.5))
            for n in range(20)
        ]
        good = [ask(web, "/f", client=client, host=f"good{n}.example") for n in range(20)]
        pages = await asyncio.gather(*hung, *good)
    release.set()
    assert [page.outcome.code for page in pages] == ["timeout"] * 20 + ["fetched"] * 20


async def test_one_look_up_a_host(web):
    web.serve("/f", FEED)
    names = []

    def look_up(name):
        names.append(name)
        return [(socket.AF_INET, "127.0.0.1", None)]

    resolver = Resolver(HostOverrides(()), look_up)
    results = await asyncio.gather(*(resolver.resolve("A.example", 80) for _ in range(50)))
    await resolver.resolve("a.example.", 443)
    await resolver.close()
    assert names == ["a.example"] and results[0][0][2] == 80


RULES = [
    ("a.test", ("*.test=127.0.0.1",), [("127.0.0.1", 80)]),
    ("a.b.test", ("*.test=127.0.0.1",), [("127.0.0.1", 80)]),
    ("A.TEST.", ("*.test=127.0.0.1:8001",), [("127.0.0.1", 8001)]),
    ("a.test", ("*.test=127.0.0.1", "a.test=10.0.0.5"), [("10.0.0.5", 80)]),
    ("x.a.test", ("*.test=127.0.0.1", "*.a.test=[::1]:81"), [("::1", 81)]),
    ("a.test", ("a.test=10.0.0.5", "a.test=10.0.0.6"), [("10.0.0.5", 80), ("10.0.0.6", 80)]),
]


@pytest.mark.parametrize(("name", "rules", "found"), RULES)
async def test_rules(name, rules, found):
    resolver = Resolver(HostOverrides(rules))
    assert [(host, port) for _, host, port in await resolver.resolve(name, 80)] == found
    await resolver.close()


@pytest.mark.parametrize("entry", ["a.test", "a.test=", "=127.0.0.1", "*.=127.0.0.1", "a=b", "a=127.0.0.1:x"])
def test_rules_that_cannot_be_read(entry):
    with pytest.raises(ValueError, match="resolve: cannot read"):
        HostOverrides((entry,))


async def test_refused_and_not_allowed_name_their_address(web):
    page = await ask(web, "/", allow=())
    assert page.outcome.code == "not-allowed"
    assert page.outcome.message == (
        f"daily.test:{web.port} (127.0.0.1) is not on the public internet: loopback; "
        f'to allow it, write this line at the top of newsdesk.toml: network.allow = ["127.0.0.1:{web.port}"]'
    )
    port, web.port = web.port, 1  # nobody listens there
    page = await ask(web, "/", allow=("127.0.0.1",))
    web.port = port
    assert (page.outcome.code, page.outcome.message) == (
        "connection-refused",
        "daily.test:1 refused the connection",
    )


async def test_retry_after_blocks_the_host_and_nobody_asks_meanwhile(web):
    web.serve("/x", status=429, headers={"Retry-After": "120"})
    web.serve("/y", FEED)
    web.redirect("/z", web.url("daily.test", "/y"))
    async with web.client() as client:
        page = await ask(web, "/x", client=client)
        (host_updates,) = page.host_updates
        assert page.outcome.category == "rate-limited" and "too many requests" in (host_updates.why or "")
        assert timedelta(seconds=110) < host_updates.blocked_until - page.fetched_at <= timedelta(seconds=120)
        held = await ask(web, "/y", client=client)
        assert (held.outcome.code, held.outcome.category) == ("host-paused", "rate-limited")
        assert held.host_updates[0].blocked_until == host_updates.blocked_until
        assert (await ask(web, "/y", client=client, host="other.test")).outcome.code == "fetched"
        assert (await ask(web, "/z", client=client, host="other.test")).outcome.code == "host-paused"
    assert len(web.requests_to("/y")) == 1


async def test_a_503_with_a_date_is_temporary_and_blocks(web):
    until = datetime.now(UTC) + timedelta(hours=2)
    web.serve("/x", status=503, headers={"Retry-After": f"{until:%a, %d %b %Y %H:%M:%S GMT}"})
    page = await ask(web, "/x")
    assert page.outcome.category == "temporary"
    assert abs(page.host_updates[0].blocked_until - until) < timedelta(seconds=2)


RETRY_AFTER = [
    (None, None),
    ("", None),
    ("0", None),
    ("1", 1),
    ("120", 120),
    (" 120 ", 120),
    ("86401", 86400),
    ("99999999999999999999", 86400),
    ("9" * 5000, 86400),
    ("-5", None),
    ("1.5", None),
    ("soon", None),
    ("١٢٠", None),
    ("Tue, 24 Nov 2026 12:01:00 GMT", 60),
    ("Tue, 24 Nov 2026 13:01:00 +0100", 60),
    ("Tue, 24 Nov 2026 12:01:00", 60),
    ("Tuesday, 24-Nov-26 12:01:00 GMT", 60),
    ("Tue, 24 Nov 2020 12:00:00 GMT", None),
    ("Tue, 24 Nov 9999 12:00:00 GMT", 86400),
    ("Tue, 99 Nov 2026 12:00:00 GMT", None),
    ("Tue, 24 Nov 99999999999 12:00:00 GMT", None),
    ("Fri, 31 Dec 9999 23:59:59 -2359", None),
]


@pytest.mark.parametrize(("value", "seconds"), RETRY_AFTER)
def test_retry_after(value, seconds):
    until = parse_retry_after(value, NOW)
    assert (None if until is None else (until - NOW).total_seconds()) == seconds


async def test_words_from_outside_steer_nothing(web):
    web.serve(
        "/x", raw=b"HTTP/1.1 500 \x1b[31mred\xe2\x80\xae" + b"x" * 500 + b"\r\nContent-Length: 0\r\n\r\n"
    )
    page = await ask(web, "/x")
    assert page.outcome.category == "temporary"
    assert "\x1b" not in page.outcome.message and "\u202e" not in page.outcome.message
    assert len(page.outcome.message) < 200


CERTIFICATES = [
    ("good", {"name": "daily.test"}, True, "fetched"),
    ("not trusted", {"name": "daily.test"}, False, "certificate-unknown-issuer"),
    ("expired", {"name": "daily.test", "days": -1}, True, "certificate-expired"),
    ("not yet", {"name": "daily.test", "from_days": 9}, True, "certificate-not-yet-valid"),
    ("another name", {"name": "weekly.test"}, True, "certificate-wrong-host"),
    ("by itself", {"name": "daily.test", "self_signed": True}, True, "certificate-self-signed"),
]


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    return Issuer(tmp_path_factory.mktemp("certificates"))


@pytest.mark.parametrize(
    ("options", "trusted", "word"), [row[1:] for row in CERTIFICATES], ids=[row[0] for row in CERTIFICATES]
)
async def test_certificates(issuer, options, trusted, word):
    async with Web(tls=issuer.context(**options)) as web:
        web.serve("/f", FEED)
        page = await ask(web, "/f", ca_file=issuer.file if trusted else None)
    assert page.outcome.code == word
    assert page.outcome.category == ("ok" if word == "fetched" else "tls")
    assert "daily.test" in page.outcome.message


async def test_a_server_without_tls_at_an_https_address(web):
    async def talk(reader, writer):
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    address = f"https://daily.test:{server.sockets[0].getsockname()[1]}/"
    async with web.client(allow=("127.0.0.1",)) as client:
        page = await client.fetch(HttpRequest(address=address), limits=Limits())
    server.close()
    assert (page.outcome.code, page.outcome.category) == ("tls-handshake", "tls")


async def test_no_proxy_and_no_netrc_from_the_environment(web, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1/")
    web.serve("/f", FEED)
    assert (await ask(web, "/f")).outcome.code == "fetched"


async def test_many_hosts_do_not_use_up_the_descriptors(web):
    web.serve("/f", FEED)
    async with web.client() as client:
        for n in range(300):
            assert (await ask(web, "/f", client=client, host=f"{n}.test")).outcome.code == "fetched"
        assert web.open_connections <= MOST_IDLE + 2
        await ask(web, "/f", client=client, host="0.test")
        assert web.log[-1].connection == web.log[0].connection
        before = web.log[299].connection
        await ask(web, "/f", client=client, host="299.test")
        assert web.log[-1].connection != before, "a full house keeps no more, and requests all the same"


async def test_nothing_stays_open(web):
    before = {thread for thread in threading.enumerate() if thread.name == "newsdesk-resolver"}
    web.serve("/f", FEED)
    resolver = Resolver(HostOverrides(()), lambda _: [(socket.AF_INET, "127.0.0.1", None)])
    async with HttpClient(web.settings(resolve=()), RateLimiter(delay_s=0), resolver=resolver) as client:
        for n in range(5):
            assert (await ask(web, "/f", client=client, host=f"{n}.example")).outcome.code == "fetched"
    await asyncio.sleep(0.05)
    assert {thread for thread in threading.enumerate() if thread.name == "newsdesk-resolver"} <= before
    assert not web.open_connections


def test_the_web_serves_synchronous_tests():
    with web_in_thread() as web:
        web.serve("/f", FEED)
        page = asyncio.run(ask(web, "/f"))
        assert page.outcome.code == "fetched" and len(web.requests_to("/f")) == 1


def test_settings_that_cannot_be_read_say_so():
    with pytest.raises(ValueError, match="allow"):
        HttpClient(ClientSettings(allow=("localhost",)), RateLimiter())
    with pytest.raises(ValueError, match="resolve"):
        HttpClient(ClientSettings(resolve=("localhost",)), RateLimiter())
    with pytest.raises(ValueError, match=r"ca_file: cannot read 'nowhere\.pem'"):
        HttpClient(ClientSettings(ca_file="nowhere.pem"), RateLimiter())


async def test_the_log_has_each_request_and_redirect_without_secrets(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    web.redirect("/old?token=CANARY", web.url("daily.test", "/new?token=CANARY"))
    web.serve("/new?token=CANARY", b"<rss/>")
    with caplog.at_level("DEBUG", logger="newsdesk.crawler"):
        await ask(web, "/old?token=CANARY")
    lines = [record.getMessage() for record in caplog.records if record.name.endswith(".redirects")]
    assert [line.split(" in ")[0].split(":")[0] for line in lines] == ["301 http", "redirect 301", "200 http"]
    assert "CANARY" not in caplog.text and "token=***" in caplog.text
