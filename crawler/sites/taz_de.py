"""taz: a drop cap cuts the first word in two, and a request for money ends the text."""

from typing import Any

from newsdesk.crawler.sites import Layout, SiteFile

SITE = SiteFile(
    hosts=("taz.de",),
    timezone="Europe/Berlin",
    language="de",
    layouts=(
        Layout(
            byline=".author-container a.teaser-link",
            body=".main-article-corpus",
            drop=".tzi-bottom-container",
        ),
    ),
)


def read(page: Any) -> None:
    for initial in page.tree.cssselect(".initial-letter-outer"):
        initial.tail = (initial.tail or "").lstrip()
