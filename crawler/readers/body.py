"""The story's text out of a page, without what pages put round a story.

Pure. trafilatura (home here) finds the text; its metadata are not asked for, since it throws times and
offsets away. `tidy` takes off what it leaves: labels with nothing behind them, the headline told again,
lists of other stories behind the last paragraph. Called by `readers.page` and `readers.merge`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape

from lxml import etree, html

from crawler.readers.layout import is_aside, text_of

# Headings under which a page lists other stories, and asks for things. Whole lines only.
_OTHERS = re.compile(
    r"(?:(?:more|latest|related|recent|top|other|popular|trending|recommended|further|similar|previous|next)"
    r"(?: (?:news|stories|story|articles?|posts?|reads?|reading|coverage|headlines|content"
    r"|topics|links|videos"
    r"|on this|from|in|for you|about|like this).*)?|(?:most|also) (?:read|popular|viewed|shared"
    r"|commented|on).*"
    r"|read (?:more|next|also|on).*|see also.*|you (?:may|might) (?:also )?(?:like|be interested"
    r"|enjoy|have missed).*"
    r"|don't miss.*|what to read next.*|editor'?s'? picks?.*|comments?(?: \(\d+\))?"
    r"|\d+ comments?|leave a (?:reply|comment).*"
    r"|share this.*|sign up.*|subscribe.*|newsletter.*|follow us.*|about the authors?.*|tags?:?|filed under.*"
    r"|mehr zum thema.*|weitere (?:artikel|themen|nachrichten|meldungen).*"
    r"|das könnte sie auch interessieren.*|auch interessant.*"
    r"|lesen sie auch.*|meistgelesen.*|neueste (?:artikel|nachrichten).*|kommentare(?: \(\d+\))?"
    r"|ähnliche (?:artikel|beiträge).*"
    r"|à lire aussi.*|lire aussi.*|sur le même sujet.*|les plus lus.*|articles? (?:similaires"
    r"|liés|récents).*|dernières nouvelles.*"
    r"|lea también.*|te puede interesar.*|noticias relacionadas.*|más (?:noticias|leídas?"
    r"|sobre).*|últimas noticias.*"
    r"|leia (?:também|mais).*|notícias relacionadas.*|mais (?:lidas|notícias).*|leggi anche.*"
    r"|articoli correlati.*|ultime notizie.*"
    r"|lees ook.*|meer (?:nieuws|over).*|meest gelezen.*|läs (?:också|mer|även).*|les også.*"
    r"|læs også.*|lue myös.*"
    r"|czytaj (?:też|także|więcej).*|zobacz (?:też|także).*|читайте также.*|также по теме.*|ilgili haberler.*"
    r"|関連記事.*|あわせて読みたい.*|最新記事.*|おすすめ記事.*|相关(?:新闻|阅读).*|相關(?:新聞|閱讀).*"
    r"|관련 ?기사.*"
    r"|اقرأ أيضا.*"
    r"|مواضيع ذات صلة.*)[:\s.…»›>]*",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)?\s?[:：]")
_DATE_ALONE = re.compile(
    r"(?:(?:published|posted|updated)(?: on)?:? )?(?:[^\W\d_]+,? )?(?:[^\W\d_]{3,12}\.? \d{1,2}"
    r"|\d{1,2}\.? [^\W\d_]{3,12}\.?),?"
    r" (?:19|20)\d\d(?:,?(?: at)? \d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?)?(?: [A-Z]{2,4})?)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_FIRST = re.compile(r"<p>((?:(?!</p>).){60,}?)</p>", re.DOTALL)  # the first paragraph that is no short line
_ANY_TAG = re.compile(r"<[^<>]*>")
_PARAGRAPH = 60  # characters by which one is known
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LINES = 90  # characters of a line in a list of other stories; a paragraph has more
FAULTS = (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError, etree.LxmlError)


def body_html(tree: html.HtmlElement) -> str | None:
    """The story as simple HTML, None when the page holds none. Takes the tree apart."""
    from trafilatura import extract  # 0.3 s and 50 MiB that only who reads pages pays

    opening = _openings(tree)
    try:
        found: str | None = extract(
            tree,
            output_format="html",
            include_comments=False,
            include_formatting=True,
            with_metadata=False,
            date_extraction_params={"extensive_search": False},
        )
    except FAULTS:  # what a strange page makes of other people's code is no text
        return None
    return _with_opening(found, opening) if found else None


def _openings(tree: html.HtmlElement) -> Mapping[str, str]:
    """Beginning of a paragraph → the heading between the first headline and it. trafilatura takes a second
    headline that opens the text for part of the first."""
    found: dict[str, str] = {}
    headline = heading = None
    for element in tree.iter(*_HEADINGS, "p"):
        if is_aside(element):
            continue
        said = text_of(element)
        if element.tag != "p" and said:
            heading = said if headline is not None else None
            headline = headline or said
        elif len(said) >= _PARAGRAPH:
            if heading is not None and heading != headline:
                found[_folded(said)[:_PARAGRAPH]] = heading
            break
    return found


def _with_opening(body: str, openings: Mapping[str, str]) -> str:
    first = _FIRST.search(body)
    heading = openings.get(_folded(_ANY_TAG.sub("", unescape(first[1])))[:_PARAGRAPH]) if first else None
    if first is None or heading is None or escape(heading, quote=False) in body[: first.start()]:
        return body
    return f"{body[: first.start()]}<h2>{escape(heading, quote=False)}</h2>{body[first.start() :]}"


def load() -> None:
    """Import what reading needs, so that it is not counted as a page's."""
    import trafilatura  # noqa: F401


