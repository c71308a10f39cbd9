"""Article pages, robots.txt and front pages of hostile sites: full text and discovery. Threats A1, A5, A10, A16."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.hostile.case import Case, CaseServer
from tests.hostile.run import HEALTHY, CaseResult
from tests.support.articles import PARAGRAPHS, article, json_ld
from tests.support.feeds import Item, many, rss

# One case a line.
# fmt: off

HTML = "text/html; charset=utf-8"
Page = Mapping[str, Any] | Callable[[CaseServer], Mapping[str, Any]]


def _html(body: bytes | str, **fields: Any) -> dict[str, Any]:
    return {"body": body, "type": HTML, **fields}


def _feed(link: str = "/story") -> Callable[[CaseServer], dict[str, Any]]:
    def response(server: CaseServer) -> dict[str, Any]:
        address = server.url(link) if link.startswith("/") else server.fill(link)
        return {"body": rss(Item(title="Feed title", link=address, guid="1", text="<p>Feed text.</p>", author=None))}

    return response


def _story(name: str, description: str, page: Page, pages: tuple[str, ...] = ("read",), *, link: str = "/story", paths: Mapping[str, Page] | None = None, **fields: Any) -> Case:
    return Case(name=f"page-{name}", description=description, responses=(_feed(link),), paths={"/story": page, **(paths or {})}, full_text=True,
                outcome="read", story_count=1, pages=pages, **fields)


def _text_of_feed(result: CaseResult) -> None:
    assert result.stories[0]["text"] == "Feed text.", f"the text is {result.stories[0]['text'][:80]!r}"


def _inner(server: CaseServer) -> str:
    return f"http://{server.canary}/story"


def _asked_only(*paths: str) -> Callable[[CaseResult], None]:
    def check(result: CaseResult) -> None:
        requested = {request.path for request in result.requests}
        assert requested <= set(paths), f"asked {sorted(requested)}"

    return check


CASES = (
    # redirects and links of the page
    _story("link-inner", "links its story to an inner address", {}, ("not-allowed",), link="http://{canary}/story", check=_text_of_feed),
    _story("link-metadata", "links its story to the cloud's metadata", {}, ("not-allowed",), link="http://169.254.169.254/latest/", check=_text_of_feed),
    _story("link-inner-ipv6", "links its story to an inner IPv6 address", {}, ("not-allowed",), link="http://{canary6}/story"),
    _story("redirect-inner", "redirects its story's page inside", lambda server: {"status": 302, "headers": {"Location": _inner(server)}}, ("not-allowed|robots-unreachable",), check=_text_of_feed),
    _story("redirect-file", "redirects its story's page to a file", {"status": 302, "headers": {"Location": "file:///etc/passwd"}}, ("not-http",), forbidden=("root:",)),
    _story("redirect-loop", "redirects its story's page to itself", {"status": 302, "headers": {"Location": "/story"}}, ("redirect-loop",)),
    _story("redirect-home", "redirects its story's page to the front page", {"status": 302, "headers": {"Location": "/"}}, ("redirects-home",), paths={"/": _html(article())}),
    _story("meta-refresh", "sends its reader inside by a meta refresh", lambda server: _html(article(head=f'<meta http-equiv="refresh" content="0;url={_inner(server)}">'))),
    _story("script-location", "sends its reader inside by a script", lambda server: _html(article(head=f"<script>location='{_inner(server)}'</script>"))),
    _story("base-inner", "has a base inside", lambda server: _html(article(head=f'<base href="{_inner(server)}/">', below="<img src=a.png><a href=b>x</a>"))),
    _story("frames", "frames inner pages", lambda server: _html(article(below=f'<iframe src="{_inner(server)}"></iframe><object data="{_inner(server)}"></object><embed src="{_inner(server)}">'))),
    _story("images-inner", "shows inner pictures", lambda server: _html(article(below=f'<img src="{_inner(server)}.png"><video poster="{_inner(server)}"></video>'))),
    _story("preload", "names inner style sheets, scripts and prefetches", lambda server: _html(article(head="".join(f'<link rel="{rel}" href="{_inner(server)}">' for rel in ("stylesheet", "preload", "prefetch", "amphtml", "next", "manifest"))))),
    _story("next-page", "names an inner second page", lambda server: _html(article(head=f'<link rel="next" href="{_inner(server)}">', below=f'<a rel="next" href="{_inner(server)}">Next page</a>'))),
    # robots.txt
    _story("robots-inner", "redirects its robots.txt inside", _html(article()), ("robots-unreachable|read|not-allowed",), paths={"/robots.txt": lambda server: {"status": 302, "headers": {"Location": f"http://{server.canary}/robots.txt"}}}),
    _story("robots-long", "has a robots.txt of 2 MB", _html(article()), paths={"/robots.txt": {"body": b"User-agent: x\nDisallow: /x\n" * 80_000, "type": "text/plain"}}),
    _story("robots-bomb", "has a robots.txt of 50 MB, packed", _html(article()), ("robots-unreachable|read",), paths={"/robots.txt": {"body": gzip.compress(b"\n" * 50_000_000, 1), "headers": {"Content-Encoding": "gzip"}}}),
    _story("robots-stars", "has rules of many stars", _html(article()), ("read|robots|not-allowed",), paths={"/robots.txt": {"body": "User-agent: *\nDisallow: /" + "*a" * 3000 + "$\n", "type": "text/plain"}}),
    _story("robots-delay", "asks for a pause of a year between requests", _html(article()), ("read|",), paths={"/robots.txt": {"body": "User-agent: *\nCrawl-delay: 31536000\nCrawl-delay: nan\nCrawl-delay: -1\n"}}, batch="slow"),
    _story("robots-html", "has a web page as its robots.txt", _html(article()), paths={"/robots.txt": _html("<!doctype html><title>x</title>Disallow: /")}),
    _story("robots-binary", "has bytes as its robots.txt", _html(article()), paths={"/robots.txt": {"body": bytes(range(256)) * 100}}),
    # documents that are not an article
    _story("ampersands", "has 1,000,000 bare ampersands in its text", _html(f"<html><body><article><h1>Feed title</h1><p>{'&' * 1_000_000}</p></article></body></html>"), ("read|worker-limit|not-an-article",)),
    _story("bomb", "packs 50 MB as its story's page", _html(gzip.compress(b" " * 50_000_000, 1), headers={"Content-Encoding": "gzip"}), ("too-large",), check=_text_of_feed),
    _story("empty", "has an empty page", _html(b""), ("empty",)),
    _story("binary", "has bytes as its page", _html(bytes(range(256)) * 2000), ("not-an-article|read",)),
    _story("pdf", "has a PDF as its page", {"body": b"%PDF-1.7\n" + bytes(range(256)) * 500, "type": "application/pdf"}, ("not-an-article",)),
    _story("deep", "nests 20,000 elements in its page", _html(article(below="<div>" * 20_000)), ("read|worker-limit|not-an-article",)),
    _story("deep-closed", "nests and closes 10,000 elements in its page", _html(article(above="<div>" * 10_000 + "</div>" * 10_000)), ("read|worker-limit|not-an-article",)),
    _story("formatting", "opens 20,000 formatting elements without closing them", _html(article(above="<b><i><font>" * 7_000)), ("read|worker-limit|not-an-article",)),
    _story("tables", "nests 5,000 tables", _html(article(above="<table><tr><td>" * 5_000)), ("read|worker-limit|not-an-article",)),
    _story("attributes", "has an element with 50,000 attributes", _html(article(above="<p " + " ".join(f"a{n}=b" for n in range(50_000)) + ">x</p>")), ("read|worker-limit|not-an-article",)),
    _story("comments", "opens 100,000 comments", _html(article(below="<!--" * 100_000))),
    _story("paragraphs", "has 5,000 paragraphs", _html(article("Long", *("A paragraph of some words." for _ in range(5_000)))), ("read|worker-limit",)),
    _story("links", "has 5,000 links", _html(article(below="<a href=/x>link</a> " * 5_000)), ("read|worker-limit",)),
    _story("json-ld-deep", "nests 50,000 lists in its JSON-LD", _html(article(head='<script type="application/ld+json">' + "[" * 50_000 + "</script>"))),
    _story("json-ld-many", "has 3,000 JSON-LD blocks", _html(article(head=json_ld(headline="x") * 3_000))),
    _story("json-ld-types", "has nonsense in every field of its JSON-LD", _html(article(head=json_ld(headline=[{}], author={"name": {"name": []}}, datePublished={"@value": 5}, image=[[None]], articleBody=3)))),
    _story("meta-many", "has 10,000 meta tags", _html(article(head='<meta property="article:author" content="Ann Hill">' * 10_000)), ("read|worker-limit",)),
    _story("dates", "dates its story 10000 and -1", _html(article(head=json_ld(datePublished="10000-01-01", dateModified="-0001-01-01T00:00:00Z")))),
    _story("charset", "names a charset that is no charset", {"body": article(head='<meta charset="../../etc/passwd">'), "type": "text/html; charset=zlib"}),
    # contents of the page
    _story("live-text", "has scripts, handlers and frames in its text", _html(article("Title <script>alert(1)</script>", *PARAGRAPHS, below='<p onclick="x">More <svg/onload=alert(1)><a href="javascript:x">y</a> of it, and some words to make it a paragraph.</p>'))),
    _story("live-json-ld", "has scripts and schemes in its JSON-LD", _html(article(head=json_ld(headline="<svg/onload=x> Headline", image="javascript:x", url="javascript:x", author={"name": "\x1b[31mAnn \u202eHill"})))),
    _story("live-article-body", "has a script in its articleBody", _html(article(head=json_ld(articleBody="<script>alert(1)</script>" + " ".join(PARAGRAPHS))))),
    _story("steer-title", "has controls in its headline", _html(article("Red \x1b[31m\u202eline\x9b"))),
    _story("canonical-other", "calls another feed's story its canonical address", lambda server: _html(article(head=f'<link rel="canonical" href="{many(1, site=HEALTHY[0])[0].link}">')),
           check=lambda result: _no_address_of(HEALTHY[0], result)),
    _story("canonical-inner", "calls an inner address its canonical one", lambda server: _html(article(head=f'<link rel="canonical" href="{_inner(server)}">')), check=lambda result: _no_address_of("127.0.0.1:", result)),
    _story("canonical-script", "calls a script its canonical address", _html(article(head='<link rel="canonical" href="javascript:alert(1)">'))),
    _story("canonical-home", "calls its front page its canonical address", lambda server: _html(article(head=f'<link rel="canonical" href="{server.url("/")}">'))),
    _story("cookies", "sets cookies, and wants them back", _html(article(), headers={"Set-Cookie": "a=b"}), check=_asked_only("/feed.xml", "/robots.txt", "/.well-known/tdmrep.json", "/story")),
    _story("login", "wants a password for its page", _html(article(), status=401), ("forbidden",)),
    _story("retry-later", "answers 503 with a pause of ten thousand years", {"status": 503, "headers": {"Retry-After": "9" * 20}}, ("server-error",)),
    _story("hang", "never answers for its page", {"hang": True}, ("timeout",), batch="slow"),
    _story("drip", "sends its page a byte at a time", _html(article(), drip_s=0.2), ("timeout",), batch="slow"),
)


def _no_address_of(host: str, result: CaseResult) -> None:
    for story in result.stories:
        for address in story["addresses"]:
            assert host not in address["url"], f"{address['url']} became an address of it"
            assert json.dumps(address)
