"""Article pages with what surrounds an article: styles, scripts, navigation, teasers, comments.

Three in four carry JSON-LD, the others meta elements.
"""

from __future__ import annotations

import json
import random
from datetime import timedelta
from html import escape

from benchmarks.peers.feeds import NEWEST, make_body
from benchmarks.peers.language import Text, choose_language

_FRAMES = (
    ('<main><article class="story">', "</article></main>"),
    ('<div id="content"><div class="article-body" itemprop="articleBody">', "</div></div>"),
    ('<section class="post"><div class="entry-content">', "</div></section>"),
    ('<div class="page"><article><div class="rich-text">', "</div></article></div>"),
)


def make_page(number: int, text: Text, *, base: str) -> bytes:
    """Page `number`, 60 to 150 kB."""
    chance = random.Random(f"page {number}")
    language = choose_language(chance).tag
    title, author = text.headline(chance, language), text.name(chance)
    at = NEWEST - timedelta(minutes=chance.randint(10, 60 * 24 * 60))
    body, first = make_body(chance, text, language, length=chance.randint(3000, 10_000), base=base)
    size, style = chance.randint(60_000, 150_000), number % 4
    head = _head(number, title, author, at.isoformat(), first, base, with_json=style != 3)
    filler = (size - len(body)) // 2
    styles = "".join(
        f".c{chance.randrange(1 << 20):x}{{margin:{at}px;padding:0 {at % 7}px;color:#{at:06x}}}"
        for at in range(filler // 100)
    )
    scripts = "".join(
        f'window.q{at}=window.q{at}||[];q{at}.push({{"slot":"ad-{at}","id":{chance.randrange(1 << 30)}}});'
        for at in range(filler // 140)
    )
    links = "".join(
        f'<li><a href="/topic/{at}" class="nav-item">{escape(text.headline(chance, language)[:16])}</a></li>'
        for at in range(50)
    )
    begin, end = _FRAMES[style]
    comments = "".join(
        f"<li><b>{text.name(chance)}</b><p>{text.sentences(chance, language, 1)[0]}</p></li>"
        for _ in range(8)
    )
    page = (
        f'<!DOCTYPE html><html lang="{language}"><head>{head}<style>{styles}</style><script>{scripts}</script></head>'
        f"<body><header><nav><ul>{links}</ul></nav></header>{begin}<h1>{escape(title)}</h1>"
        f'<div class="meta"><span class="byline">By <a rel="author" href="/author">{author}</a></span>'
        f'<time datetime="{at.isoformat()}">{at:%d %B %Y}</time></div>{body}{end}'
    )
    teasers: list[str] = []
    while len(page) + sum(map(len, teasers)) < size - 2500:
        teaser = escape(text.headline(chance, language))
        teasers.append(
            f'<div class="teaser card"><a href="/page/{chance.randrange(99999)}"><img src="/image/1.jpg" alt=""'
            f' loading="lazy" width="320" height="180"/><h3>{teaser}</h3></a><p class="dek">{teaser[:40]}</p></div>'
        )
    return (
        f'{page}<aside class="related"><h2>More</h2>{"".join(teasers)}</aside><section id="comments"><ol>{comments}'
        "</ol></section><footer><p>&copy; 2026 The Daily</p></footer></body></html>"
    ).encode()


def _head(number: int, title: str, author: str, at: str, first: str, base: str, *, with_json: bool) -> str:
    address = f"{base}/page/{number}"
    head = (
        f'<meta charset="utf-8"><title>{escape(title)} | The Daily</title><link rel="canonical" href="{address}">'
        f'<meta property="og:title" content="{escape(title)}"><meta property="og:type" content="article">'
        f'<meta name="description" content="{escape(first[:150])}">'
    )
    if not with_json:
        return f'{head}<meta name="author" content="{author}"><meta property="article:published_time" content="{at}">'
    values = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": at,
        "dateModified": at,
        "author": [{"@type": "Person", "name": author}],
        "publisher": {"@type": "Organization", "name": "The Daily"},
        "mainEntityOfPage": address,
    }
    return f'{head}<script type="application/ld+json">{json.dumps(values, ensure_ascii=False)}</script>'