def tidy(body: str, *, title: str | None, byline: str | None = None) -> str:
    """`body` without title and byline told again, empty labels, repeated blocks, a tail of other stories."""
    try:
        root = html.fragment_fromstring(body, create_parent="div")
    except (etree.LxmlError, ValueError):
        return body
    for holder in root.xpath(".//body") or [root]:
        root = holder
        break
    _drop_repeats(root, title)
    _drop_opening(root, byline)
    _drop_tail(root)
    return "".join(html.tostring(block, encoding="unicode") for block in root)


def _text(block: html.HtmlElement) -> str:
    return " ".join(str(block.text_content()).split())


def _drop_repeats(root: html.HtmlElement, title: str | None) -> None:
    """The title once more, wherever it stands first; a label that labels nothing; a block said twice."""
    before = _folded(title or "")
    titled = False
    for place, block in enumerate(list(root)):
        said = _text(block)
        folded = _folded(said)
        if not folded and block.find(".//img") is None:
            root.remove(block)
        elif not titled and before and folded == before and place < 6:
            root.remove(block)
            titled = True
        elif (_LABEL.fullmatch(said) and not _goes_on(block)) or _is_repeated(block, folded):
            root.remove(block)


def _drop_opening(root: html.HtmlElement, byline: str | None) -> None:
    """The byline, and a line that is a date alone, when they open the text."""
    signed = _folded(byline or "")
    for block in list(root)[:4]:
        said = _text(block)
        folded = _folded(said)
        if (signed and folded in (signed, f"by {signed}")) or _DATE_ALONE.fullmatch(said):
            root.remove(block)


def _is_repeated(block: html.HtmlElement, folded: str) -> bool:
    before = block.getprevious()
    return before is not None and folded == _folded(_text(before))


def _goes_on(block: html.HtmlElement) -> bool:
    """Whether a label has what it announces behind it: a list, a quotation, a table. A heading that
    begins the text is not announced by a label before it."""
    following = block.getnext()
    return following is not None and following.tag in ("ul", "ol", "dl", "blockquote", "pre", "table")


def _drop_tail(root: html.HtmlElement) -> None:
    """From a line that announces other stories to the end, when only short lines and lists follow it."""
    blocks = list(root)
    for place, block in enumerate(blocks):
        if place == 0 or not (block.tag in _HEADINGS or len(_text(block)) <= 60):
            continue
        if not _OTHERS.fullmatch(_text(block)):
            continue
        tail = blocks[place + 1 :]
        if all(_is_line(one) for one in tail):
            for one in blocks[place:]:
                root.remove(one)
            return


def _is_line(block: html.HtmlElement) -> bool:
    if block.tag in ("ul", "ol", "table", *_HEADINGS):
        return True
    return len(_text(block)) <= _LINES


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
