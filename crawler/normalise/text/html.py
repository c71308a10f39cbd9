"""Convert markup to text, and untrusted markup to markup that is safe to store and show. Pure, never raises.

`clean_html` allows only a short list of elements and http, https and mailto links; `text_of` reads its result;
`plain_text` is for titles and other one-line fields. The only module that uses nh3.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import html as entities
import re
import unicodedata
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING

from newsdesk.crawler.models import Markup
from newsdesk.crawler.normalise.text.costly import is_costly, may_be_costly, without_svg
from newsdesk.crawler.normalise.urls.canonical import absolute_url

if TYPE_CHECKING:
    import nh3

MAX_HTML = 1_000_000  # characters; a longer body is no story, and nh3 reads about 80 MB a second
MAX_PLAIN = 2_000
MAX_MARKS = (
    30  # combining marks in a row, as in Unicode's stream-safe text: NFC takes quadratic time for them
)

# Bidi overrides and isolates can disguise a line; marks (U+200E, U+200F) stay, because Arabic and Hebrew text
# needs them. U+FFFE, U+FFFF and lone surrogates are no characters.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# C1 codes in text are Windows-1252 letters that were decoded as Latin-1 ("don\x92t"), as HTML reads them.
_WINDOWS = {code: entities.unescape(f"&#{code};") for code in range(0x80, 0xA0)}
_WINDOWS = {code: letter for code, letter in _WINDOWS.items() if not "\x80" <= letter <= "\x9f"}

_ELEMENTS = (
    "a abbr acronym address article aside audio b bdi bdo big blockquote body br button caption center cite "
    "code col colgroup dd del details dfn dir div dl dt em embed figcaption figure font footer form frame "
    "frameset h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link main "
    "map mark meta nav nobr noscript object ol option p param picture pre q rp rt ruby s samp script "
    "section select small source span strike strong style sub summary sup svg table tbody td template "
    "textarea tfoot th thead time title tr tt u ul var video wbr"
)
_TAG = re.compile(rf"</?(?:{'|'.join(_ELEMENTS.split())})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_PAIR_TAG = re.compile(rf"<(/?)({'|'.join(_ELEMENTS.split())})\b[^<>]*>", re.IGNORECASE)
_SCRIPT_OR_STYLE = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MAY_BE_MARKS = re.compile(rf"[^\w\s!-~]{{{MAX_MARKS + 1},}}")  # no mark is a letter or a digit
# As above, for one character: no mark is in these blocks of letters with accents, punctuation and symbols.
_MAY_BE_MARK = re.compile(r"[^\w\s\x00-\u02ff\u2000-\u20cf\u2100-\u2bff\u3000-\u3029\uff00-\uffef]")
_BREAKING = re.compile(r"</?(?:p|div|br|li|h[1-6]|tr|td)\b[^<>]*>", re.IGNORECASE)

_ALLOWED_TAGS = set(
    "p br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote q cite pre code kbd samp var "
    "table caption thead tbody tfoot tr th td figure figcaption img a "
    "b strong i em u s del ins mark small sub sup abbr dfn time ruby rt rp bdi wbr span div".split()
)
_ALLOWED_ATTRIBUTES = {
    "a": {"href", "hreflang", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start", "reversed"},
    "time": {"datetime"},
    "abbr": {"title"},
    "bdi": {"dir"},
    "p": {"dir"},
    "div": {"dir"},
    "span": {"dir", "lang"},
}
_DROPPED_WHOLE = set(
    "script style noscript iframe object embed template svg math select textarea title".split()
)
_MAY_HAVE_BAD_LINK = re.compile(  # begins with a rare string, so that the search is fast
    r'="(?:(?<= href=")|(?<= src=")|(?<= cite="))(?!(?i:https?://[^/\\"]|mailto:))'
)
_BAD_LINK = re.compile(
    r'(<[a-z]+\b[^<>]*?) (?:href|src|cite)="(?!https?://[^/\\"]|mailto:)[^"]*"', re.IGNORECASE
)
_NO_IMAGE = re.compile(r"<img(?![^<>]* src=\"[^\"])[^<>]*>")

_READING = re.compile(r"<(rt|rp)(?: [^<>]*)?>.*?</\1>", re.DOTALL)
# The separator that replaces each tag of cleaned HTML; other tags leave nothing.
_TAG_NAME = re.compile(r"<(/?[a-z0-9]+)(?: [^<>]*)?>")
_BETWEEN = {
    f"{slash}{name}": gap
    for gap, names in (
        ("\n\n", "p div h1 h2 h3 h4 h5 h6 blockquote ul ol dl figure figcaption table caption pre hr"),
        ("\n", "br li tr dt dd"),
    )
    for name in names.split()
    for slash in ("", "/")
} | {"/td": " ", "/th": " ", "wbr": " ", "img": " "}
_OTHER_SPACES = "\t\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)  # what str.split takes as space beside the space and the line end
_PRE_START = re.compile(r"<pre>\n+")
_PRE = re.compile(r"<pre.*?(?:</pre>|\Z)", re.DOTALL)


def clean_controls(text: str) -> str:
    """`text` in NFC without control characters, bidi overrides and lone surrogates.

    Tabs and line ends stay, a carriage return becomes a line end, C1 codes become their Windows-1252 letters.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return _CONTROLS.sub("", text) if not text.isprintable() else text
    return _composed(_without_controls(text))


