"""Whether a date on a page belongs to another story: a teaser, a side column, an embedded post, an event. Pure."""

from __future__ import annotations

import re
from collections.abc import Set

from lxml import html

from newsdesk.crawler.pages.layout import class_and_id, text_of

# Parts of names too: `articleTeaser`, `event_date`. Only below the elements that hold the headline, so that
# `with-sidebar` on the whole page does no harm.
_CONTAINER = re.compile(
    r"sidebar|aside|teaser|embed|related|twitter-tweet|instagram-media|event|comment|carousel|slider|swiper"
    r"|recommend|most-?read|popular|newsletter|widget",
    re.IGNORECASE,
)
# The day of the visit in the head of the site, and the caption of a picture: never the date of publication.
_NEVER = re.compile(
    r"(?:wp|image|img|photo|picture|media)[-_]?caption|masthead|top-?bar|site-?header|head(?:er)?[-_](?:date|top)|current-?date|today|weather",
    re.IGNORECASE,
)
_PARTS_OF_STORY = ("article", "main")
_BLOCKS = 3  # elements around a date that may be a teaser
_TEASER = 400  # characters of a teaser
_TITLE_WORDS = 5  # words of a link that is a title and not a name
_BYLINE = re.compile(r"author|byline|publish", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")


def is_of_other_story(element: html.HtmlElement, headline_ancestors: Set[html.HtmlElement]) -> bool:
    """Whether an element with a date stands in a container of other content, or beside the link to a story."""
    for place, outer in enumerate((element, *element.iterancestors())):
        if outer in headline_ancestors or outer.tag in ("body", "html"):
            return False
        if _CONTAINER.search(class_and_id(outer)):
            return True
        if place < _BLOCKS and _is_teaser(outer):
            return True
    return False


def is_never_published(element: html.HtmlElement, headline_ancestors: Set[html.HtmlElement]) -> bool:
    """Whether a date is a caption's, or stands in the head of the site."""
    header = False
    for outer in (element, *element.iterancestors()):
        if outer in headline_ancestors or outer.tag in _PARTS_OF_STORY:
            return header and outer.tag in ("body", "html")
        if outer.tag == "figcaption" or _NEVER.search(class_and_id(outer)):
            return True
        header = header or outer.tag == "header"
    return header


def _is_teaser(outer: html.HtmlElement) -> bool:
    """Whether a short block links to a story by its title."""
    if _BYLINE.search(class_and_id(outer)) or len(text_of(outer, most=2 * _TEASER)) > _TEASER:
        return False
    links = [outer] if outer.tag == "a" else outer.iter("a")
    return any(len(_WORD.findall(text_of(link, most=200))) >= _TITLE_WORDS for link in links)
