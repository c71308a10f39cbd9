"""Redirects in odd forms, and those that carry something along. Threats A1 to A3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.hostile.case import Case, Scene
from tests.hostile.stage import End
from tests.support.feeds import Item, many, rss

# A case a line.
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
    ("empty", "", "bad-redirect"),
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
    def answer(scene: Scene) -> Mapping[str, Any]:
        said = scene.fill(location) if isinstance(location, str) and "{" in location else location
        return {"status": status, "headers": {"Location": said}}

    return answer


def _no_secret_travelled(end: End) -> None:
    for request in end.requests:
        carried = {"cookie", "authorization", "referer", "proxy-authorization"} & set(request.headers)
        assert not carried, f"{request.path} was asked with {', '.join(sorted(carried))}"


def _nothing_travelled_away(end: End) -> None:
    assert any(request.host.startswith("other.") for request in end.requests), "nobody asked the other host"
    _no_secret_travelled(end)


def _one_request(end: End) -> None:
    paths = [request.path for request in end.requests]
    assert len(paths) == 1, f"asked {paths}"


CASES = (
    *(Case(name=f"redirect-{name}", does=f"redirects to {location[:60]!r}", answers=(_to(location),), word=word) for name, location, word in LOCATIONS),
    *(
        Case(name=f"redirect-status-{status}", does=f"redirects inside with status {status}", answers=(_to("http://{canary}/feed.xml", status),), word=word)
        for status, word in (
            (301, "not-allowed"),
            (303, "not-allowed"),
            (307, "not-allowed"),
            (308, "not-allowed"),
            (300, "odd-status"),
            (304, "odd-status"),
            (305, "odd-status"),
            (306, "odd-status"),
        )
    ),
    Case(
        name="redirect-second-hop", does="redirects to itself, and from there inside", answers=(_to("/next"),), paths={"/next": _to("http://{canary}/feed.xml")}, word="not-allowed"
    ),
    Case(
        name="redirect-two-locations",
        does="sends two Location headers, the second leads inside",
        answers=(lambda scene: {"status": 302, "headers": (("Location", "/other.xml"), ("Location", f"http://{scene.canary}/"))},),
        paths={"/other.xml": {"body": FEED}},
        word="read",
        kept=2,
    ),
    Case(
        name="redirect-refresh-header",
        does="answers with a feed and a Refresh header that leads inside",
        answers=(lambda scene: {"body": FEED, "headers": {"Refresh": f"0; url=http://{scene.canary}/"}},),
        word="read",
        kept=2,
        seen=_one_request,
    ),
    Case(name="redirect-chain", does="redirects a hundred times", answers=(_to("/1"),), paths={f"/{n}": _to(f"/{n + 1}") for n in range(1, 101)}, word="too-many-redirects"),
    Case(name="redirect-ring", does="redirects in a ring of three", answers=(_to("/b"),), paths={"/b": _to("/c"), "/c": _to("/feed.xml")}, word="redirect-loop"),
    Case(
        name="redirect-growing",
        does="redirects to an address that grows with each hop",
        answers=(_to("/g/x"),),
        paths={f"/g{'/x' * n}": _to(f"/g{'/x' * (n + 1)}") for n in range(1, 30)},
        word="too-many-redirects",
    ),
    Case(
        name="redirect-bomb-body",
        does="redirects, with 50 MB packed into the redirect's body",
        answers=(lambda scene: {"status": 302, "body": b"\0" * 50_000_000, "coding": "gzip", "headers": {"Location": "/whole.xml"}},),
        paths={"/whole.xml": {"body": FEED}},
        word="read",
        kept=2,
    ),
    Case(
        name="redirect-endless-body",
        does="redirects with a body that claims 10 GB",
        answers=({"status": 301, "length": 10**10, "headers": {"Location": "/whole.xml"}},),
        paths={"/whole.xml": {"body": FEED}},
        word="read",
        kept=2,
    ),
    Case(
        name="redirect-split",
        does="redirects with a line end and a header smuggled into the Location",
        answers=({"raw": b"HTTP/1.1 302 Found\r\nLocation: /a\rSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"},),
        word="bad-http",
    ),
    # what must not travel
    Case(
        name="cred-in-location",
        does="redirects to an address with a password in it",
        answers=(_to("http://somebody:hunter2@{here}/secret.xml"),),
        paths={"/secret.xml": {"body": FEED}},
        word="credentials-in-address",
        never=("hunter2",),
    ),
    Case(
        name="cred-cookies",
        does="sets cookies, and asks for them at the second visit",
        answers=({"body": FEED, "headers": (("Set-Cookie", "id=1; Path=/"), ("Set-Cookie", "all=2; Domain=test"))}, {"body": FEED + b" "}),
        visits=2,
        word="read",
        kept=2,
        seen=_no_secret_travelled,
    ),
    Case(
        name="cred-cookie-on-redirect",
        does="sets cookies, for itself and for its whole domain, on the way to another host of it",
        answers=(
            lambda scene: {
                "status": 302,
                "headers": (
                    ("Location", scene.url("/b", f"other.{scene.host}")),
                    ("Set-Cookie", "id=1"),
                    ("Set-Cookie", f"all=2; Domain={scene.host}"),
                ),
            },
        ),
        word="not-found",  # nothing is there
        seen=_nothing_travelled_away,
    ),
    Case(
        name="cred-asked-basic",
        does="asks for a password (401, Basic)",
        answers=({"status": 401, "headers": {"WWW-Authenticate": b'Basic realm="\x1b[31m"'}},),
        word="forbidden",
        seen=_one_request,
    ),
    Case(
        name="cred-asked-ntlm",
        does="asks for this machine's account (401, Negotiate and NTLM)",
        answers=({"status": 401, "headers": (("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "NTLM"))},),
        word="forbidden",
        seen=_one_request,
    ),
    Case(
        name="cred-asked-proxy",
        does="asks for a proxy's password (407)",
        answers=({"status": 407, "headers": {"Proxy-Authenticate": "Basic"}},),
        word="forbidden",
        seen=_one_request,
    ),
    Case(
        name="cred-referrer",
        does="sends a Referrer-Policy that names code, and asks who sent us",
        answers=({"status": 302, "headers": {"Location": "/b", "Referrer-Policy": "os.system"}},),
        paths={"/b": {"body": FEED, "headers": {"Referrer-Policy": "unsafe-url"}}},
        word="read",
        kept=2,
        seen=_no_secret_travelled,
    ),
    Case(
        name="cred-link-with-password",
        does="carries a story whose link holds a password",
        answers=({"body": rss(Item(title="cred-link", link="http://somebody:hunter2@own.example/x"))},),
        word="read",
        kept=1,
    ),
    Case(
        name="cred-etag-injection",
        does="sends an ETag with controls, which would go back in a header",
        answers=({"body": FEED, "headers": {"ETag": b'"a\x01\x7f\xff"'}}, {"body": FEED + b" "}),
        visits=2,
        word="read",
        kept=2,
        seen=_no_secret_travelled,
    ),
    Case(
        name="cred-etag-long",
        does="sends an ETag of 30 kB, and turns away whoever brings it back",
        answers=({"body": FEED, "headers": {"ETag": '"' + "x" * 30_000 + '"'}}, {"body": FEED + b" "}),
        visits=2,
        word="read",
        kept=2,
        seen=lambda end: _short_headers(end),
    ),
)


def _short_headers(end: End) -> None:
    assert all(len("".join(request.headers.values())) < 2000 for request in end.requests)
