"""Which blocks of a page are its story: what each is worth, what stands aside, which box holds the most.

Pure, linear in blocks and boxes. A paragraph of prose is worth its length, a line of links costs its own;
what pages put round a story is known by the words of its class and id, unless those words mark the story
itself. The box in which most is worth, and least costs, is the story's. What is left of headlines, bylines
and tails in it is taken off by `pages.text.trimming`.
"""

# ruff: noqa: SIM905  (tables of words are read and mended as text)

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsdesk.crawler.pages.text.blocks import HEADINGS, Block, Box, Walk

# Words of class and id that say what is not the story, the surest first. A word is void on a page where it
# marks this share of all prose: then it is the name of a layout, or of the story (`post-gallery`).
_ASIDE: tuple[tuple[float, frozenset[str]], ...] = tuple(
    (share, frozenset(words.split()))
    for share, words in (
        (
            0.95,
            "footer cookie cookies consent gdpr comment comments disqus respond replies commentlist livefyre"
            " regwall outbrain taboola zergnet navbar breadcrumb breadcrumbs newsletter newsletters"
            " screenreader sronly visuallyhidden navigation contentinfo dialog",
        ),
        (
            0.7,
            "related relatedposts recommend recommended recommendation recommendations recirc recirculation"
            " promo promos promoted trending popular nav menu modal popup lightbox share sharing sharebar"
            " shareaholic sharedaddy social socials addthis addtoany sponsor sponsored advert adverts"
            " advertisement advertising signup signin login subscribe subscription mostread readmore morefrom"
            " alsoread authorbox hidden twitter tweet instagram tiktok facebook whatsapp complementary banner"
            " search",
        ),
        (
            0.85,
            "sidebar aside author authors contributor contributors byline bylines bio dateline timestamp"
            " citations sources references teaser teasers ad ads adv dfp overlay register meta tags caption"
            " captions credit credits copyright toolbar widget widgets pagination pager skip poll quiz"
            " slideshow carousel slider player latest disclosure disclaimer print buy shop follow rating"
            " ratings tooltip notice infobox factbox donate donation membership photo photos image images img"
            " picture pictures gallery photogallery inlinegallery video videos youtube embed thumbnail"
            " wpcaption",
        ),
    )
)
_SUREST = _ASIDE[0][1]
_SURELY, _BY_WORDS = 1, 2  # how a box stands aside
_BODY = frozenset("articlebody storybody entrycontent postcontent articlecontent bodycontent".split())
_WHOLE = ("body", "main", "article")  # a class of theirs tells of the page
_STORY_TAGS = ("article", "main")
_HOLDS_STORIES = frozenset("body main article section div center td".split())
_CARDS = frozenset("div li article section".split())
_END = re.compile(r"[.!?…。！？।۔؟։]")
_ENDS = re.compile(rf"{_END.pattern}[\"”»’')\]]{{0,2}}$")
MOSTLY = 0.5  # of a text that is links
_PARAGRAPH = 80  # characters from which a line is prose without an end of a sentence
_SENTENCE = 40  # and with one
_LONG_CELL = 100
_LONG_ITEM = 60
SINGLE = 0.6
MORE_FOR_STORY = 1.3  # a box that calls itself the story counts so much more
AS_GOOD = 0.9  # an outer box worth so much of the best is taken: it holds the standfirst too


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A block of the story, with what it is worth in characters."""

    block: Block
    worth: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The story's blocks. `share`: how much of the page's prose they hold, comments and footers apart."""

    blocks: tuple[Weighed, ...]
    share: float


def find_story(walk: Walk) -> Found:
    """The blocks of the story, those that stand aside left out; none when a page holds no prose."""
    boxes, worths = walk.boxes, [worth_of(block) for block in walk.blocks]
    gains = [max(0.0, worth) for worth in worths]
    aside = _aside(walk, gains)
    live = [0.0 if aside[block.box] else worth for block, worth in zip(walk.blocks, worths, strict=True)]
    box = boxes[_best(boxes, live)]
    within = slice(box.first, box.last)
    blocks = tuple(
        Weighed(block=block, worth=worth)
        for block, worth in zip(walk.blocks[within], live[within], strict=True)
        if not aside[block.box]
    )
    prose = sum(gain for block, gain in zip(walk.blocks, gains, strict=True) if aside[block.box] != _SURELY)
    held = sum(max(0.0, one.worth) for one in blocks)
    return Found(blocks=blocks, share=held / prose if prose else 0.0)


