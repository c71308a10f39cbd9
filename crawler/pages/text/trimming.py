"""Trims the main text to the story: removes headline, byline and date before it, links to other stories inside it,
and credits, biographies and requests after it.

Pure. Works on the blocks of `pages.text.main_text`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from newsdesk.crawler.documents.folding import folded
from newsdesk.crawler.pages.text.blocks import HEADINGS, Block, BlockReader, Box
from newsdesk.crawler.pages.text.main_text import MOSTLY_LINKS, ScoredBlock, is_sentence, is_title
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
_REQUEST = re.compile(
    r"newsletter|subscri|sign up|follow (?:us|him|her|them|me|the|@)|@\w{3}|e-?mail(?:ing)? (?:us|him|her|me|the)"
    r"|click here|download (?:our|the)|join (?:our|us)|abonnieren|abonnez|suscr[ií]b|inscri|iscriv"
    r"|get in touch|contact us|for more (?:stories|news|like this)|recaptcha|folgen sie|folge? uns|suivez[- ]nous"
    r"|s[ií]guenos|siga-nos|seguici|artikel (?:teilen|bewerten|nützlich|gefallen)|valora est[ae]",
    re.IGNORECASE,
)
_ORIGIN = re.compile(  # where a story was first printed, at its end
    r"[(\[]?(?:this (?:story|article|post|piece|essay) (?:was|is|has been|first)"
    r" (?:originally|first|re-?published|published|appeared)"
    r"|(?:originally|first) (?:published|appeared|posted)|materials? provided by|(?:story|article) source:"
    r"|dieser (?:artikel|beitrag|text) (?:erschien|ist zuerst|wurde)|zuerst (?:erschienen|veröffentlicht))",
    re.IGNORECASE,
)
_DISCLOSURE = re.compile(  # of payments for links
    r"affiliate[- ]?links?|\bmay (?:earn|receive|get|be paid)\b.{0,30}\b(?:commissions?|compensation|payments?)\b"
    r"|\bearns? (?:us )?(?:an? )?(?:small |affiliate )?commission"
    r"|erhal\w+ (?:wir )?(?:dafür )?(?:eine )?(?:kleine )?provision"
    r"|commission d['’]affiliation|comisi[oó]n(?:es)? (?:de|por) (?:afili|compra)",
    re.IGNORECASE,
)
# Every disclosure has one of these. The check rules out nearly all paragraphs quickly.
_DISCLOSURE_WORDS = ("affiliate", "commission", "compensation", "payment", "provision", "comisi")
_ACCOUNT = re.compile(
    r"\b(?:create an|your) account\b.*\b(?:sign|log) ?in\b|\b(?:sign|log) ?in\b.*\b(?:create an|an) account\b"
    r"|\b(?:register|sign in|sign up|log in|subscribe)\b.{0,20}\b(?:to|and) (?:continue|unlock|read|access|comment)\b",
    re.IGNORECASE,
)
_PICTURE_CREDIT = re.compile(  # a line alone
    r"[(\[]?(?:(?:photo|image|picture|video|screenshot|illustration|bild|foto|grafik|imagen|imagem|immagine|crédit)s?"
    r"(?: (?:credits?|courtesy|by|von|de|di|quelle|source)\b)?[^.!?:]{0,20}"
    r"|credits?|source|quelle|fuente|fonte)\s?[:©/].{2,80}",
    re.IGNORECASE,
)
_REPEATS = 3  # occurrences from which a line is not part of the story ("Advertisement")
_REPEATED = 30  # characters of such a line, at most; a longer one is content, as in recipes and songs
_LABEL = 60  # characters of a label before a list, at most
_LINE = 90  # characters of a line in a list of other stories, at most; a paragraph has more
_TITLE = 15  # characters from which a title is no name of a site or section
_STORY = 200  # characters of prose that make a story before another begins
_TAIL = 300  # characters of a paragraph with a request or credit, at most
_NOTE = 700  # characters of a disclosure, at most
_DATE_LINE = 100  # characters of a line with a date, at most
_OPENING = 2  # paragraphs of prose after which headline, byline and date are no longer searched


def trim(found: Sequence[ScoredBlock], page: BlockReader, *, titles: Sequence[str]) -> tuple[Block, ...]:
    """Only the blocks of the story. `titles` are the titles by the page's metadata."""
    blocks = _without_links(_first_story(found, page))
    headline = next((block for block in page.blocks if block.kind == "h1"), None)
    blocks = _without_tail(_without_head(blocks, headline, titles))
    return tuple(one.block for one in _without_notes(blocks))


def _first_story(found: Sequence[ScoredBlock], page: BlockReader) -> Sequence[ScoredBlock]:
    """The blocks up to the next story's headline, for pages with endless scrolling. That headline and the box
    around it have the classes of the first, and its box has another parent; headlines within a story have the
    same parent, or another box."""
    first: Box | None = None
    prose = 0.0
    for place, one in enumerate(found):
        prose += max(0.0, one.score)
        if one.block.kind == "h1":
            box = page.boxes[one.block.box]
            first = first or box
            if prose > _STORY and box.parent != first.parent and _is_alike(box, first, page):
                return found[:place]
    return found


