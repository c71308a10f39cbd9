"""Front pages given to `newsdesk add`: links to feeds at internal addresses, and pages that are slow to parse.
Threat A1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from newsdesk.crawler.discovery.search import MOST_REQUESTS
from newsdesk.crawler.discovery.sitemaps import MOST_SITEMAP_REQUESTS
from tests.hostile.case import Case, CaseServer
from tests.hostile.run import CaseResult
from tests.support.feeds import many, rss

# One case a line.
# fmt: off

HTML = "text/html; charset=utf-8"
FEED = rss(*many(3, site="own.example"))


def _offers(count: int) -> Callable[[CaseResult], None]:
    def check(result: CaseResult) -> None:
        assert result.discovery is not None
        found = [feed.address for feed in result.discovery.feeds]
        assert len(found) == count, f"{len(found)} feeds are offered, not {count}: {found[:3]}"
        most = MOST_REQUESTS + MOST_SITEMAP_REQUESTS
        assert len(result.requests) <= most, f"{len(result.requests)} requests"

    return check


def _front(name: str, description: str, head: str | bytes, *, body: str = "", feeds: int = 0, paths: Mapping[str, Any] | None = None, outcome: str = "not-a-feed|fetched|read", **fields: Any) -> Case:
    def page(server: CaseServer) -> dict[str, Any]:
        value = server.fill(head) if isinstance(head, str) and "{" in head else head
        text = value if isinstance(value, bytes) else f"<!doctype html><html><head><title>t</title>{value}</head><body>{server.fill(body)}</body></html>"
        return {"body": text, "type": HTML, **{key: value(server) if callable(value) else value for key, value in fields.items()}}

    return Case(name=f"find-{name}", description=description, discover_at="http://{here}/", paths={"/": page, **(paths or {})}, outcome=outcome, check=_offers(feeds))


def _link(href: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{href}">'


CASES = (
    _front("inner", "links a feed inside", _link("http://{canary}/feed.xml")),
    _front("inner-spellings", "links feeds inside in many spellings", "".join(map(_link, ("http://2130706433/", "http://0x7f.1/", "//{canary}/", "http://{canary6}/feed.xml", "http://169.254.169.254/")))),
    _front("inner-and-good", "links a feed inside and a good one", _link("http://{canary}/feed.xml") + _link("/good.xml"), feeds=1, paths={"/good.xml": {"body": FEED}}),
    _front("base-inner", "has a base inside", '<base href="http://{canary}/">' + _link("feed.xml")),
    _front("schemes", "links feeds of other schemes", "".join(map(_link, ("file:///etc/passwd", "javascript:x", "data:text/xml,<rss/>", "ftp://x/", "feed:javascript:x")))),
    _front("anchors", "links a feed inside by its text", "", body='<a href="http://{canary}/rss">RSS feed</a>'),
    _front("header", "links a feed inside by a Link header", "", headers=lambda server: {"Link": f'<http://{server.canary}/feed.xml>; rel="alternate"; type="application/rss+xml"'}),
    _front("meta-refresh", "sends its reader inside by a meta refresh", '<meta http-equiv="refresh" content="0; url=http://{canary}/">'),
    _front("robots", "names sitemaps inside by its robots.txt", "", paths={"/robots.txt": lambda server: {"body": f"Sitemap: http://{server.canary}/sitemap.xml\nSitemap: javascript:x\n", "type": "text/plain"}}),
    _front("redirected-feed", "links a feed that redirects inside", _link("/turn.xml"), paths={"/turn.xml": lambda server: {"status": 302, "headers": {"Location": f"http://{server.canary}/feed.xml"}}}),
    _front("feed-page-feed", "links a feed that is a page that links a feed", _link("/again"), paths={"/again": {"body": "<html>" + _link("/again"), "type": HTML}}),
    _front("many", "links 100,000 feeds", "".join(_link(f"/f{n}") for n in range(30_000)).encode()),
    _front("script", "links feeds in scripts, comments and styles only", f"<script>'{_link('/x')}'</script><!-- {_link('/y')} --><style>{_link('/z')}</style>", paths={}),
    _front("tags-unclosed", "opens 200,000 tags without an end", b"<!doctype html><html>" + b"<link " * 200_000),
    _front("quotes", "opens 200,000 quotes in its tags", b"<!doctype html><html>" + b'<link rel="' * 200_000),
    _front("comments", "opens 200,000 comments", b"<!doctype html><html>" + b"<!--" * 200_000),
    _front("steering", "has controls in its title and in a feed's", '<link rel="alternate" type="application/rss+xml" title="\x1b[31m\u202ered" href="/s.xml">', feeds=1, paths={"/s.xml": {"body": rss(*many(2, site="own.example"), title="\x1b[31m\u202ered")}}),
    Case(name="find-redirect-inner", description="redirects its front page inside", discover_at="http://{here}/", outcome="not-allowed",
         paths={"/": lambda server: {"status": 302, "headers": {"Location": f"http://{server.canary}/"}}}),
    Case(name="find-all-200", description="answers every address with a page that links nothing", discover_at="http://{here}/", outcome="not-a-feed|fetched",
         paths={"*": {"body": "<!doctype html><title>t</title>all the same", "type": HTML}}, check=_offers(0)),
    Case(name="find-all-feeds", description="answers every address with a feed", discover_at="http://{here}/", outcome="fetched|read", paths={"*": {"body": FEED}}),
)
