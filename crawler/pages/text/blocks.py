"""A page as blocks of text in document order, and the boxes that hold them.

Pure, one walk over the tree. A block is one visible paragraph, heading, list item or table cell, whatever elements
made it. A box is an element that holds blocks. `pages.text.main_text` decides which of them are the story.
Kept by hand: no library gives blocks with their links, classes and HTML, which the scores need.
"""

# ruff: noqa: SIM905  (tables of words are easier to read and edit as text)

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import islice, pairwise
from typing import NamedTuple

from lxml import html

from newsdesk.crawler.pages.text.pictures import picture

DEEPEST = 200  # levels of nested elements; libxml2 itself stops at 256
MOST = 20_000  # blocks of a page; a long story has a few hundred

HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_SKIPPED = frozenset(
    "script style noscript template svg math canvas iframe object embed applet audio video select button"
    " input textarea datalist map head title menu dialog nav footer aside figcaption progress meter"
    " rt rp".split()  # the reading of a word in ruby: the word itself is the text
)
LANDMARKS = frozenset("nav footer aside dialog".split())  # skipped at first, since few stories are in them
_BLOCK_TAGS = HEADINGS | frozenset(
    "html body div section article main header center form fieldset address details summary hgroup search"
    " ul ol dl table tbody thead tfoot tr td th caption blockquote figure li dt dd pre p".split()
)
_KINDS = {
    "li": "li", "dt": "li", "dd": "li", "td": "cell", "th": "cell", "blockquote": "quote", "pre": "pre",
    **{name: name for name in HEADINGS},
}  # fmt: skip
_GROUPS = frozenset("ul ol dl table blockquote".split())
_ROWS = frozenset("li tr dt dd".split())
_INLINE_TAGS = frozenset("a b strong i em code sub sup q s del ins mark kbd".split())
_ROLES = frozenset("navigation complementary banner contentinfo search dialog".split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Letters of these scripts are syllables or words, so each counts more.
_WIDE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_EXTRA_PER_WIDE_LETTER = 1.5
_CLASS_PART = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]+(?=\d*(?![A-Za-z0-9]))"
)  # not a generated one with digits inside
_WORD_IN_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_PARAGRAPH = 150  # characters of a cell from which it is prose, not a value of a table
_LINE = 60  # the same for a paragraph in a cell


@dataclass(slots=True, kw_only=True)
class Box:
    """An element that holds the blocks from `first` to before `last`, which is set when the walk leaves it.
    `words`: the words of its class, id, itemprop and role, single and in pairs."""

    tag: str
    parent: int
    words: frozenset[str]
    css_class: str
    first: int
    last: int = 0


class Block(NamedTuple):
    """`kind`: p, h1 to h6, li, cell, quote or pre. `chars`: its length, in which wide letters count more;
    `linked`: how much of it is links. `box`, `group` (list, table or quotation, -1 for none) and `row` are
    indexes of boxes. `pictures`: those between the block before and this one, as HTML. A tuple, which is fast: a
    page has a hundred."""

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


class _Position(NamedTuple):
    """The position of the walk. A tuple, which is fast: one is made for each element."""

    box: int
    kind: str
    group: int
    row: int
    depth: int