def _is_alike(one: Box, other: Box, page: BlockReader) -> bool:
    outer, others = (page.boxes[box.parent] if box.parent >= 0 else box for box in (one, other))
    return (one.css_class, outer.tag, outer.css_class) == (other.css_class, others.tag, others.css_class)


def _without_links(found: Sequence[ScoredBlock]) -> Sequence[ScoredBlock]:
    """Without lines that link to other stories, lists of them and their labels, and without repeated short
    lines."""
    linked, chars, lines = Counter[int](), Counter[int](), Counter[str]()
    for one in found:
        block = one.block
        if block.kind in ("li", "cell"):
            linked[block.group] += round(block.linked)
            chars[block.group] += round(block.chars)
        elif block.chars <= _LABEL:
            lines[block.text] += 1
    kept: list[ScoredBlock] = []
    for one in found:
        block = one.block
        if block.kind in ("li", "cell") and linked[block.group] > 0.4 * chars[block.group]:
            while kept and _is_label(kept[-1].block):
                kept.pop()
        elif not (
            (block.links > MOSTLY_LINKS and not is_sentence(block))
            or (block.kind == "p" and lines[block.text] >= _REPEATS and block.chars <= _REPEATED)
            or (block.kind == "p" and block.chars <= _LABEL and OTHERS.fullmatch(block.text))
        ):
            kept.append(one)
    return kept


def _is_label(block: Block) -> bool:
    return block.kind in HEADINGS or (block.chars <= _LABEL and block.text.endswith((":", "：")))


def _without_head(
    found: Sequence[ScoredBlock], headline: Block | None, titles: Sequence[str]
) -> Sequence[ScoredBlock]:
    """Without `headline`, other headings with the words of `titles`, and the lines with byline and date around
    the first paragraphs."""
    folded_titles = [text for title in titles if len(text := folded(title)) >= _TITLE]
    kept: list[ScoredBlock] = []
    prose = 0
    for place, one in enumerate(found):
        if prose >= _OPENING:
            return [*kept, *found[place:]]
        block = one.block
        if one.score > 0:
            prose += 1
        elif block.kind in HEADINGS:
            if block is headline or is_title(folded(block.text), folded_titles):
                continue
        elif (block.kind == "p" and one.score < 0 and (not prose or block.linked)) or (
            one.score <= 0 and block.chars <= _DATE_LINE and _DATED.search(block.text)
        ):
            continue
        kept.append(one)
    return kept


def _without_tail(found: Sequence[ScoredBlock]) -> Sequence[ScoredBlock]:
    """Without everything after the last paragraph: headings and labels without content, copyright, credits,
    biographies, requests, and a list of other stories with its heading."""
    kept = list(found)
    last = max((place for place, one in enumerate(kept) if not _is_line(one.block)), default=0)
    for place in range(max(last, len(kept) // 2) + 1, len(kept)):
        if _opens_tail(kept[place].block):
            del kept[place:]
            break
    while kept and (_is_tail(kept[-1]) or _is_rest(kept[-2:])):
        kept.pop()
    return kept


def _is_rest(last: Sequence[ScoredBlock]) -> bool:
    """Whether the last block is a word or two after a request or credit ("Loading…")."""
    block = last[-1].block
    if len(last) < 2 or block.kind != "p" or block.chars > _REPEATED:
        return False
    return last[0].score >= 0 and _is_tail(last[0])


def _without_notes(found: Sequence[ScoredBlock]) -> Sequence[ScoredBlock]:
    """Without credits of pictures, disclosures of payments, headings of lists that are gone, and pulled quotations
    that repeat the text."""
    if any(one.block.kind == "quote" for one in found):
        text = " ".join(folded(one.block.text) for one in found if one.block.kind != "quote")
        found = [one for one in found if one.block.kind != "quote" or folded(one.block.text) not in text]
    return [one for one in found if not _is_note(one.block)]


def _is_note(block: Block) -> bool:
    if block.kind in HEADINGS:
        return block.chars <= _LABEL and OTHERS.fullmatch(block.text) is not None
    if block.kind != "p":
        return False
    if block.chars <= _LINE and (_PICTURE_CREDIT.fullmatch(block.text) or _ACCOUNT.search(block.text)):
        return True
    return block.chars < _NOTE and _is_disclosure(block.text)


def _is_disclosure(text: str) -> bool:
    small = text.casefold().replace("i\u0307", "i").replace("ı", "i")  # which IGNORECASE takes for an i
    return any(word in small for word in _DISCLOSURE_WORDS) and _DISCLOSURE.search(text) is not None


def _opens_tail(block: Block) -> bool:
    return block.chars <= _LABEL and OTHERS.fullmatch(block.text) is not None


def _is_line(block: Block) -> bool:
    return block.kind in HEADINGS or block.kind in ("li", "cell") or block.chars <= _LINE


def _is_tail(one: ScoredBlock) -> bool:
    block = one.block
    if block.kind in HEADINGS:
        return True
    if block.kind not in ("p", "quote"):
        return False
    if one.score < 0 or _CREDIT.match(block.text) or _ORIGIN.match(block.text):
        return True
    return block.chars < _TAIL and (_RIGHTS.search(block.text) or _REQUEST.search(block.text)) is not None
