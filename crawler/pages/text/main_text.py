"""The main text of a page: a score for each block, boxes that are not part of the story, the box with the best sum.

Pure, linear in blocks and boxes. Prose scores its length, a line of links scores its length below zero. Boxes
around a story are recognised by the words of their class and id, unless these words mark the story itself. The
box with the highest sum holds the story; `pages.text.trimming` then removes headline, byline and tail.
"""

# ruff: noqa: SIM905  (tables of words are easier to read and edit as text)

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsdesk.crawler.documents.folding import folded
from newsdesk.crawler.pages.text.blocks import HEADINGS, Block, BlockReader, Box

# Words of class and id for boxes that are not part of the story, the most certain first. A word is ignored on a
# page where it marks more than this share of the prose: it then names the layout or the story (`post-gallery`).
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
_CERTAIN = _ASIDE[0][1]
_BY_CERTAIN_WORDS, _BY_WORDS = 1, 2  # why a box is aside; 0: it is not
_STORY_WORDS = frozenset("articlebody storybody entrycontent postcontent articlecontent bodycontent".split())
# Classes of these describe the page, what a row of a table is about (`player-2020-580`), or what is quoted.
_NEVER_ASIDE = ("body", "main", "article", "tbody", "thead", "tr", "blockquote")
_STORY_TAGS = ("article", "main")
_HOLDS_STORIES = frozenset("body main article section div center td".split())
_CARDS = frozenset("div li article section".split())
_END = re.compile(r"[.!?…。！？।۔؟։]")
_ENDS = re.compile(rf"{_END.pattern}[\"”»’')\]]{{0,2}}$")
MOSTLY_LINKS = 0.5  # share of links in a text
_PARAGRAPH = 80  # characters from which a line is prose even without the end of a sentence
_SENTENCE = 40  # and with one
_LONG_CELL = 100
_LONG_ITEM = 60
LARGEST_ASIDE = 0.6  # share of the prose that a box with a less certain word may hold
FACTOR_FOR_STORY_WORDS = 1.3  # for a box whose tag or class says that it is the story
_TITLE = 15  # characters from which a title is no name of a site or section
_SUMMARY = 40  # characters of a summary, at least
_BEGINNING = 60  # characters of a summary that are compared: it is often cut
AS_GOOD = 0.9  # an outer box with this share of the best score is chosen: it also holds the standfirst


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredBlock:
    """A block of the story, with its score in characters."""

    block: Block
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MainText:
    """The story's blocks. `share`: their share of the page's prose, without comments and footers."""

    blocks: tuple[ScoredBlock, ...]
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What the page's metadata say of its blocks: the place of the headline, -1 for none, and the places of
    blocks that begin with a summary or are one."""

    headline: int
    summaries: frozenset[int]

    def boxes(self, page: BlockReader) -> set[int]:
        """The boxes that hold the headline or a summary after it. They are of the story, whatever their
        classes say."""
        found: set[int] = set()
        for place in (self.headline, *self.summaries):
            box = page.blocks[place].box if place >= max(0, self.headline) else -1
            while box >= 0 and box not in found:
                found.add(box)
                box = page.boxes[box].parent
        return found


def find_stated(page: BlockReader, *, titles: Sequence[str], summaries: Sequence[str]) -> Stated:
    """The headline: the first heading that is a title, else the first h1."""
    folded_titles = [text for one in titles if len(text := folded(one)) >= _TITLE]
    beginnings = [text[:_BEGINNING] for one in summaries if len(text := folded(one)) >= _SUMMARY]
    headings = [place for place, block in enumerate(page.blocks) if block.kind in ("h1", "h2")]
    headline = next((at for at in headings if is_title(folded(page.blocks[at].text), folded_titles)), None)
    if headline is None:
        headline = next((at for at in headings if page.blocks[at].kind == "h1"), -1)
    return Stated(
        headline=headline,
        summaries=frozenset(
            place
            for place, block in enumerate(page.blocks)
            if block.chars >= _SUMMARY and folded(block.text[: 2 * _BEGINNING]).startswith(tuple(beginnings))
        )
        if beginnings
        else frozenset(),
    )


def is_title(heading: str, titles: Sequence[str]) -> bool:
    """Whether a folded heading has the words of one of the folded titles."""
    return any(title in heading or (heading in title and 2 * len(heading) > len(title)) for title in titles)


def find_main_text(page: BlockReader, stated: Stated) -> MainText:
    """The blocks of the story without boxes aside; none if the page has no prose."""
    boxes, scores = page.boxes, [score_of(block) for block in page.blocks]
    prose = [max(0.0, score) for score in scores]
    aside = _aside(page, prose, stated)
    counted = [0.0 if aside[block.box] else score for block, score in zip(page.blocks, scores, strict=True)]
    box = boxes[_best_box(boxes, counted)]
    before = [
        place
        for place in range(stated.headline + 1, box.first)
        if place in stated.summaries and not aside[page.blocks[place].box]
    ]
    blocks = tuple(
        ScoredBlock(block=page.blocks[place], score=counted[place])
        for place in (*before[:1], *range(box.first, box.last))
        if not aside[page.blocks[place].box]
    )
    prose_of_page = sum(
        one for block, one in zip(page.blocks, prose, strict=True) if aside[block.box] != _BY_CERTAIN_WORDS
    )
    prose_of_story = sum(max(0.0, one.score) for one in blocks)
    return MainText(blocks=blocks, share=prose_of_story / prose_of_page if prose_of_page else 0.0)


def score_of(block: Block) -> float:
    """Characters of prose, or below zero what speaks against a block's being part of a story."""
    chars, links = block.chars, block.links
    if block.kind in HEADINGS:
        return -5.0 - block.linked
    if links > MOSTLY_LINKS:
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
    """Whether a line that is mostly links is still a sentence of the story."""
    return block.kind in ("p", "quote") and block.chars >= _LONG_CELL and _ENDS.search(block.text) is not None


