"""Front pages that `newsdesk add` is given: links to feeds that lead inside, and pages made to be slow.
Threat A1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.hostile.case import Case, Scene
from tests.hostile.stage import End
from tests.support.feeds import many, rss

# A case a line.
# fmt: off

HTML = "text/html; charset=utf-8"
FEED = rss(*many(3, site="own.example"))


def _offers(count: int) -> Callable[[End], None]:
    def look(end: End) -> None:
        assert end.discovery is not None
        found = [feed.address for feed in end.discovery.feeds]
        assert len(found) == count, f"{len(found)} feeds are offered, not {count}: {found[:3]}"
        assert len(end.requests) <= 13, f"{len(end.requests)} requests"

    return look


def _front(name: str, does: str, head: str | bytes, *, body: str = "", feeds: int = 0, paths: Mapping[str, Any] | None = None, word: str = "not-a-feed|fetched|read", **told: Any) -> Case:
    def page(scene: Scene) -> dict[str, Any]:
        said = scene.fill(head) if isinstance(head, str) and "{" in head else head
        text = said if isinstance(said, bytes) else f"<!doctype html><html><head><title>t</title>{said}</head><body>{scene.fill(body)}</body></html>"
        return {"body": text, "type": HTML, **{key: value(scene) if callable(value) else value for key, value in told.items()}}

    return Case(name=f"find-{name}", does=does, asked="http://{here}/", paths={"/": page, **(paths or {})}, word=word, seen=_offers(feeds))


def _link(href: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{href}">'


CASES = (
    _front("inner", "links a feed inside", _link("http://{canary}/feed.xml")),
    _front("inner-spellings", "links feeds inside in many spellings", "".join(map(_link, ("http://2130706433/", "http://0x7f.1/", "//{canary}/", "http://{canary6}/feed.xml", "http://169.254.169.254/")))),
    _front("inner-and-good", "links a feed inside and a good one", _link("http://{canary}/feed.xml") + _link("/good.xml"), feeds=1, paths={"/good.xml": {"body": FEED}}),
    _front("base-inner", "has a base inside", '<base href="http://{canary}/">' + _link("feed.xml")),
    _front("schemes", "links feeds of other schemes", "".join(map(_link, ("file:///etc/passwd", "javascript:x", "data:text/xml,<rss/>", "ftp://x/", "feed:javascript:x")))),
    _front("anchors", "links a feed inside by its text", "", body='<a href="http://{canary}/rss">RSS feed</a>'),
    _front("header", "links a feed inside by a Link header", "", headers=lambda scene: {"Link": f'<http://{scene.canary}/feed.xml>; rel="alternate"; type="application/rss+xml"'}),
    _front("meta-refresh", "sends its reader inside by a meta refresh", '<meta http-equiv="refresh" content="0; url=http://{canary}/">'),
    _front("robots", "names sitemaps inside by its robots.txt", "", paths={"/robots.txt": lambda scene: {"body": f"Sitemap: http://{scene.canary}/sitemap.xml\nSitemap: javascript:x\n", "type": "text/plain"}}),
    _front("redirected-feed", "links a feed that redirects inside", _link("/turn.xml"), paths={"/turn.xml": lambda scene: {"status": 302, "headers": {"Location": f"http://{scene.canary}/feed.xml"}}}),
    _front("feed-page-feed", "links a feed that is a page that links a feed", _link("/again"), paths={"/again": {"body": "<html>" + _link("/again"), "type": HTML}}),
    _front("many", "links 100,000 feeds", "".join(_link(f"/f{n}") for n in range(30_000)).encode()),
    _front("script", "links feeds in scripts, comments and styles only", f"<script>'{_link('/x')}'</script><!-- {_link('/y')} --><style>{_link('/z')}</style>", paths={}),
    _front("tags-unclosed", "opens 200,000 tags without an end", b"<!doctype html><html>" + b"<link " * 200_000),
    _front("quotes", "opens 200,000 quotes in its tags", b"<!doctype html><html>" + b'<link rel="' * 200_000),
    _front("comments", "opens 200,000 comments", b"<!doctype html><html>" + b"<!--" * 200_000),
    _front("steering", "has controls in its title and in a feed's", '<link rel="alternate" type="application/rss+xml" title="\x1b[31m\u202ered" href="/s.xml">', feeds=1, paths={"/s.xml": {"body": rss(*many(2, site="own.example"), title="\x1b[31m\u202ered")}}),
    Case(name="find-redirect-inner", does="redirects its front page inside", asked="http://{here}/", word="not-allowed",
         paths={"/": lambda scene: {"status": 302, "headers": {"Location": f"http://{scene.canary}/"}}}),
    Case(name="find-all-200", does="answers every address with a page that links nothing", asked="http://{here}/", word="not-a-feed|fetched",
         paths={"*": {"body": "<!doctype html><title>t</title>all the same", "type": HTML}}, seen=_offers(0)),
    Case(name="find-all-feeds", does="answers every address with a feed", asked="http://{here}/", word="fetched|read", paths={"*": {"body": FEED}}),
)
