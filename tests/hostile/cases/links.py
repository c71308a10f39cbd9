"""Links, pictures and enclosures with other schemes or internal addresses: never stored as links, never fetched. Threats A1,
A2.
"""

from __future__ import annotations

from tests.hostile.case import Case, CaseServer
from tests.support.feeds import Item, rss

# One case a line.
# fmt: off

BAD = [
    ("javascript", "javascript:alert(1)"),
    ("javascript-odd", "  JaVa\tScRiPt:alert(1)"),
    ("data", "data:text/html,<script>alert(1)</script>"),
    ("file", "file:///etc/passwd"),
    ("ftp", "ftp://files.example/x"),
    ("gopher", "gopher://files.example/x"),
    ("s3", "s3://bucket/x"),
    ("view-source", "view-source:http://own.example/"),
    ("vbscript", "vbscript:x"),
    ("intent", "intent://x#Intent;scheme=http;end"),
    ("blob", "blob:http://own.example/x"),
    ("magnet", "magnet:?xt=urn:btih:x"),
    ("ssh", "ssh://own.example/"),
    ("chrome", "chrome://settings/"),
]


def _rss(bad: str) -> str:
    from xml.sax.saxutils import escape, quoteattr

    value, quoted = escape(bad), quoteattr(bad)
    return (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>t</title>'
        f"<link>{value}</link><image><url>{value}</url></image>"
        f"<item><title>rss {value}</title><link>{value}</link><guid>{value}</guid><comments>{value}</comments>"
        f'<enclosure url={quoted} type="image/png"/><media:content url={quoted} medium="image"/>'
        f"<media:thumbnail url={quoted}/><source url={quoted}>s</source></item></channel></rss>"
    )


def _atom(bad: str) -> str:
    from xml.sax.saxutils import quoteattr

    quoted = quoteattr(bad)
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base={quoted}><title>t</title><link href={quoted}/>'
        f"<link rel='self' href={quoted}/><entry><title>atom</title><id>urn:x:1</id><link href={quoted}/>"
        f"<link rel='enclosure' href={quoted} type='image/png'/><author><name>a</name><uri>x</uri></author>"
        f"<content type='html'>&lt;a href={quoted.replace('<', '&lt;')}&gt;x&lt;/a&gt;</content>"
        "<updated>2026-11-24T05:36:00Z</updated></entry></feed>"
    )


def _json(bad: str) -> str:
    import json

    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1", "title": "t", "home_page_url": bad, "icon": bad,
            "items": [{"id": "1", "url": bad, "external_url": bad, "title": "json", "image": bad, "banner_image": bad,
                       "content_html": f'<a href="{bad}">x</a>', "authors": [{"name": "a", "url": bad}],
                       "attachments": [{"url": bad, "mime_type": "image/png"}]}],
        }
    )


def _inside(server: CaseServer) -> dict[str, bytes]:
    inner = f"http://{server.canary}/x"
    return {"body": rss(Item(title="inner", link=inner, text=f'<img src="{inner}.png"><a href="{inner}">x</a>'))}


CASES = (
    *(Case(name=f"scheme-{name}-{kind}", description=f"carries {bad!r} in every place where {kind} has an address",
           responses=({"body": make(bad)},), outcome="read", story_count=1)
      for name, bad in BAD for kind, make in (("rss", _rss),)),
    *(Case(name=f"scheme-{name}-{kind}", description=f"carries {bad!r} in every place where {kind} has an address",
           responses=({"body": make(bad)},), outcome="read", story_count=1)
      for name, bad in BAD[:5] for kind, make in (("atom", _atom), ("json", _json))),
    Case(name="ssrf-links-untouched", description="carries links and pictures that lead inside", responses=(_inside,), outcome="read", story_count=1),
    Case(name="ssrf-links-media", description="carries enclosures and thumbnails that lead inside", outcome="read", story_count=1,
         responses=(lambda server: {"body": _rss(f"http://{server.canary}/x.png")},)),
)