def worth_of(block: Block) -> float:
    """What a block says for its being of a story (characters of prose), or against it."""
    chars, links = block.chars, block.links
    if block.kind in HEADINGS:
        return -5.0 - block.linked
    if links > MOSTLY:
        return 0.0 if is_sentence(block) else -chars
    if block.kind == "li":
        return 0.5 * chars * (1 - links) ** 2 - block.linked if chars >= _LONG_ITEM else -2.0
    if block.kind == "cell":
        return 0.3 * chars if chars >= _LONG_CELL else -2.0
    ends = _END.search(block.text) is not None
    if chars >= _PARAGRAPH or (ends and chars >= _SENTENCE):
        return chars * (1 - links) ** 2
    return 0.0 if ends or chars >= _LONG_ITEM else -20.0


def is_sentence(block: Block) -> bool:
    """Whether a line that is mostly links is told all the same, and does not only lead elsewhere."""
    return block.kind in ("p", "quote") and block.chars >= _LONG_CELL and _ENDS.search(block.text) is not None


def _sums(boxes: Sequence[Box], values: Sequence[float]) -> list[float]:
    """Of each box, the sum of what stands in it."""
    until = [0.0]
    for value in values:
        until.append(until[-1] + value)
    return [until[box.last] - until[box.first] for box in boxes]


def _aside(walk: Walk, gains: Sequence[float]) -> list[int]:
    """Of each box, whether it stands aside from the story: 0 for no, and how surely."""
    boxes = walk.boxes
    aside = [0] * len(boxes)
    bodies = _holding(boxes, lambda box: not _BODY.isdisjoint(box.marks))
    mains = _holding(boxes, lambda box: box.tag == "main")
    for share, words in _ASIDE:
        mass = _sums(
            boxes, [0.0 if aside[one.box] else gain for one, gain in zip(walk.blocks, gains, strict=True)]
        )
        most = share * mass[0]
        marked = [
            (place, box.marks & words)
            for place, box in enumerate(boxes)
            if not (aside[place] or box.tag in _WHOLE or words.isdisjoint(box.marks))
            and not (mains[place] or (bodies[place] and words is not _SUREST))
            and mass[place] <= most
        ]
        void = _void(boxes, marked, mass, most)
        for place, said in marked:
            if said - void and (words is _SUREST or mass[place] <= SINGLE * mass[0]):
                aside[place] = _SURELY if words is _SUREST else _BY_WORDS
        _hand_down(boxes, aside)
    mass = _sums(
        boxes, [0.0 if aside[one.box] else gain for one, gain in zip(walk.blocks, gains, strict=True)]
    )
    for place, box in enumerate(boxes):
        if not aside[place] and box.tag in _CARDS and mass[place] <= 0.4 * mass[0]:
            aside[place] = _BY_WORDS * _is_card(walk.blocks[box.first : box.last])
    _hand_down(boxes, aside)
    return aside


def _void(
    boxes: Sequence[Box],
    marked: Sequence[tuple[int, frozenset[str]]],
    mass: Sequence[float],
    most: float,
) -> frozenset[str]:
    """The words that together mark too much to mean anything. Boxes in one another count once."""
    covered: dict[str, float] = {}
    until: dict[str, int] = {}
    for place, said in marked:
        for word in said:
            if boxes[place].first >= until.get(word, 0):
                covered[word] = covered.get(word, 0.0) + mass[place]
                until[word] = boxes[place].last
    return frozenset(word for word, held in covered.items() if held > most)


def _hand_down(boxes: Sequence[Box], aside: list[int]) -> None:
    for place, box in enumerate(boxes):
        if box.parent >= 0 and aside[box.parent]:
            aside[place] = aside[box.parent]


def _holding(boxes: Sequence[Box], is_sign: Callable[[Box], bool]) -> list[bool]:
    """Of each box, whether it is one with this sign, or holds one. Pages that show the beginning of a story
    to all call it its teaser; some name the column beside a navigation after that."""
    found = [box.last > box.first and is_sign(box) for box in boxes]
    for place in range(len(boxes) - 1, 0, -1):
        if found[place]:
            found[boxes[place].parent] = True
    return found


def _is_card(blocks: Sequence[Block]) -> bool:
    """Whether a small box shows another story: a headline that is a link, a few words beside it."""
    if not 2 <= len(blocks) <= 8:
        return False
    prose = sum(one.chars for one in blocks if one.links < 0.3 and one.chars >= 60)
    return prose < 300 and any(one.links > 0.8 and one.chars >= 15 for one in blocks)


def _best(boxes: Sequence[Box], live: Sequence[float]) -> int:
    """The box in which most is worth; of equals the innermost, then outwards while as good."""
    worth = _sums(boxes, live)
    for place, box in enumerate(boxes):
        if worth[place] > 0 and (box.tag in _STORY_TAGS or not _BODY.isdisjoint(box.marks)):
            worth[place] *= MORE_FOR_STORY
    best = max(range(len(boxes)), key=lambda place: (round(worth[place]), place))
    least = AS_GOOD * worth[best]
    while boxes[best].parent >= 0:
        outer = boxes[best].parent
        if worth[outer] < least and boxes[best].tag in _HOLDS_STORIES:
            break
        best = outer
    return best
