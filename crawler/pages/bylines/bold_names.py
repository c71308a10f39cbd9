"""Names in bold above the text: a paragraph that holds nothing else, directly above the first paragraph.

Pure. Strings as printed. Names that no table has are found here too.
"""

from __future__ import annotations

import re
from itertools import islice

from lxml import html

from newsdesk.crawler.normalise.bylines.names.given_names import is_given_name
from newsdesk.crawler.pages.layout import is_aside, text_of

_SEARCHED = 24  # paragraphs
_AROUND = 3  # paragraphs before it that are looked at
_LONGEST = 200  # characters of a line
_PARAGRAPH = 80  # characters of the first paragraph, at least
_STANDFIRST = 150  # characters of a paragraph before it, at most
_NAME = r"[^\W\d_a-z][\w.’'-]*"
_SMALL = r"and|und|et|y|e|en|og|och|d[aei]|du|v[ao]n|der|la|le|del|dos|bin"
_NAMES = re.compile(rf"{_NAME}(?:\s(?:{_NAME}|{_SMALL})|\s?[/&,]\s?{_NAME}){{1,7}}")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_BOLD = ("strong", "b", "em", "i")


def find_bold_names(tree: html.HtmlElement) -> tuple[str, ...]:
    """A paragraph that holds only names in bold, directly above the first paragraph of the text."""
    for element in islice(tree.iter("p"), _SEARCHED):
        if not _is_bold(element):
            continue  # nearly all paragraphs of a page
        line = text_of(element, most=_LONGEST)
        if (
            _NAMES.fullmatch(line)
            and (_is_named(line) or not _is_repeated(line, element))
            and _is_before_text(element)
            and not is_aside(element)
        ):
            return (line,)
    return ()


def _is_named(line: str) -> bool:
    """Whether one of the words is a given name, so that the line is no heading."""
    return any(is_given_name(word) for word in _WORD.findall(line))


def _is_repeated(line: str, element: html.HtmlElement) -> bool:
    """Whether another paragraph has the words of the line, so that it is a heading."""
    return any(line in text_of(one) for one in element.itersiblings("p")) or any(
        line in text_of(one) for one in element.itersiblings("p", preceding=True)
    )


def _is_bold(element: html.HtmlElement) -> bool:
    """Whether all of its text is in one bold element."""
    inner = [one for one in element if one.tag != "br"]
    return (
        len(inner) == 1
        and inner[0].tag in _BOLD
        and not (element.text or "").strip()
        and not (inner[0].tail or "").strip()
    )


def _is_before_text(element: html.HtmlElement) -> bool:
    """Whether a paragraph of the text follows and none comes before."""
    after = element.getnext()
    if after is None or after.tag != "p" or len(text_of(after, most=4 * _PARAGRAPH)) < _PARAGRAPH:
        return False
    before = islice(element.itersiblings("p", preceding=True), _AROUND)
    return all(len(text_of(one, most=4 * _STANDFIRST)) < _STANDFIRST for one in before)
