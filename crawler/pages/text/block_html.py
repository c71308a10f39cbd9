"""Blocks as simple HTML, again in their lists, tables and quotations. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from newsdesk.crawler.pages.text.blocks import Block, Box

_BEFORE = {"li": "<{list}>", "cell": "<table><tr>", "quote": "<blockquote>"}
_AFTER = {"li": "</{list}>", "cell": "</tr></table>", "quote": "</blockquote>"}


def html_of(blocks: Sequence[Block], boxes: Sequence[Box]) -> str:
    """The HTML of `blocks`, with their pictures. Neighbours of one kind in one group share a list or table."""
    pieces: list[str] = []
    before: Block | None = None
    for block in blocks:
        same = before if before is not None and _is_same_group(before, block) else None
        if before is not None and same is None:
            pieces.append(_AFTER.get(before.kind, "").format(list=_list_of(before, boxes)))
        if same is None or block.kind not in _AFTER:
            pieces.append(block.pictures)
        if block.kind in _AFTER:
            if same is None:
                pieces.append(_BEFORE[block.kind].format(list=_list_of(block, boxes)))
            elif block.kind == "cell" and same.row != block.row:
                pieces.append("</tr><tr>")
        tag = {"cell": "td", "quote": "p"}.get(block.kind, block.kind)
        pieces.append(f"<{tag}>{block.html}</{tag}>")
        before = block
    if before is not None:
        pieces.append(_AFTER.get(before.kind, "").format(list=_list_of(before, boxes)))
    return "".join(pieces)


def _is_same_group(one: Block, other: Block) -> bool:
    return (one.kind, one.group) == (other.kind, other.group)


def _list_of(block: Block, boxes: Sequence[Box]) -> str:
    return "ol" if block.group >= 0 and boxes[block.group].tag == "ol" else "ul"