class BlockReader:
    """Reads one page into `blocks` and `boxes`; `landmarks`: also its navigation, footers and asides."""

    def __init__(self, root: html.HtmlElement, *, landmarks: bool = False) -> None:
        self._skipped = _SKIPPED - LANDMARKS if landmarks else _SKIPPED
        self.blocks: list[Block] = []
        self.boxes: list[Box] = []
        self._html: list[str] = []  # HTML of the current block
        self._texts: list[str] = []  # its text
        self._open_tags: list[str] = []  # its start tags that are not closed yet
        self._open_links = 0
        self._linked_chars = 0  # its characters inside links
        self._breaks_in_a_row = 0  # line breaks since the last text
        self._pictures_before: list[str] = []  # since the last block
        self._read_box(root, "body", _Position(-1, "p", -1, -1, 0))

    def _read_box(self, element: html.HtmlElement, tag: str, outer: _Position) -> None:
        place = len(self.boxes)
        css_class = element.get("class") or ""
        box = Box(
            tag=tag,
            parent=outer.box,
            words=_words(element, tag, css_class),
            css_class=css_class,
            first=len(self.blocks),
        )
        self.boxes.append(box)
        at = _Position(
            place,
            _KINDS.get(tag, outer.kind),
            place if tag in _GROUPS else outer.group,
            place if tag in _ROWS else outer.row,
            outer.depth + 1,
        )
        self._read_children(element, at)
        self._end_block(at)
        box.last = len(self.blocks)

    def _read_children(self, element: html.HtmlElement, at: _Position) -> None:
        self._add_text(element.text)
        for inner in element:
            tag = inner.tag
            if (
                not isinstance(tag, str)
                or tag in self._skipped
                or at.depth > DEEPEST
                or len(self.blocks) > MOST
            ):
                pass
            elif tag in _BLOCK_TAGS or tag in LANDMARKS:
                self._end_block(at)
                if tag != "figure" or _holds_text(inner):
                    self._read_box(inner, tag, at)
                else:
                    self._pictures_before += map(picture, islice(inner.iter("img"), 1))
            elif tag == "img":
                self._pictures_before.append(picture(inner))
            elif tag == "br":
                self._add_break(at)
            elif tag == "hr":
                self._end_block(at)
            elif inner.get("aria-hidden") != "true" and inner.get("hidden") is None:
                self._read_inline(inner, tag, at)
            self._add_text(inner.tail)

    def _read_inline(self, element: html.HtmlElement, tag: str, at: _Position) -> None:
        """An inline element. It may hold blocks all the same (`<a><div>`, `<font><p>`)."""
        at = _Position(at.box, at.kind, at.group, at.row, at.depth + 1)
        if tag not in _INLINE_TAGS:
            self._read_children(element, at)
            return
        is_link = tag == "a"
        opening = f'<a href="{escape(element.get("href") or "")}">' if is_link else f"<{tag}>"
        self._open_tags.append(opening)
        self._html.append(opening)
        self._open_links += is_link
        self._read_children(element, at)
        self._open_links -= is_link
        self._open_tags.pop()
        self._html.append(f"</{tag}>")

    def _add_text(self, text: str | None) -> None:
        if not text:
            return
        if text.isspace():
            if self._texts:
                self._texts.append(text)
                self._html.append(text)
            return
        self._breaks_in_a_row = 0
        if self._open_links:
            self._linked_chars += len(text.strip())
        self._texts.append(text)
        self._html.append(escape(text, quote=False))

    def _add_break(self, at: _Position) -> None:
        """One break ends a line, two end a paragraph."""
        self._breaks_in_a_row += 1
        if self._breaks_in_a_row > 1 and at.kind != "pre":
            self._end_block(at)
        else:
            self._texts.append("\n")
            self._html.append("<br>")

    def _end_block(self, at: _Position) -> None:
        """Make a block of the current text."""
        if not self._texts:
            return
        text = " ".join("".join(self._texts).split())
        if text:
            chars = (
                len(text) if text.isascii() else len(text) + _EXTRA_PER_WIDE_LETTER * len(_WIDE.findall(text))
            )
            kind = at.kind
            if kind == "cell" and chars >= (_LINE if self.boxes[at.box].tag == "p" else _PARAGRAPH):
                kind = "p"  # a table used for layout
            markup = "".join(self._html) + "".join(_end_tag(one) for one in reversed(self._open_tags))
            self.blocks.append(
                Block(
                    kind=kind,
                    html=markup.strip("\n") if kind == "pre" else _without_edges(markup),
                    text=text,
                    chars=chars,
                    linked=chars * min(1.0, self._linked_chars / len(text)),
                    box=at.box,
                    group=at.group,
                    row=at.row,
                    pictures="".join(self._pictures_before),
                )
            )
            self._pictures_before = []
        self._texts, self._html, self._linked_chars, self._breaks_in_a_row = [], list(self._open_tags), 0, 0


def _without_edges(markup: str) -> str:
    """In one line, without line breaks at its ends."""
    markup = " ".join(markup.split())
    while markup.startswith("<br>"):
        markup = markup.removeprefix("<br>").lstrip()
    while markup.endswith("<br>"):
        markup = markup.removesuffix("<br>").rstrip()
    return markup


def _end_tag(opening: str) -> str:
    return f"</{opening[1:].partition(' ')[0].rstrip('>')}>"


def _holds_text(figure: html.HtmlElement) -> bool:
    """Whether a figure holds text (a table, a quotation, a listing) and no picture."""
    return any(figure.find(f".//{tag}") is not None for tag in ("table", "blockquote", "pre"))


def _words(element: html.HtmlElement, tag: str, css_class: str) -> frozenset[str]:
    names = f"{css_class} {element.get('id') or ''} {element.get('itemprop') or ''}"
    role = element.get("role")
    if role in _ROLES:
        names = f"{names} {role}"
    if tag in LANDMARKS:
        names = f"{names} {tag}"
    if tag == "form" or _is_hidden(element):
        names = f"{names} hidden"
    return words_of(names) if len(names) > 2 else frozenset()


def _is_hidden(element: html.HtmlElement) -> bool:
    style = element.get("style")
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or (style is not None and _HIDDEN.search(style) is not None)
    )


@lru_cache(maxsize=4_096)
def words_of(names: str) -> frozenset[str]:
    """The words of a class or id in lower case, and each two neighbours as one: `entry-content` and
    `entryContent` both hold `entrycontent`."""
    found = [
        word.lower() for name in _CLASS_PART.findall(names[:400]) for word in _WORD_IN_PART.findall(name)
    ]
    return frozenset(found) | frozenset(one + two for one, two in pairwise(found))
