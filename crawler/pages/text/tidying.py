"""Removes from a story's HTML its repeated title and byline, empty labels, and links to other stories at its end.

Pure. For the text of every parser and of feeds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from lxml import etree, html

from newsdesk.crawler.documents.folding import folded

# Headings of lists of other stories and of requests to the reader. Matched against whole lines.
OTHERS = re.compile(
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
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_Texts = Mapping[html.HtmlElement, str]  # each block's text in one line
_LONGEST_BIOGRAPHY = 600  # characters
_LONGEST_LINE = 90  # characters of a line in a list of other stories; a paragraph has more


def tidy(body: str, *, title: str | None, byline: str | None = None) -> str:
    """`body` without a repeated title and byline, empty labels, repeated blocks and other stories at its end."""
    try:
        root = html.fragment_fromstring(body, create_parent="div")
    except (etree.LxmlError, ValueError):
        return body
    for holder in root.xpath(".//body") or [root]:
        root = holder
        break
    texts = {block: " ".join(str(block.text_content()).split()) for block in root}
    _drop_repeats(root, texts, title)
    _drop_opening(root, texts, byline)
    _drop_tail(root, texts)
    _drop_biography(root, texts, byline)
    before = escape(root.text or "", quote=False)
    return before + "".join(html.tostring(block, encoding="unicode") for block in root)


def _remove(block: html.HtmlElement) -> None:
    """Without the text after the block."""
    block.drop_tree()


def _drop_repeats(root: html.HtmlElement, texts: _Texts, title: str | None) -> None:
    """The first repetition of the title, empty blocks, labels without content, blocks that are repeated."""
    before = folded(title or "")
    titled = False
    plain_texts: dict[html.HtmlElement, str] = {}  # of the blocks so far; most are compared twice
    for place, block in enumerate(list(root)):
        text = texts[block]
        plain = plain_texts[block] = folded(text)
        if not plain and block.find(".//img") is None:
            _remove(block)
        elif not titled and before and plain == before and place < 6:
            _remove(block)
            titled = True
        elif (_LABEL.fullmatch(text) and not _goes_on(block)) or plain_texts.get(
            block.getprevious()
        ) == plain:
            _remove(block)


def _drop_opening(root: html.HtmlElement, texts: _Texts, byline: str | None) -> None:
    """The byline, and a line that is only a date, at the beginning of the text."""
    plain_byline = folded(byline or "")
    for block in list(root)[:4]:
        text = texts[block]
        plain = folded(text)
        is_byline = plain_byline and plain in (plain_byline, f"by {plain_byline}")
        if is_byline or _DATE_ALONE.fullmatch(text):
            _remove(block)


def _drop_biography(root: html.HtmlElement, texts: _Texts, byline: str | None) -> None:
    """The last paragraph, if it begins with the author's name: it says who that is."""
    blocks = list(root)
    name = folded(byline or "").removeprefix("by ")
    if len(blocks) <= 3 or len(name.split()) < 2:
        return
    last = texts[blocks[-1]]
    if len(last) <= _LONGEST_BIOGRAPHY and folded(last).startswith(f"{name} "):
        _remove(blocks[-1])


def _goes_on(block: html.HtmlElement) -> bool:
    """Whether the content of a label follows it: a list, a quotation, a table. A heading is not the content of a
    label."""
    following = block.getnext()
    return following is not None and following.tag in ("ul", "ol", "dl", "blockquote", "pre", "table")


def _drop_tail(root: html.HtmlElement, texts: _Texts) -> None:
    """From a heading of other stories to the end, if only short lines and lists follow it."""
    blocks = list(root)
    for place, block in enumerate(blocks):
        if place == 0 or not (block.tag in _HEADINGS or len(texts[block]) <= 60):
            continue
        if not OTHERS.fullmatch(texts[block]):
            continue
        tail = blocks[place + 1 :]
        if all(_is_line(one, texts[one]) for one in tail):
            for one in blocks[place:]:
                _remove(one)
            return


def _is_line(block: html.HtmlElement, text: str) -> bool:
    if block.tag in ("ul", "ol", "table", *_HEADINGS):
        return True
    return len(text) <= _LONGEST_LINE
