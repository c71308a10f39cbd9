"""Redirects in odd forms, and those that would carry credentials to another host. Threats A1 to A3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.hostile.case import Case, CaseServer
from tests.hostile.run import CaseResult
from tests.support.feeds import Item, many, rss

# One case a line.
# fmt: off

FEED = rss(*many(2, site="own.example"))

# name, Location, the outcome
LOCATIONS = [
    ("no-scheme", "//{canary}/feed.xml", "not-allowed"),
    ("three-slashes", "///{canary}/feed.xml", "not-found"),  # a path of the same host
    ("backslashes", "\\\\{canary}\\feed.xml", "not-found"),
    ("scheme-backslashes", "http:\\\\{canary}\\feed.xml", "not-found"),
    ("one-slash", "http:/{canary}/feed.xml", "not-found"),
    ("no-slash", "http:{canary}/feed.xml", "not-found"),
    ("upper-case", "HTTP://{canary}/feed.xml", "not-allowed"),
    ("spaces", "   http://{canary}/feed.xml   ", "not-allowed"),
    ("tab-inside", "http://127.0.0.1\t:9/feed.xml", "bad-address"),
    ("tab-in-scheme", "ht\ttp://{canary}/feed.xml", "not-allowed"),
    ("fragment", "http://{canary}#@good.test/", "not-allowed"),
    ("question", "http://{canary}?@good.test/", "not-allowed"),
    ("query", "http://{here}/moved?to=http://{canary}/", "not-found"),
    ("semicolon", "http://{canary};good.test/", "bad-address"),
    ("empty", "", "redirect-without-location"),
    ("fragment-only", "#top", "redirect-loop"),
    ("itself", "/feed.xml", "redirect-loop"),
    ("long", "/" + "x" * 20_000, "bad-address"),
    ("latin-1", b"/f\xfc\xdf", "not-found"),
    ("two-hosts", "http://a.test:80:80/", "bad-address"),
    ("dots", "http://../", "bad-address"),
    ("bracket", "http://[/", "bad-address"),
    ("file", "file:///etc/passwd", "not-http"),
    ("file-host", "file://localhost/etc/passwd", "not-http"),
    ("file-short", "file:/etc/passwd", "not-http"),
    ("ftp", "ftp://{canary}/feed.xml", "not-http"),
    ("data", "data:application/rss+xml,<rss><channel><title>x</title></channel></rss>", "not-http"),
    ("gopher", "gopher://{canary}/_GET%20/", "not-http"),
    ("javascript", "javascript:alert(1)", "not-http"),
    ("s3", "s3://bucket/feed.xml", "not-http"),
    ("view-source", "view-source:http://{canary}/", "not-http"),
    ("jar", "jar:http://{canary}/!/feed.xml", "not-http"),
    ("dict", "dict://{canary}/d:x", "not-http"),
    ("about", "about:blank", "not-http"),
    ("blob", "blob:http://{canary}/x", "not-http"),
]


def _to(location: str | bytes, status: int = 302) -> Any:
    def response(server: CaseServer) -> Mapping[str, Any]:
        value = server.fill(location) if isinstance(location, str) and "{" in location else location
        return {"status": status, "headers": {"Location": value}}

    return response


def _no_secret_travelled(result: CaseResult) -> None:
    for request in result.requests:
        carried = {"cookie", "authorization", "referer", "proxy-authorization"} & set(request.headers)
        assert not carried, f"{request.path} was asked with {', '.join(sorted(carried))}"


def _nothing_travelled_away(result: CaseResult) -> None:
    assert any(request.host.startswith("other.") for request in result.requests), "nobody asked the other host"
    _no_secret_travelled(result)


def _one_request(result: CaseResult) -> None:
    paths = [request.path for request in result.requests]
    assert len(paths) == 1, f"asked {paths}"


CASES = (
    *(Case(name=f"redirect-{name}", description=f"redirects to {location[:60]!r}", responses=(_to(location),), outcome=outcome) for name, location, outcome in LOCATIONS),
    *(
        Case(name=f"redirect-status-{status}", description=f"redirects inside with status {status}", responses=(_to("http://{canary}/feed.xml", status),), outcome=outcome)
        for status, outcome in (
            (301, "not-allowed"),
            (303, "not-allowed"),
            (307, "not-allowed"),
            (308, "not-allowed"),
            (300, "unexpected-status"),
            (304, "unexpected-status"),
            (305, "unexpected-status"),
            (306, "unexpected-status"),
        )
    ),
    Case(
        name="redirect-second-hop", description="redirects to itself, and from there inside", responses=(_to("/next"),), paths={"/next": _to("http://{canary}/feed.xml")}, outcome="not-allowed"
    ),
    Case(
        name="redirect-two-locations",
        description="sends two Location headers, the second leads inside",
        responses=(lambda server: {"status": 302, "headers": (("Location", "/other.xml"), ("Location", f"http://{server.canary}/"))},),
        paths={"/other.xml": {"body": FEED}},
        outcome="read",
        story_count=2,
    ),
    Case(
        name="redirect-refresh-header",
        description="answers with a feed and a Refresh header that leads inside",
        responses=(lambda server: {"body": FEED, "headers": {"Refresh": f"0; url=http://{server.canary}/"}},),
        outcome="read",
        story_count=2,
        check=_one_request,
    ),
    Case(name="redirect-chain", description="redirects a hundred times", responses=(_to("/1"),), paths={f"/{n}": _to(f"/{n + 1}") for n in range(1, 101)}, outcome="too-many-redirects"),
    Case(name="redirect-ring", description="redirects in a ring of three", responses=(_to("/b"),), paths={"/b": _to("/c"), "/c": _to("/feed.xml")}, outcome="redirect-loop"),
    Case(
        name="redirect-growing",
        description="redirects to an address that grows with each hop",
        responses=(_to("/g/x"),),
        paths={f"/g{'/x' * n}": _to(f"/g{'/x' * (n + 1)}") for n in range(1, 30)},
        outcome="too-many-redirects",
    ),
    Case(
        name="redirect-bomb-body",
        description="redirects, with 50 MB packed into the redirect's body",
        responses=(lambda server: {"status": 302, "body": b"\0" * 50_000_000, "coding": "gzip", "headers": {"Location": "/whole.xml"}},),
        paths={"/whole.xml": {"body": FEED}},
        outcome="read",
        story_count=2,
    ),
    Case(
        name="redirect-endless-body",
        description="redirects with a body that claims 10 GB",
        responses=({"status": 301, "length": 10**10, "headers": {"Location": "/whole.xml"}},),
        paths={"/whole.xml": {"body": FEED}},
        outcome="read",
        story_count=2,
    ),
    Case(
        name="redirect-split",
        description="redirects with a line end and a header smuggled into the Location",
        responses=({"raw": b"HTTP/1.1 302 Found\r\nLocation: /a\rSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"},),
        outcome="bad-http",
    ),
    # credentials and cookies
    Case(
        name="cred-in-location",
        description="redirects to an address with a password in it",
        responses=(_to("http://somebody:hunter2@{here}/secret.xml"),),
        paths={"/secret.xml": {"body": FEED}},
        outcome="credentials-in-address",
        forbidden=("hunter2",),
    ),
    Case(
        name="cred-cookies",
        description="sets cookies, and asks for them at the second visit",
        responses=({"body": FEED, "headers": (("Set-Cookie", "id=1; Path=/"), ("Set-Cookie", "all=2; Domain=test"))}, {"body": FEED + b" "}),
        visits=2,
        outcome="read",
        story_count=2,
        check=_no_secret_travelled,
    ),
    Case(
        name="cred-cookie-on-redirect",
        description="sets cookies, for itself and for its whole domain, on the way to another host of it",
        responses=(
            lambda server: {
                "status": 302,
                "headers": (
                    ("Location", server.url("/b", f"other.{server.host}")),
                    ("Set-Cookie", "id=1"),
                    ("Set-Cookie", f"all=2; Domain={server.host}"),
                ),
            },
        ),
        outcome="not-found",  # there is no such path
        check=_nothing_travelled_away,
    ),
    Case(
        name="cred-asked-basic",
        description="asks for a password (401, Basic)",
        responses=({"status": 401, "headers": {"WWW-Authenticate": b'Basic realm="\x1b[31m"'}},),
        outcome="forbidden",
        check=_one_request,
    ),
    Case(
        name="cred-asked-ntlm",
        description="asks for this machine's account (401, Negotiate and NTLM)",
        responses=({"status": 401, "headers": (("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "NTLM"))},),
        outcome="forbidden",
        check=_one_request,
    ),
    Case(
        name="cred-asked-proxy",
        description="asks for a proxy's password (407)",
        responses=({"status": 407, "headers": {"Proxy-Authenticate": "Basic"}},),
        outcome="forbidden",
        check=_one_request,
    ),
    Case(
        name="cred-referrer",
        description="sends a Referrer-Policy that names code, and asks who sent us",
        responses=({"status": 302, "headers": {"Location": "/b", "Referrer-Policy": "os.system"}},),
        paths={"/b": {"body": FEED, "headers": {"Referrer-Policy": "unsafe-url"}}},
        outcome="read",
        story_count=2,
        check=_no_secret_travelled,
    ),
    Case(
        name="cred-link-with-password",
        description="carries a story whose link holds a password",
        responses=({"body": rss(Item(title="cred-link", link="http://somebody:hunter2@own.example/x"))},),
        outcome="read",
        story_count=1,
    ),
    Case(
        name="cred-etag-injection",
        description="sends an ETag with controls, which would go back in a header",
        responses=({"body": FEED, "headers": {"ETag": b'"a\x01\x7f\xff"'}}, {"body": FEED + b" "}),
        visits=2,
        outcome="read",
        story_count=2,
        check=_no_secret_travelled,
    ),
    Case(
        name="cred-etag-long",
        description="sends an ETag of 30 kB, and turns away whoever brings it back",
        responses=({"body": FEED, "headers": {"ETag": '"' + "x" * 30_000 + '"'}}, {"body": FEED + b" "}),
        visits=2,
        outcome="read",
        story_count=2,
        check=lambda result: _short_headers(result),
    ),
)


def _short_headers(result: CaseResult) -> None:
    assert all(len("".join(request.headers.values())) < 2000 for request in result.requests)
