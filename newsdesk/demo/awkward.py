"""A page of the newsroom without any useful markup, as pages of small newspapers are. In no feed; read it with
`newsdesk crawl --url`.

A date without time or zone above the headline, an empty label below it, a second headline before the text, no
byline, and links to other stories after the last paragraph.
"""

from __future__ import annotations

from html import escape

from newsdesk.demo.newsroom import Site

HOST = "harbour-gazette.test"
PATH = "/archive/lamp-room"
DATE = "Sunday, January 21, 2024"
HEADLINE = "The lamp room of the old lighthouse opens to visitors"
SECOND = "Forty-one steps, and then the whole bay"
PARAGRAPHS = (
    "For ninety years nobody but the keeper climbed above the third landing of the Skarn lighthouse."
    " On Saturday the council unlocked the iron door, and by noon the queue reached down to the slipway.",
    "The glass of the lamp was taken out and cleaned piece by piece over the winter. Two of its prisms had"
    " been replaced with window glass during a war, and the restorers have left them in their place.",
    "The room holds six people at a time. Whoever wants to see the lamp lit must come on the first evening"
    " of a month, when it burns for an hour, although no ship has needed it since the buoys came.",
)
LATEST = (
    ("Ferry fares stay as they are until autumn", "/latest/fares"),
    ("Two swans delay the regatta for an hour", "/latest/swans"),
    ("School kitchen asks for recipes with seaweed", "/latest/recipes"),
)


def awkward_page(site: Site) -> str:
    """The page; its markup names none of its parts."""
    text = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in PARAGRAPHS)
    latest = "\n".join(f'<li><a href="{path}">{escape(title)}</a></li>' for title, path in LATEST)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(site.language)}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(HEADLINE)}</title>\n</head>\n<body>\n"
        f'<div><a href="/">{escape(site.name)}</a></div>\n'
        f"<div>{DATE}</div>\n<h1>{escape(HEADLINE)}</h1>\n<div>Date:</div>\n"
        f"<h2>{escape(SECOND)}</h2>\n{text}\n"
        f"<h3>Latest stories</h3>\n<ul>\n{latest}\n</ul>\n</body>\n</html>\n"
    )
