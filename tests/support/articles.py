"""Article pages for tests: a page like that of a newspaper, with the parts that a test is about."""

from __future__ import annotations

import json
from html import escape
from typing import Any

PARAGRAPHS = (
    "The harbour master moved the first boat to six in the morning, an hour earlier than in summer, and asked"
    " the school to open its gates before seven.",
    "Parents had written to the council in October because the children reached the mainland too late for"
    " their first lesson, three days out of five.",
    "The new timetable stands until the spring, when the ferry company will count its passengers again and"
    " decide whether a second crew is worth its wages.",
)


def article(
    title: str = "Ferry timetable changes on Monday",
    *paragraphs: str,
    head: str = "",
    above: str = "",
    below: str = "",
    site: str = "The Daily",
) -> bytes:
    """A page with a headline and paragraphs. `above` is HTML before the headline, `below` after the text."""
    text = "".join(f"<p>{escape(one)}</p>" for one in paragraphs or PARAGRAPHS)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)} - {site}</title>{head}"
        f'</head><body><nav><a href="/">{site}</a> <a href="/sport">Sport</a></nav><main>{above}'
        f"<h1>{escape(title)}</h1>{text}{below}</main><footer>All rights reserved</footer></body></html>"
    ).encode()


def json_ld(**properties: Any) -> str:
    """A script with a NewsArticle."""
    node = {"@context": "https://schema.org", "@type": "NewsArticle", **properties}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def canonical(url: str) -> str:
    return f'<link rel="canonical" href="{escape(url)}">'
