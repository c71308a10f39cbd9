"""A page's tree as blocks of text in document order, and the boxes they stand in. One walk.

Pure, linear in the tree. A block is what a reader sees as one paragraph, heading, list item or table cell,
whatever elements made it; a box is an element that holds blocks. Which of them are the story is decided by
`pages.text.main_text`, the caller.
"""

# ruff: noqa: SIM905  (tables of words are read and mended as text)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import islice, pairwise
from typing import NamedTuple

from lxml import html

from newsdesk.crawler.pages.text.pictures import picture

DEEPEST = 200  # elements inside one another that are followed; libxml2 itself ends at 256
MOST = 20_000  # blocks of a page; a long story has some hundreds

HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_NEVER = frozenset(
    "script style noscript template svg math canvas iframe object embed applet audio video select button"
    " input textarea datalist map head title menu dialog nav footer aside figcaption progress meter".split()
)
_HOLDERS = HEADINGS | frozenset(
    "html body div section article main header center form fieldset address details summary hgroup search"
    " ul ol dl table tbody thead tfoot tr td th caption blockquote figure li dt dd pre p".split()
)
_KINDS = {
    "li": "li", "dt": "li", "dd": "li", "td": "cell", "th": "cell", "blockquote": "quote", "pre": "pre",
    **{name: name for name in HEADINGS},
}  # fmt: skip
_GROUPS = frozenset("ul ol dl table blockquote".split())
_ROWS = frozenset("li tr dt dd".split())
_KEPT = frozenset("a b strong i em code sub sup q s del ins mark kbd".split())
_ROLES = frozenset("navigation complementary banner contentinfo search dialog".split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Scripts whose letters are syllables or words say more with each.
_WIDE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_WIDE_COUNTS_MORE = 1.5
_NAME = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]+(?=\d*(?![A-Za-z0-9]))"
)  # one with digits inside is made by a machine
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_EDGES = re.compile(r"^(?:\s|<br>)+|(?:\s|<br>)+$")
_A_PARAGRAPH = 150  # characters; so many in a cell are no figure of a table
_A_LINE = 60  # and in a paragraph in a cell


@dataclass(slots=True, kw_only=True)
class Box:
    """An element that holds the blocks from `first` to before `last`, which is known when the walk leaves
    it. `marks`: the words of its class, id, itemprop and role, single and two by two; `look`: its class."""

    tag: str
    parent: int
    marks: frozenset[str]
    look: str
    first: int
    last: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """`kind`: p, h1 to h6, li, cell, quote, pre. `chars`: its length, in which wide letters count more;
    `linked`: how much of that is links. `box`, `group` (list, table or quotation, -1 for none) and `row` are
    places in the list of boxes. `pictures`: those between the block before and this one, as HTML."""

    kind: str
    html: str
    text: str
    chars: float
    linked: float
    box: int
    group: int
    row: int
    pictures: str = ""

    @property
    def links(self) -> float:
        """The share of its text that is links."""
        return self.linked / self.chars


class _At(NamedTuple):
    """Where the walk stands. A tuple, since one is made for each element."""

    box: int
    kind: str
    group: int
    row: int
    depth: int


