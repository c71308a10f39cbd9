"""The layout of a page: the text of an element, headlines, and what stands outside the story.

Pure. Judges by elements, classes and position. Which candidate is chosen is decided by `pages.merge`.
"""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache

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
_FRONT_PAGE = re.compile(r"/|(?:https?:)?//[^/]+/?|index\.\w+|\./")
_WITHOUT_TEXT = frozenset(("script", "style", "noscript", "svg"))
_BREAKS = frozenset(("br", "p", "div", "li"))
MOST = 12  # candidates of a kind


def text_of(element: html.HtmlElement, *, most: int = 4_000) -> str:
    """The element's text in one line, without scripts and styles, cut soon after `most` characters. A space is
    put between two elements only where letters meet: `<span>Demo</span><span>The end`, but not
    `<i>Title</i>’s`."""
    return " ".join(_with_text_of(element, "", most).split())


def _with_text_of(element: html.HtmlElement, text: str, most: int) -> str:
    """`text` and that of an element after it, cut soon after `most` characters."""
    tag = element.tag
    if tag in _WITHOUT_TEXT or not isinstance(tag, str):
        return text
    if tag in _BREAKS:
        text += " "
    if (own := element.text) and len(text) <= most:
        text = _joined(text, own)
    for inner in element:
        if len(text) > most:
            break
        text = _with_text_of(inner, text, most)
        if (tail := inner.tail) and len(text) <= most:
            text = _joined(text, tail)
    return text


def _joined(text: str, piece: str) -> str:
    if piece.isspace():
        return f"{text} "
    return f"{text} {piece}" if text[-1:].isalnum() and piece[:1].isalnum() else text + piece


def is_aside(element: html.HtmlElement) -> bool:
    """Whether it stands in the parts that every page of a site has: navigation, side columns, teasers."""
    return any(_is_part_of_site(outer) for outer in (element, *element.iterancestors()))


def is_outside_story(element: html.HtmlElement, headline_ancestors: Set[html.HtmlElement]) -> bool:
    """`is_aside`, judged from the headline: an element that also holds the headline is never outside, whatever
    its class says, and the footer of an article is not the footer of the page."""
    for outer in (element, *element.iterancestors()):
        if outer in headline_ancestors:
            return False
        if _is_footer(outer):
            if not any(
                one.tag == "article" or _ARTICLE.search(class_and_id(one)) for one in outer.iterancestors()
            ):
                return True
        elif _is_part_of_site(outer):
            return True
    return False


def is_aside_box(element: html.HtmlElement) -> bool:
    """Whether the element itself is a box beside the story: navigation, a side column, but no footer."""
    return _is_part_of_site(element) and not _is_footer(element)


def _is_part_of_site(element: html.HtmlElement) -> bool:
    if element.tag in _OUTSIDE:
        return True
    if element.tag in ("body", "html", "main", "article"):
        return False
    return _says_aside(class_and_id(element))


def _is_footer(element: html.HtmlElement) -> bool:
    return element.tag == "footer" or _says_footer(class_and_id(element))


@lru_cache(maxsize=4096)  # a page asks for the same classes again and again
def _says_aside(names: str) -> bool:
    return bool(_ASIDE.search(names))


@lru_cache(maxsize=4096)
def _says_footer(names: str) -> bool:
    return bool(_FOOTER.search(names))


def class_and_id(element: html.HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def headlines(tree: html.HtmlElement) -> tuple[html.HtmlElement, ...]:
    """The page's headlines in document order: h1 elements, else h2 elements. A heading that links to the front
    page is the site's name and is left out."""
    for tag in HEADINGS:
        found = []
        for element in tree.iter(tag):
            if text_of(element) and not is_aside(element) and not links_to_front_page(element):
                found.append(element)
            if len(found) == MOST:
                break
        if found:
            return tuple(found)
    return ()


def parts_of(headline: html.HtmlElement) -> tuple[str, ...]:
    """The texts of the elements in a headline that has several, and of what stands between them: a kicker, a
    section, a date and the headline proper."""
    while len(headline) == 1 and not ((headline.text or "").strip() or (headline[0].tail or "").strip()):
        headline = headline[0]
    parts = [headline.text or ""]
    for inner in headline:
        parts += [text_of(inner), inner.tail or ""]
    texts = tuple(text for part in parts if (text := " ".join(part.split())))
    return texts if 1 < len(texts) <= MOST else ()


def links_to_front_page(element: html.HtmlElement) -> bool:
    links = [*element.iter("a"), *element.iterancestors("a")]
    return any(_FRONT_PAGE.fullmatch((link.get("href") or "").strip()) for link in links)
