"""What is not the story inside the box that holds it: headline, byline and date before it, links to other
stories within, credits, biographies and requests behind it.

Pure. Works on the blocks that `pages.text.main_text` has found, block by block.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from newsdesk.crawler.documents.folding import folded
from newsdesk.crawler.pages.text.blocks import HEADINGS, Block, Box, Walk
from newsdesk.crawler.pages.text.main_text import MOSTLY, Weighed, is_sentence
from newsdesk.crawler.pages.text.tidying import OTHERS

_DATED = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|\d{1,2}[./]\d{1,2}[./]\d")
_RIGHTS = re.compile(
    r"©|\(c\) ?(?:19|20)\d\d|all rights reserved|alle rechte vorbehalten|tous droits"
    r"|todos los derechos|tutti i diritti|todos os direitos",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"\(?(?:(?:additional )?(?:reporting|writing|editing|compiled|translated|photography)|edited|written"
    r"|reported|with (?:files|reporting|contributions)) (?:by|from)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"newsletter|subscri|sign up|follow (?:us|him|her|them|me|the|@)|@\w{3}|e-?mail (?:us|him|her|me|the)"
    r"|click here|download (?:our|the)|join (?:our|us)|abonnieren|abonnez|suscr[ií]b|inscri|iscriv",
    re.IGNORECASE,
)
_REPEATS = 3  # times that a line stands in a story, from which it is no line of it ("Advertisement")
_LABEL = 60  # characters of a line that announces something, at most
_LINE = 90  # and of one in a list of other stories; a paragraph has more
_TITLE = 15  # characters of a title that is surely no site's name or section
_STORY = 200  # characters of prose that make a story before another begins
_TAIL = 300  # characters of a paragraph that asks or credits, at most


_DATE_LINE = 100  # characters of a line with a date in it, at most
_OPENING = 2  # paragraphs of prose after which a headline, byline or date no longer opens the story


def trimmed(found: Sequence[Weighed], walk: Walk, *, titles: Sequence[str]) -> tuple[Block, ...]:
    """The story alone. `titles`: what the page says its title is."""
    blocks = _without_links(_one_story(found, walk))
    headline = next((block for block in walk.blocks if block.kind == "h1"), None)
    blocks = _without_tail(_without_head(blocks, headline, titles))
    return tuple(one.block for one in blocks)


def _one_story(found: Sequence[Weighed], walk: Walk) -> Sequence[Weighed]:
    """Up to the next story's headline, on pages that go on for ever. It looks like the first and stands in
    another box; headlines within a story stand in the same."""
    first: Box | None = None
    told = 0.0
    for place, one in enumerate(found):
        told += max(0.0, one.worth)
        if one.block.kind == "h1":
            box = walk.boxes[one.block.box]
            first = first or box
            if told > _STORY and box.look == first.look and box.parent != first.parent:
                return found[:place]
    return found


def _without_links(found: Sequence[Weighed]) -> Sequence[Weighed]:
    """Without lines that lead to other stories, lists of them and what announces them, and without short
    lines that stand there again and again."""
    linked, chars, lines = Counter[int](), Counter[int](), Counter[str]()
    for one in found:
        block = one.block
        if block.kind in ("li", "cell"):
            linked[block.group] += round(block.linked)
            chars[block.group] += round(block.chars)
        elif block.chars <= _LABEL:
            lines[block.text] += 1
    kept: list[Weighed] = []
    for one in found:
        block = one.block
        if block.kind in ("li", "cell") and linked[block.group] > 0.4 * chars[block.group]:
            while kept and _announces(kept[-1].block):
                kept.pop()
        elif not (
            (block.links > MOSTLY and not is_sentence(block))
            or (block.kind == "p" and lines[block.text] >= _REPEATS)
            or (block.kind == "p" and block.chars <= _LABEL and OTHERS.fullmatch(block.text))
        ):
            kept.append(one)
    return kept


def _announces(block: Block) -> bool:
    return block.kind in HEADINGS or (block.chars <= _LABEL and block.text.endswith((":", "：")))


def _without_head(
    found: Sequence[Weighed], headline: Block | None, titles: Sequence[str]
) -> Sequence[Weighed]:
    """Without `headline`, other headings whose words stand in `titles`, and the lines with byline and date
    round the first paragraphs."""
    named = [said for title in titles if len(said := folded(title)) >= _TITLE]
    kept: list[Weighed] = []
    prose = 0
    for place, one in enumerate(found):
        if prose >= _OPENING:
            return [*kept, *found[place:]]
        block = one.block
        if one.worth > 0:
            prose += 1
        elif block.kind in HEADINGS:
            if block is headline or _is_title(folded(block.text), named):
                continue
        elif (block.kind == "p" and one.worth < 0 and (not prose or block.linked)) or (
            one.worth <= 0 and block.chars <= _DATE_LINE and _DATED.search(block.text)
        ):
            continue
        kept.append(one)
    return kept


def _is_title(heading: str, named: Sequence[str]) -> bool:
    return any(title in heading or (heading in title and 2 * len(heading) > len(title)) for title in named)


def _without_tail(found: Sequence[Weighed]) -> Sequence[Weighed]:
    """Without what stands behind the last paragraph: headings and labels of nothing, rights, credits,
    biographies and requests; and without a list of other stories from its heading on."""
    kept = list(found)
    last = max((place for place, one in enumerate(kept) if not _is_line(one.block)), default=0)
    for place in range(max(last, len(kept) // 2) + 1, len(kept)):
        if _opens_tail(kept[place].block):
            del kept[place:]
            break
    while kept and _is_tail(kept[-1]):
        kept.pop()
    return kept


def _opens_tail(block: Block) -> bool:
    return block.chars <= _LABEL and OTHERS.fullmatch(block.text) is not None


def _is_line(block: Block) -> bool:
    return block.kind in HEADINGS or block.kind in ("li", "cell") or block.chars <= _LINE


def _is_tail(one: Weighed) -> bool:
    block = one.block
    if block.kind in HEADINGS:
        return True
    if block.kind not in ("p", "quote"):
        return False
    if one.worth < 0 or _CREDIT.match(block.text):
        return True
    return block.chars < _TAIL and (_RIGHTS.search(block.text) or _ASKS.search(block.text)) is not None