class Walk:
    """The walk over one page and what it has found: `blocks` and `boxes`."""

    def __init__(self, root: html.HtmlElement) -> None:
        self.blocks: list[Block] = []
        self.boxes: list[Box] = []
        self._pieces: list[str] = []  # HTML of the run of text in hand
        self._said: list[str] = []  # the same as text
        self._open: list[str] = []  # start tags that are open in it
        self._links = 0  # links that are open
        self._linked = 0  # characters of the run inside links
        self._breaks = 0  # line breaks since the last text
        self._pictures: list[str] = []  # since the last block
        self._hold(root, "body", _At(-1, "p", -1, -1, 0))

    def _hold(self, element: html.HtmlElement, tag: str, outer: _At) -> None:
        place = len(self.boxes)
        look = element.get("class") or ""
        box = Box(
            tag=tag, parent=outer.box, marks=_marks(element, tag, look), look=look, first=len(self.blocks)
        )
        self.boxes.append(box)
        at = _At(
            place,
            _KINDS.get(tag, outer.kind),
            place if tag in _GROUPS else outer.group,
            place if tag in _ROWS else outer.row,
            outer.depth + 1,
        )
        self._inside(element, at)
        self._flush(at)
        box.last = len(self.blocks)

    def _inside(self, element: html.HtmlElement, at: _At) -> None:
        self._say(element.text)
        for inner in element:
            tag = inner.tag
            if not isinstance(tag, str) or tag in _NEVER or at.depth > DEEPEST or len(self.blocks) > MOST:
                pass
            elif tag in _HOLDERS:
                self._flush(at)
                if tag != "figure" or _holds_text(inner):
                    self._hold(inner, tag, at)
                else:
                    self._pictures += map(picture, islice(inner.iter("img"), 1))
            elif tag == "img":
                self._pictures.append(picture(inner))
            elif tag == "br":
                self._break(at)
            elif tag == "hr":
                self._flush(at)
            elif inner.get("aria-hidden") != "true" and inner.get("hidden") is None:
                self._inline(inner, tag, at)
            self._say(inner.tail)

    def _inline(self, element: html.HtmlElement, tag: str, at: _At) -> None:
        """An element within a line. Blocks may stand in it all the same (`<a><div>`, `<font><p>`)."""
        at = _At(at.box, at.kind, at.group, at.row, at.depth + 1)
        if tag not in _KEPT:
            self._inside(element, at)
            return
        is_link = tag == "a"
        opening = f'<a href="{escape(element.get("href") or "")}">' if is_link else f"<{tag}>"
        self._open.append(opening)
        self._pieces.append(opening)
        self._links += is_link
        self._inside(element, at)
        self._links -= is_link
        self._open.pop()
        self._pieces.append(f"</{tag}>")

    def _say(self, text: str | None) -> None:
        if not text:
            return
        if text.isspace():
            if self._said:
                self._said.append(text)
                self._pieces.append(text)
            return
        self._breaks = 0
        if self._links:
            self._linked += len(text.strip())
        self._said.append(text)
        self._pieces.append(escape(text, quote=False))

    def _break(self, at: _At) -> None:
        """One break is a line's, two part paragraphs."""
        self._breaks += 1
        if self._breaks > 1 and at.kind != "pre":
            self._flush(at)
        else:
            self._said.append("\n")
            self._pieces.append("<br>")

    def _flush(self, at: _At) -> None:
        """The run of text in hand is a block."""
        if not self._said:
            return
        text = " ".join("".join(self._said).split())
        if text:
            chars = len(text) if text.isascii() else len(text) + _WIDE_COUNTS_MORE * len(_WIDE.findall(text))
            kind = at.kind
            if kind == "cell" and chars >= (_A_LINE if self.boxes[at.box].tag == "p" else _A_PARAGRAPH):
                kind = "p"  # a table that is the page's layout
            markup = "".join(self._pieces) + "".join(_end_tag(one) for one in reversed(self._open))
            self.blocks.append(
                Block(
                    kind=kind,
                    html=markup.strip("\n") if kind == "pre" else _EDGES.sub("", " ".join(markup.split())),
                    text=text,
                    chars=chars,
                    linked=chars * min(1.0, self._linked / len(text)),
                    box=at.box,
                    group=at.group,
                    row=at.row,
                    pictures="".join(self._pictures),
                )
            )
            self._pictures = []
        self._said, self._pieces, self._linked, self._breaks = [], list(self._open), 0, 0


def html_of(blocks: Sequence[Block], boxes: Sequence[Box]) -> str:
    """Blocks as simple HTML, with their lists, tables and quotations round them again."""
    pieces: list[str] = []
    before: Block | None = None
    for block in blocks:
        kin = (
            before
            if before is not None and (before.kind, before.group) == (block.kind, block.group)
            else None
        )
        if before is not None and kin is None:
            pieces.append(_AFTER.get(before.kind, "").format(list=_list_of(before, boxes)))
        if kin is None or block.kind not in _AFTER:
            pieces.append(block.pictures)
        if block.kind in _AFTER:
            if kin is None:
                pieces.append(_BEFORE[block.kind].format(list=_list_of(block, boxes)))
            elif block.kind == "cell" and kin.row != block.row:
                pieces.append("</tr><tr>")
        tag = {"cell": "td", "quote": "p"}.get(block.kind, block.kind)
        pieces.append(f"<{tag}>{block.html}</{tag}>")
        before = block
    if before is not None:
        pieces.append(_AFTER.get(before.kind, "").format(list=_list_of(before, boxes)))
    return "".join(pieces)


_BEFORE = {"li": "<{list}>", "cell": "<table><tr>", "quote": "<blockquote>"}
_AFTER = {"li": "</{list}>", "cell": "</tr></table>", "quote": "</blockquote>"}


def _list_of(block: Block, boxes: Sequence[Box]) -> str:
    return "ol" if block.group >= 0 and boxes[block.group].tag == "ol" else "ul"


def _end_tag(opening: str) -> str:
    return f"</{opening[1:].partition(' ')[0].rstrip('>')}>"


def _holds_text(figure: html.HtmlElement) -> bool:
    """Whether a figure holds what is read (a table, a quotation, a listing) and no picture."""
    return any(figure.find(f".//{tag}") is not None for tag in ("table", "blockquote", "pre"))


def _marks(element: html.HtmlElement, tag: str, look: str) -> frozenset[str]:
    said = f"{look} {element.get('id') or ''} {element.get('itemprop') or ''}"
    role = element.get("role")
    if role in _ROLES:
        said = f"{said} {role}"
    if tag == "form" or _is_hidden(element):
        said = f"{said} hidden"
    return words_of(said) if len(said) > 2 else frozenset()


def _is_hidden(element: html.HtmlElement) -> bool:
    style = element.get("style")
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or (style is not None and _HIDDEN.search(style) is not None)
    )


@lru_cache(maxsize=4_096)
def words_of(said: str) -> frozenset[str]:
    """The words of a class or id in lower case, and each two neighbours as one: `entry-content` and
    `entryContent` both hold `entrycontent`."""
    found = [word.lower() for name in _NAME.findall(said[:400]) for word in _WORDS.findall(name)]
    return frozenset(found) | frozenset(one + two for one, two in pairwise(found))