def _sums(boxes: Sequence[Box], values: Sequence[float]) -> list[float]:
    """For each box, the sum of the values of its blocks."""
    until = [0.0]
    for value in values:
        until.append(until[-1] + value)
    return [until[box.last] - until[box.first] for box in boxes]


def _aside(page: BlockReader, prose: Sequence[float], stated: Stated) -> list[int]:
    """For each box, whether it is aside from the story: 0 for no, else why. `prose`: of each block."""
    boxes = page.boxes
    aside = [0] * len(boxes)
    bodies = _having_or_holding(boxes, lambda box: not _STORY_WORDS.isdisjoint(box.words))
    mains = _having_or_holding(boxes, lambda box: box.tag == "main")
    own = stated.boxes(page)
    for share, words in _ASIDE:
        sums = _sums(boxes, _not_aside(page, prose, aside))
        most = share * sums[0]
        marked = [
            (place, box.words & words)
            for place, box in enumerate(boxes)
            if not (aside[place] or box.tag in _NEVER_ASIDE or words.isdisjoint(box.words))
            and not (mains[place] or ((bodies[place] or place in own) and words is not _CERTAIN))
            and sums[place] <= most
        ]
        ignored = _ignored_words(boxes, marked, sums, most)
        for place, found in marked:
            if found - ignored and (words is _CERTAIN or sums[place] <= LARGEST_ASIDE * sums[0]):
                aside[place] = _BY_CERTAIN_WORDS if words is _CERTAIN else _BY_WORDS
        _inherit(boxes, aside)
    sums = _sums(boxes, _not_aside(page, prose, aside))
    for place, box in enumerate(boxes):
        if not aside[place] and place not in own and box.tag in _CARDS and sums[place] <= 0.4 * sums[0]:
            aside[place] = _BY_WORDS * _is_card(page.blocks[box.first : box.last])
    _inherit(boxes, aside)
    return aside


def _not_aside(page: BlockReader, prose: Sequence[float], aside: Sequence[int]) -> list[float]:
    return [0.0 if aside[block.box] else one for block, one in zip(page.blocks, prose, strict=True)]


def _ignored_words(
    boxes: Sequence[Box],
    marked: Sequence[tuple[int, frozenset[str]]],
    sums: Sequence[float],
    most: float,
) -> frozenset[str]:
    """The words that together mark more than `most` of the prose. Nested boxes count once."""
    covered: dict[str, float] = {}
    until: dict[str, int] = {}
    for place, words in marked:
        for word in words:
            if boxes[place].first >= until.get(word, 0):
                covered[word] = covered.get(word, 0.0) + sums[place]
                until[word] = boxes[place].last
    return frozenset(word for word, prose in covered.items() if prose > most)


def _inherit(boxes: Sequence[Box], aside: list[int]) -> None:
    for place, box in enumerate(boxes):
        if box.parent >= 0 and aside[box.parent]:
            aside[place] = aside[box.parent]


def _having_or_holding(boxes: Sequence[Box], is_sign: Callable[[Box], bool]) -> list[bool]:
    """For each box, whether it has this sign or holds a box that has it. Some pages call the free beginning of a
    story its teaser; some name the column beside a navigation after the navigation."""
    found = [box.last > box.first and is_sign(box) for box in boxes]
    for place in range(len(boxes) - 1, 0, -1):
        if found[place]:
            found[boxes[place].parent] = True
    return found


def _is_card(blocks: Sequence[Block]) -> bool:
    """Whether a small box is a card of another story: a linked headline and a few words."""
    if not 2 <= len(blocks) <= 8:
        return False
    prose = sum(one.chars for one in blocks if one.links < 0.3 and one.chars >= 60)
    return prose < 300 and any(one.links > 0.8 and one.chars >= 15 for one in blocks)


def _best_box(boxes: Sequence[Box], scores: Sequence[float]) -> int:
    """The box with the highest sum, of equal ones the innermost; then an outer one that is as good."""
    sums = _sums(boxes, scores)
    for place, box in enumerate(boxes):
        if sums[place] > 0 and (box.tag in _STORY_TAGS or not _STORY_WORDS.isdisjoint(box.words)):
            sums[place] *= FACTOR_FOR_STORY_WORDS
    best = max(range(len(boxes)), key=lambda place: (round(sums[place]), place))
    least = AS_GOOD * sums[best]
    while boxes[best].parent >= 0:
        outer = boxes[best].parent
        if sums[outer] < least and boxes[best].tag in _HOLDS_STORIES:
            break
        best = outer
    return best
