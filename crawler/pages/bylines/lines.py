"""The lines of a page: the text between two block elements, with the innermost block around it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`block`: the innermost block element around the text. `length`: of the whole text, which may be cut.
    `label`: the text begins with a credit from the line before."""

    text: str
    block: html.HtmlElement
    length: int
    label: bool = False


def lines_of(body: html.HtmlElement) -> Iterator[Line]:
    """The lines in document order, at most MOST."""
    blocks = [body]
    pieces: list[str] = []
    walker = etree.iterwalk(body, events=("start", "end"))
    count = 0
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else ""
        is_block = tag in BLOCKS
        if is_block and pieces:
            line = _line(pieces, blocks[-1])
            pieces = []
            if line is not None:
                yield line
                count += 1
                if count == MOST:
                    return
        if event == "start":
            if tag in _LEFT_OUT or not tag:
                walker.skip_subtree()
                continue
            if is_block and tag != "br":
                blocks.append(element)
            if element.text:
                pieces.append(element.text)
        else:
            if is_block and tag != "br" and blocks[-1] is element:
                blocks.pop()
            if element.tail and element is not body:
                pieces.append(element.tail)


def _line(pieces: list[str], block: html.HtmlElement) -> Line | None:
    text = pieces[0]
    length = len(text)
    for piece in pieces[1:]:
        length += len(piece)
        if len(text) <= LONGEST:
            text += f" {piece}" if text[-1:].isalnum() and piece[:1].isalnum() else piece
    if text.isspace():  # as between most tags
        return None
    text = " ".join(text.split())
    return (
        Line(text=text, block=block, length=max(length if len(text) > LONGEST else 0, len(text)))
        if text
        else None
    )
