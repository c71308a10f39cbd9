"""HTML that would take the cleaner (html5ever, ammonia) more than linear time, or give far more than it has.

Pure, linear in the text, never raises. Measured, and kept in `tests/crawler/normalise/test_costly.py`: deep nesting;
formatting elements that are still open are written again into each new block (100 kB of `<p><b id=1></i>…` gave
110 MB in 29 s); attributes of one tag are compared with each other; `&` and U+00A0 to U+00BF are searched in the rest
of their text for each other (1 MB of bare `&`: 15 s).

The count of open elements follows the tree construction of HTML where that closes elements, and is too high elsewhere:
an end tag that browsers may ignore closes nothing here, nor does one in a comment, a quoted attribute or a script.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from itertools import islice

MAX_DEPTH = 400  # nested elements; html5ever needs 12 s for 100,000 nested <div>
MAX_REOPENED = 200_000  # formatting elements that are opened again in new blocks, in all
MAX_ATTRIBUTES = 1_000  # of one tag
LONG = 20_000  # characters of text or of a tag; shorter ones take milliseconds, whatever they hold
MAX_SEARCHED = 1_000  # `&` and U+00A0 to U+00BF in one long text or tag

_SPACE = r"\t\n\f\r "
_ATTRIBUTE = rf"""[^{_SPACE}/>][^{_SPACE}/>=]*+
    (?>[{_SPACE}]*+=[{_SPACE}]*+(?>"[^"]*+"|'[^']*+'|[^{_SPACE}>"'][^{_SPACE}>]*+|(?=>)))?+"""
# Possessive, so that the end of a tag is searched once.
_TAG = re.compile(rf"<(/?)([a-zA-Z][^{_SPACE}/>]*+)(?>[{_SPACE}/]++|{_ATTRIBUTE})*+>", re.VERBOSE)
_ATTRIBUTES = re.compile(_ATTRIBUTE, re.VERBOSE)
_SEARCHED = re.compile("[&\xa0-\xbf]")
_COMMENT_END = re.compile("--!?>")
_LETTER = re.compile("[a-zA-Z]")
_RAW = frozenset(  # their content is text
    "script style textarea title xmp iframe noembed noframes noscript plaintext".split()
)
_END_TAGS = {
    name: re.compile(rf"</{name}(?=[{_SPACE}/>])", re.IGNORECASE)
    for name in (_RAW - {"plaintext"}) | {"svg", "math", "select"}
}
_STARTS = {name: re.compile(rf"<{name}\b", re.IGNORECASE) for name in ("svg", "math", "select")}
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_VOID = frozenset("br hr img embed meta".split())
_VOID_OUTSIDE_SVG = frozenset("wbr input link col area base source track param".split())
_BARRIERS = frozenset(
    "applet caption marquee object table td th template".split()
)  # end tags do not reach beyond
_IN_TABLES = frozenset("td th tr tbody thead tfoot caption colgroup".split())  # ignored elsewhere
_TABLE_BARRIERS = frozenset(("table", "template"))
_SPECIAL = _BARRIERS | frozenset(  # end tags of elements that are not in this table do not reach beyond these
    "address article aside blockquote button center colgroup dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form frameset h1 h2 h3 h4 h5 h6 header hgroup li listing main menu nav ol p pre section summary tbody"
    " tfoot thead tr ul".split()
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_RUBY = ("rt", "rp", "rb", "rtc")
_CLOSES = {  # start tags that close an open element, and what keeps them from it
    "li": (("li",), _SPECIAL - {"li", "address", "div", "p"}),
    "dd": (("dd", "dt"), _SPECIAL - {"dd", "dt", "address", "div", "p"}),
    "td": (("td", "th"), _TABLE_BARRIERS),
    "tr": (("tr",), _TABLE_BARRIERS),
    "table": (("table",), frozenset(("td", "th", "caption", "template"))),
    "button": (("button",), _BARRIERS),
}
_CLOSES |= {"dt": _CLOSES["dd"], "th": _CLOSES["td"]}
_CLOSES_IF_LAST = {"option": ("option",), "optgroup": ("option",)} | dict.fromkeys(_HEADINGS, _HEADINGS)
_CLOSES_P = _SPECIAL - _BARRIERS - frozenset("tr tbody tfoot thead colgroup button".split()) | {"table"}
_NOT_BEYOND_FOR_P = _BARRIERS | {"button"}
_NEAR = 16  # open elements that are searched for the one that is closed; farther ones count as open
_CHANGES_PARSING = re.compile(r"<(?:svg|math|select)\b", re.IGNORECASE)  # in these, raw text is markup


def may_be_costly(html: str) -> bool:
    """Whether `html` is large enough to look closer."""
    return len(html) > LONG or html.count("<") > MAX_DEPTH


def without_svg(html: str) -> str:
    """`html` without its closed SVG, MathML and select elements, which the cleaner drops."""
    for name in ("svg", "math", "select"):
        pieces, at = [], 0
        for found in _STARTS[name].finditer(html):
            if found.start() < at:
                continue
            end = _END_TAGS[name].search(html, found.end())
            close = html.find(">", end.end()) if end else -1
            if close < 0:
                break
            pieces.append(html[at : found.start()])
            at = close + 1
        html = "".join(pieces) + html[at:]
    return html


def is_costly(html: str) -> bool:
    """Whether cleaning may take long for the size of `html`."""
    long_runs = (run for run in html.split("<") if len(run) > LONG)
    return any(_has_many(_SEARCHED, run, MAX_SEARCHED) for run in long_runs) or _has_costly_tags(html)


def _has_many(pattern: re.Pattern[str], text: str, most: int) -> bool:
    return next(islice(pattern.finditer(text), most, None), None) is not None


def _has_costly_tags(html: str) -> bool:
    is_plain = _CHANGES_PARSING.search(html) is None
    elements = _OpenElements(is_plain)
    at = html.find("<")
    while at >= 0:
        tag = _TAG.match(html, at)
        end = tag.end() if tag else len(html) if _LETTER.match(html, at + 1) else at
        if end - at > LONG and _has_many(_ATTRIBUTES, html[at:end], MAX_ATTRIBUTES):
            return True
        if tag is None:
            at = _after_no_tag(html, at)
            continue
        at, name = end, tag[2].lower()
        if tag[1]:
            elements.end(name)
        elif name in _RAW and is_plain:
            at = _end_of_raw(html, at, name)
        else:
            elements.start(name)
            if elements.depth > MAX_DEPTH or elements.reopened > MAX_REOPENED:
                return True
        at = html.find("<", at) if at >= 0 else -1
    return False


class _OpenElements:
    """The elements that are open at a point of the text, and the formatting elements that a new block opens again."""

    def __init__(self, is_plain: bool) -> None:
        self._is_plain = is_plain
        self._names: list[str] = []
        self._counts: Counter[str] = Counter()
        self._formatting: Counter[str] = Counter()
        self._formatting_count = 0
        self._raw = ""  # the open raw element: an end tag in it may be text
        self.reopened = 0

    @property
    def depth(self) -> int:
        return len(self._names) + self._formatting_count

    def start(self, name: str) -> None:
        self.reopened += self._formatting_count
        if name in _VOID or (self._is_plain and name in _VOID_OUTSIDE_SVG):
            return
        if self._is_plain and name in _IN_TABLES and not self._counts["table"] + self._counts["template"]:
            return
        if self._is_plain:
            self._close_before(name)
        if name in _FORMATTING:
            self._formatting[name] += 1
            self._formatting_count += 1
        self._names.append(name)
        self._counts[name] += 1
        self._raw = self._raw or (name if name in _RAW else "")

    def _close_before(self, name: str) -> None:
        """Close what a start tag closes."""
        if name in _CLOSES_P:
            self._close(self._find(("p",), _NOT_BEYOND_FOR_P))
        if name in _CLOSES:
            self._close(self._find(*_CLOSES[name]))
        elif name in _CLOSES_IF_LAST and self._names and self._names[-1] in _CLOSES_IF_LAST[name]:
            self._close(len(self._names) - 1)
        elif name in _RUBY and self._names[-1:] and self._names[-1] in _RUBY:
            if self._find(("ruby",), _BARRIERS) is not None:
                self._close(len(self._names) - 1)
        elif name in ("a", "nobr"):
            self.end(name)

    def end(self, name: str) -> None:
        if self._raw not in ("", name):
            return
        alone = name in _FORMATTING or name == "form"  # what is open inside stays open
        at = self._find(_HEADINGS if name in _HEADINGS else (name,), _barriers_of(name))
        if not self._is_plain and at != len(self._names) - 1:
            return
        if self._formatting[name] and (at is not None or not self._counts[name]):
            self._formatting[name] -= 1
            self._formatting_count -= 1
        if at is not None and alone:
            del self._names[at]
            self._counts[name] -= 1
        else:
            self._close(at)

    def _find(self, names: Sequence[str], barriers: Set[str]) -> int | None:
        """The position of the nearest open element of these names."""
        for at in range(len(self._names) - 1, max(-1, len(self._names) - 1 - _NEAR), -1):
            if self._names[at] in names:
                return at
            if self._names[at] in barriers:
                return None
        return None

    def _close(self, at: int | None) -> None:
        if at is None:
            return
        for name in self._names[at:]:
            self._counts[name] -= 1
            if name == self._raw:
                self._raw = ""
        del self._names[at:]


def _barriers_of(name: str) -> Set[str]:
    """The open elements beyond which an end tag of this name does not reach."""
    if name == "table" or name in _IN_TABLES:
        return _TABLE_BARRIERS - {name}
    return (_BARRIERS if name in _FORMATTING or name in _SPECIAL else _SPECIAL) - {name}


def _after_no_tag(html: str, at: int) -> int:
    """The next `<` after a comment, a declaration or a plain `<`; -1 after markup that never ends."""
    if html.startswith(("<!-->", "<!--->"), at):
        end = html.index(">", at) + 1
    elif html.startswith("<!--", at):
        comment = _COMMENT_END.search(html, at + 4)
        end = comment.end() if comment else -1
    elif html.startswith(("<!", "<?", "</"), at):
        end = html.find(">", at)
    else:
        end = -1 if _LETTER.match(html, at + 1) else at + 1
    return html.find("<", end) if end >= 0 else -1


def _end_of_raw(html: str, at: int, name: str) -> int:
    """The end tag of a raw element that starts before `at`; -1 without one."""
    found = _END_TAGS[name].search(html, at) if name in _END_TAGS else None
    return found.start() if found else -1
