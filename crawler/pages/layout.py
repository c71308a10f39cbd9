"""What a page shows to people: headlines, the line with the date. Strings as printed.

Pure. Finds candidates by elements, classes and places; which is believed is decided by `pages.merge`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from lxml import html

HEADINGS = ("h1", "h2")
_ASIDE = re.compile(
    r"(?:^|(?<!with)(?<!has)(?<!no)(?<!left)(?<!right)[\s_-])(?:related|recommend\w*|sidebar|aside|footer|comments?|newsletter|promo(?!ted)\w*"
    r"|teasers?|most-read"
    r"|trending|read-more|more-from|latest|popular|menu|navbar?|breadcrumbs?|cookie\w*|modal)(?:$|[\s_-])",
    re.IGNORECASE,
)
_FOOTER = re.compile(r"(?:^|[\s_-])footer(?:$|[\s_-])", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:^|\s)(?:h?entry|post|article|story)(?:$|\s)", re.IGNORECASE)
_OUTSIDE = ("nav", "aside", "footer", "form", "noscript", "template")
_HOME = re.compile(r"/|(?:https?:)?//[^/]+/?|index\.\w+|\./")
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
    return any(_goes_round(outer) for outer in (element, *element.iterancestors()))


def is_beside(element: html.HtmlElement, frame: Set[html.HtmlElement]) -> bool:
    """The same, seen from the headline: what holds the headline too (`frame`) goes round nothing, whatever
    its names say, and the foot of an article is not the page's."""
    for outer in (element, *element.iterancestors()):
        if outer in frame:
            return False
        if _is_foot(outer):
            if not any(
                one.tag == "article" or _ARTICLE.search(names_of(one)) for one in outer.iterancestors()
            ):
                return True
        elif _goes_round(outer):
            return True
    return False


def _goes_round(element: html.HtmlElement) -> bool:
    if element.tag in _OUTSIDE:
        return True
    return element.tag not in ("body", "html", "main", "article") and bool(_ASIDE.search(names_of(element)))


def _is_foot(element: html.HtmlElement) -> bool:
    return element.tag == "footer" or bool(_FOOTER.search(names_of(element)))


def names_of(element: html.HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def headlines(tree: html.HtmlElement) -> tuple[str, ...]:
    """The page's headlines in document order: h1 elements, or without one h2 elements. One that is a link
    to the front page is the site's name."""
    for tag in HEADINGS:
        found = []
        for element in tree.iter(tag):
            said = text_of(element)
            if said and not is_aside(element) and not leads_home(element):
                found.append(said)
            if len(found) == MOST:
                break
        if found:
            return tuple(found)
    return ()


def leads_home(element: html.HtmlElement) -> bool:
    links = [*element.iter("a"), *element.iterancestors("a")]
    return any(_HOME.fullmatch((link.get("href") or "").strip()) for link in links)
