"""Cut off the boilerplate above and below a story: thanks, appeals, "first appeared on". Pure.

The known sentences of an outlet come from its earlier stories (`storage.stories.boilerplate`) with the claimed
visit; so a sentence is cut from the visit after the one that made it known.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from newsdesk.crawler.normalise.text.sentences import first_sentences, last_sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A text in three parts; `start + text + end` is exactly the full text.

    `sentences`: how many were cut at the start and at the end. `edges`: the digests of the first and last
    sentences of the full text.
    """

    text: str
    start: str = ""
    end: str = ""
    sentences: tuple[int, int] = (0, 0)
    edges: tuple[int, ...] = ()


def cut_boilerplate(full_text: str, *, title: str | None, known: Set[int]) -> Body:
    """`full_text` without known sentences at both ends, from the outside up to the first unknown one.

    A text of nothing but known sentences stays as it is.
    """
    first, last = first_sentences(full_text, title=title), last_sentences(full_text, title=title)
    edges = tuple(dict.fromkeys(digest for _, _, digest in (*first, *last) if digest is not None))
    if known.isdisjoint(edges):
        return Body(text=full_text, edges=edges)
    begin, finish = 0, len(full_text)
    first_count = last_count = 0
    for _, end, digest in first:
        if digest not in known:
            break
        begin, first_count = end, first_count + 1
    for start, _, digest in reversed(last):
        if digest not in known or start < begin:
            break
        finish, last_count = start, last_count + 1
    text = full_text[begin:finish].strip()
    if not text:
        return Body(text=full_text, edges=edges)
    begin = full_text.index(text, begin)
    finish = begin + len(text)
    return Body(
        text=text,
        start=full_text[:begin],
        end=full_text[finish:],
        sentences=(first_count, last_count),
        edges=edges,
    )