def plain_text(value: Markup | str | None, *, limit: int = MAX_PLAIN) -> str | None:
    """One line of plain text; None when nothing is left. A `str` and a Markup of kind *text* keep text like
    a tag (`the <b> element`), a Markup of kind *html* loses its elements.

    Entities are decoded twice, because publishers escape twice (`AT&amp;amp;T`, `&lt;b&gt;New&lt;/b&gt;`): only
    complete ones (`&copy;`, not `&copy`). Elements that appear by this are removed only when they are closed,
    so that `1 < 2`, `AT&T` and a single `<b>` stay as printed.
    """
    if value is None:
        return None
    text = value if isinstance(value, str) else value.value
    text = text[: 16 * limit]  # limits the work; the result has at most `limit` characters
    is_html = isinstance(value, Markup) and value.kind == "html"
    if "<" in text:
        if "<!" in text or "]]>" in text:
            text = _CDATA.sub("", _COMMENT.sub("", text))
        if is_html:
            text = _without_elements(text)
    if "&" in text:
        text = _decoded(text)
        if is_html and "&" in text:
            text = _decoded(text)
        if is_html and "<" in text and _has_closed_element(text):
            text = _without_elements(_COMMENT.sub("", text))
    text = " ".join(clean_controls(text).replace("\u00ad", "").split())
    return text[:limit].rstrip() or None


def clean_html(html: str, *, base: str | None = None) -> str:
    """`html` with only allowed elements and attributes, and relative links joined to `base` (dropped without
    one). Idempotent. Scripts, styles, classes, ids, forms, frames, comments and embedded media are removed:
    media are fields of the story, and a shown story must load nothing but images."""
    html = _without_controls(html[:MAX_HTML])
    if "<![CDATA[" in html or "]]>" in html:
        html = _CDATA.sub("", html)
    if may_be_costly(html) and is_costly(html := without_svg(html)):
        return html_of_text(_without_elements(html))
    _base.set(base)
    cleaner = _cleaner()
    has_numeric_entities = "&#" in html  # a control character may be written as a number
    html = cleaner.clean(html)
    if has_numeric_entities:
        html = _without_controls(html)
    if "<table" in html:  # each pass moves misplaced content a step out of a table
        html = _until_stable(html, cleaner)
    if _MAY_HAVE_BAD_LINK.search(
        html
    ):  # nh3 allows `https:/host` and `http:host`, which parsers resolve differently
        html = _BAD_LINK.sub(r"\1", html)
    if "<img" in html:  # a removed address leaves an image without one
        html = _NO_IMAGE.sub("", html)
    if "<pre>\n" in html:  # parsers drop the first line end in it, so the result would not be idempotent
        html = _PRE_START.sub("<pre>", html)
    return html.strip()


def text_of(html: str) -> str:
    """Text of cleaned HTML: a blank line between paragraphs, one line for each list item and table row,
    whitespace folded, entities decoded, no alternative texts of images, no readings of words in ruby."""
    if "<pre" in html:
        html = _PRE.sub(lambda pre: pre[0].replace("\n", "<br>"), html)
    if "<ruby" in html:
        html = _READING.sub("", html)
    pieces = _TAG_NAME.split(html.replace("\n", " "))
    pieces[1::2] = [_BETWEEN.get(name, "") for name in pieces[1::2]]
    text = "".join(pieces)
    if "&" in text:
        text = entities.unescape(text)
    lines = text.split("\n")
    if "  " in text or any(space in text for space in _OTHER_SPACES):
        lines = [" ".join(line.split()) for line in lines]
    else:
        lines = [line.strip(" ") for line in lines]
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    text = text.strip()
    return text if text.isascii() else _composed(text.replace("\u00ad", ""))


def html_of_text(text: str) -> str:
    """Plain text as HTML: blank lines separate paragraphs, line ends stay."""
    paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "".join(
        f"<p>{entities.escape(part.strip(), quote=False).replace(chr(10), '<br>')}</p>"
        for part in paragraphs
        if part.strip()
    )


def _without_controls(text: str) -> str:
    if not _is_printable(text) and _CONTROLS.search(text):
        text = _CONTROLS.sub("", text.translate(_WINDOWS))
    return text


def _is_printable(text: str) -> bool:
    """Whether the text certainly has no control characters except line ends; False needs a slower check."""
    return text.replace("\n", " ").isprintable()


def _until_stable(html: str, cleaner: nh3.Cleaner) -> str:
    for _ in range(5):
        again = cleaner.clean(html)
        if again == html:
            return html
        html = again
    return html_of_text(_without_elements(html))


def _composed(text: str) -> str:
    """`text` in NFC, with at most MAX_MARKS combining marks in a row."""
    # A run of too many marks has one at each multiple of its least length.
    if _MAY_BE_MARK.search(text[MAX_MARKS :: MAX_MARKS + 1]) and _MAY_BE_MARKS.search(text):
        text = _MAY_BE_MARKS.sub(_fewer_marks, text)
    return unicodedata.normalize("NFC", text)


def _fewer_marks(found: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in found[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def _decoded(text: str) -> str:
    return _ENTITY.sub(lambda found: entities.unescape(found[0]), text)


def _has_closed_element(text: str) -> bool:
    """Whether an element has an end tag, or needs none (`<br>`)."""
    opened: set[str] = set()
    for tag in _PAIR_TAG.finditer(text):
        name = tag[2].lower()
        if name == "br" or (tag[1] and name in opened):
            return True
        if not tag[1]:
            opened.add(name)
    return False


def _without_elements(text: str) -> str:
    if "<s" in text or "<S" in text:
        text = _SCRIPT_OR_STYLE.sub("", text)
    return _TAG.sub("", _BREAKING.sub(" ", text))


# The base address of the current text. One cleaner serves all, because making one costs half a cleaning.
_base: ContextVar[str | None] = ContextVar("base", default=None)


def _joined(relative: str) -> str | None:
    """A relative link joined to the current base; None removes the link."""
    base = _base.get()
    return absolute_url(relative, base=base) if base else None


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags=_ALLOWED_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ALLOWED_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,  # the application that shows the link sets it
        url_relative=_joined,
    )
