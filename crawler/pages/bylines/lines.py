"""The lines of a page: the text between two block elements, with the innermost block around it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lxml import html

LONGEST = 300  # characters kept of a line
MOST = 6_000  # lines
BLOCKS = frozenset(
    (
        *(
            "p",
            "div",
            "li",
            "ul",
            "ol",
            "dl",
            "dt",
            "dd",
            "table",
            "tr",
            "td",
            "th",
            "section",
            "article",
            "main",
        ),
        *(
            "header",
            "footer",
            "aside",
            "nav",
            "address",
            "blockquote",
            "figure",
            "figcaption",
            "form",
            "h1",
            "h2",
        ),
        *("h3", "h4", "h5", "h6", "body", "pre", "fieldset", "details", "summary", "center", "hr", "br"),
    )
)
_LEFT_OUT = frozenset(
    ("script", "style", "noscript", "svg", "template", "select", "textarea", "iframe", "head")
)


class Line(NamedTuple):
    """`block`: the innermost block element around the text. `length`: of the whole text, which may be cut.
    `label`: the text begins with a credit from the line before. A tuple, which is fast: a page has hundreds."""

    text: str
    block: html.HtmlElement
    length: int
    label: bool = False


def lines_of(body: html.HtmlElement) -> Sequence[Line]:
    """The lines in document order, at most MOST."""
    lines: list[Line] = []
    pieces: list[str] = []
    _read(body, body, pieces, lines)
    _end_line(body, pieces, lines)
    return lines


def _read(element: html.HtmlElement, block: html.HtmlElement, pieces: list[str], lines: list[Line]) -> None:
    """Read what is in an element. `pieces`: the text of the line that has not ended yet."""
    if text := element.text:
        pieces.append(text)
    for inner in element:
        tag = inner.tag
        if tag in BLOCKS:
            if pieces:
                _end_line(block, pieces, lines)
            inner_block = block if tag == "br" else inner
            _read(inner, inner_block, pieces, lines)
            if pieces:
                _end_line(inner_block, pieces, lines)
        elif tag not in _LEFT_OUT and isinstance(tag, str):
            _read(inner, block, pieces, lines)
        if tail := inner.tail:
            pieces.append(tail)


def _end_line(block: html.HtmlElement, pieces: list[str], lines: list[Line]) -> None:
    """Make a line of the pieces, unless they are blank, and remove them."""
    text, length = "", 0
    for piece in pieces:
        length += len(piece)
        if len(text) <= LONGEST:
            text += f" {piece}" if text[-1:].isalnum() and piece[:1].isalnum() else piece
    pieces.clear()
    if text.isspace() or len(lines) == MOST:  # blank, as between most tags
        return
    if text := " ".join(text.split()):
        lines.append(Line(text, block, max(length, len(text)) if len(text) > LONGEST else len(text)))
