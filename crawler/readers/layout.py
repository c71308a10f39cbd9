"""What a page shows to people: headlines, the line with the date. Strings as printed.

Pure. Finds candidates by elements, classes and places; which is believed is decided by `readers.merge`.
Called by `readers.page`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html

HEADINGS = ("h1", "h2")
_ASIDE = re.compile(
    r"(?:^|(?<!with)(?<!has)(?<!no)(?<!left)(?<!right)[\s_-])(?:related|recommend\w*|sidebar|aside|footer|comments?|newsletter|promo(?!ted)\w*"
    r"|teasers?|most-read"
    r"|trending|read-more|more-from|latest|popular|menu|navbar?|breadcrumbs?|cookie\w*|modal)(?:$|[\s_-])",
    re.IGNORECASE,
)
_OUTSIDE = ("nav", "aside", "footer", "form", "noscript", "template")
_DATED = re.compile(r"publi|date|time|posted|stamp", re.IGNORECASE)
_NOT_PUBLISHED = re.compile(r"updat|modif|comment|expire|event", re.IGNORECASE)
_LONGEST_LINE = 200
_HOME = re.compile(r"/|(?:https?:)?//[^/]+/?|index\.\w+|\./")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LEAD = re.compile(
    r"^(?:(?:first |originally )?(?:published|posted|publié|veröffentlicht|pubblicato|publicado"
    r"|publicerad|opublikowano"
    r"|gepubliceerd|created|date|datum|fecha|data)(?: on| am| le| il| el| op)?\s*:?\s*)",
    re.IGNORECASE,
)
MOST = 12  # candidates of a kind


def text_of(element: html.HtmlElement, *, most: int = 4_000) -> str:
    """The element's text in one line, without scripts and styles, cut soon after `most` characters. Two
    elements that both have a letter where they meet are parted (`<span>Demo</span><span>The end`), others
    are not (`<i>Title</i>’s`)."""
    text = ""
    for piece in _pieces(element):
        part = " " if piece.isspace() else piece
        text += f" {part}" if text[-1:].isalnum() and part[:1].isalnum() else part
        if len(text) > most:
            break
    return " ".join(text.split())


def _pieces(element: html.HtmlElement) -> Iterator[str]:
    if isinstance(element.tag, str) and element.tag not in ("script", "style", "noscript", "svg"):
        if element.tag in ("br", "p", "div", "li"):
            yield " "
        yield element.text or ""
        for inner in element:
            yield from _pieces(inner)
            yield inner.tail or ""


def is_aside(element: html.HtmlElement) -> bool:
    """Whether it stands in what goes round every page: navigation, side columns, teasers."""
    for outer in (element, *element.iterancestors()):
        if outer.tag in _OUTSIDE:
            return True
        if outer.tag not in ("body", "html", "main", "article") and _ASIDE.search(_names(outer)):
            return True
    return False


def _names(element: html.HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def headlines(tree: html.HtmlElement) -> tuple[str, ...]:
    """The page's headlines in document order: h1 elements, or without one h2 elements. One that is a link
    to the front page is the site's name."""
    for tag in HEADINGS:
        found = []
        for element in tree.iter(tag):
            said = text_of(element)
            if said and not is_aside(element) and not _leads_home(element):
                found.append(said)
            if len(found) == MOST:
                break
        if found:
            return tuple(found)
    return ()


def _leads_home(element: html.HtmlElement) -> bool:
    links = [*element.iter("a"), *element.iterancestors("a")]
    return any(_HOME.fullmatch((link.get("href") or "").strip()) for link in links)


def dates(tree: html.HtmlElement) -> tuple[tuple[str, str], ...]:
    """(origin, printed) of visible dates: `time` elements, then lines that are marked as a date, then lines
    with a year near the headline."""
    found = [*(("time", said) for said in _times(tree)), *(("line", said) for said in _dated_lines(tree))]
    return tuple(dict.fromkeys(found))[:MOST]


def _times(tree: html.HtmlElement) -> Iterator[str]:
    for element in tree.iter("time"):
        marks = f"{_names(element)} {element.get('itemprop') or ''}"
        if is_aside(element) or _NOT_PUBLISHED.search(marks):
            continue
        said = (element.get("datetime") or "").strip() or text_of(element)
        if 6 <= len(said) <= 100:
            yield said


def _dated_lines(tree: html.HtmlElement) -> Iterator[str]:
    seen = 0
    for element in tree.iter(
        "p", "span", "div", "li", "small", "em", "td", "b", "h2", "h3", "h4", "h5", "h6", "a", "dd"
    ):
        if len(element) > 3:
            continue
        own = " ".join((element.text or "").split()) or (
            text_of(element, most=_LONGEST_LINE) if len(element) else ""
        )
        own = _LEAD.sub("", own)
        if not 8 <= len(own) <= 60 or not _YEAR.search(own) or is_aside(element):
            continue
        names = _names(element)
        if _NOT_PUBLISHED.search(names):
            continue
        yield own
        seen += 1
        if seen == MOST:
            return
