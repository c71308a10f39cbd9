"""The HTML of the newsroom: front page, story page, list of sites, and pages with one message. Pure."""

from __future__ import annotations

import json
from html import escape

from newsdesk.demo.formats import CONTENT_TYPES, html_of
from newsdesk.demo.newsroom import Piece, Site

_STYLE = (
    "body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.55 Georgia,serif}"
    "h1{line-height:1.2}.meta,footer{color:#555;font-size:.9rem}li{margin:.4rem 0}"
)


def front_page(site: Site, pieces: tuple[Piece, ...], base: str) -> str:
    rows = "\n".join(
        f'<li><a href="{escape(piece.path)}">{escape(piece.title)}</a> {_time(piece)}</li>'
        for piece in pieces
    )
    body = f"<h1>{escape(site.name)}</h1>\n<p>{escape(site.tagline)}</p>\n<ul>\n{rows}\n</ul>"
    return _page(site, site.name, site.language, _feed_link(site, base), body)


def front_page_of_links(site: Site, pieces: tuple[Piece, ...], heading: str) -> str:
    """The front page, or that of a section, of a site without a feed: a menu, and a card for each story."""
    cards = "\n".join(
        f'<article><h2><a href="{escape(piece.path)}">{escape(piece.title)}</a></h2>'
        f"<p>{escape(piece.summary)}</p><p>{_time(piece)}</p></article>"
        for piece in pieces
    )
    body = f"{_menu(site)}\n<main>\n<h1>{escape(heading)}</h1>\n{cards}\n</main>"
    return _page(site, site.name, site.language, "", body)


def scripted_page(site: Site) -> str:
    """The front page of a site whose stories a script would load."""
    body = f'<div id="app"><h1>{escape(site.name)}</h1><p>{escape(site.tagline)}</p></div>'
    return _page(site, site.name, site.language, '<script src="/app.js" defer></script>', body)


def section_path(name: str) -> str:
    return f"/section/{name.lower()}"


def _menu(site: Site) -> str:
    names = (
        ("/", site.name),
        *((section_path(name), name) for name in site.sections),
        ("/about", "About us"),
    )
    links = "\n".join(f'<a href="{escape(path)}">{escape(name)}</a>' for path, name in names)
    return f"<header><nav>{links}</nav></header>"


def story_page(site: Site, piece: Piece, base: str) -> str:
    """An article with headline, byline, time, paragraphs and its JSON-LD."""
    address = base + piece.path
    head = [
        f'<link rel="canonical" href="{escape(address)}">',
        f'<meta property="og:title" content="{escape(piece.title)}">',
        f'<meta name="description" content="{escape(piece.summary)}">',
        _feed_link(site, base) if site.feed else "",
        f'<script type="application/ld+json">{_json_ld(site, piece, base)}</script>',
    ]
    if piece.image:
        head.append(f'<meta property="og:image" content="{escape(base + piece.image)}">')
    by = f'<p class="meta byline">{escape(f"{site.by} {site.joined(piece.authors)}".strip())}</p>'
    body = "\n".join(
        (
            f'<p><a href="/">{escape(site.name)}</a></p>',
            "<article>",
            f"<h1>{escape(piece.title)}</h1>",
            by if piece.authors else "",
            f'<p class="meta">{_time(piece)}</p>',
            html_of(piece),
            "</article>",
        )
    )
    return _page(site, f"{piece.title} - {site.name}", piece.language, "\n".join(head), body)


def list_page(sites: tuple[tuple[Site, str], ...]) -> str:
    """A list of all sites with their addresses, for a browser that cannot resolve `*.test` names."""
    rows = "\n".join(
        f"<li>{escape(site.name)} ({site.state}): {escape(base)}/ - {escape(_source(site, base))}</li>"
        for site, base in sites
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>The newsroom</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>The newsroom</h1>\n"
        f"<p>The sites differ by host name; <code>resolve</code> in newsdesk.toml maps the names to this address.</p>\n"
        f"<ul>\n{rows}\n</ul></body></html>\n"
    )


def _source(site: Site, base: str) -> str:
    if site.feed:
        return f"feed {base}{site.feed}"
    return f"news sitemap {base}{site.sitemap}" if site.sitemap else "no feed"


def plain_page(site: Site, message: str) -> str:
    """A page with one message: the broken feed's, a missing story's, the gone site's."""
    return _page(
        site, site.name, site.language, "", f"<h1>{escape(site.name)}</h1>\n<p>{escape(message)}</p>"
    )


def challenge_page(site: Site) -> str:
    """A check for bots, in the shape of Anubis, that nobody can pass: it has no script that works."""
    head = '<script id="anubis_challenge" type="application/json">{"rules": {"algorithm": "fast"}}</script>'
    return _page(
        site, site.tagline, site.language, head, f"<h1>{escape(site.tagline)}</h1>\n<p>Loading ...</p>"
    )


def _page(site: Site, title: str, language: str, head: str, body: str) -> str:
    direction = "rtl" if site.right_to_left else "ltr"
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}" dir="{direction}">\n'
        f'<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n{head}\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n<footer>{escape(site.name)}</footer>\n</body>\n</html>\n"
    )


def _feed_link(site: Site, base: str) -> str:
    kind, address = CONTENT_TYPES[site.format], escape(f"{base}{site.feed}")
    # A plain server sends `text/xml`; a link tag names the feed format all the same.
    kind = "application/rss+xml" if kind == "text/xml" else kind
    return f'<link rel="alternate" type="{kind}" title="{escape(site.name)}" href="{address}">'


def _time(piece: Piece) -> str:
    moment = piece.published
    return f'<time datetime="{moment.isoformat()}">{moment:%Y-%m-%d %H:%M}</time>'


def _json_ld(site: Site, piece: Piece, base: str) -> str:
    values: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": piece.title,
        "inLanguage": piece.language,
        "datePublished": piece.published.isoformat(),
        "dateModified": piece.touched.isoformat(),
        "author": [
            {"@type": "Organization" if name in site.desks else "Person", "name": name}
            for name in piece.authors
        ],
        "publisher": {"@type": "Organization", "name": site.name},
        "mainEntityOfPage": base + piece.path,
    }
    if piece.image:
        values["image"] = base + piece.image
    # A `<` in a headline must not end the script element.
    return json.dumps(values, ensure_ascii=False).replace("<", "\\u003c")
