"""HTML that is not given to the cleaner, because that would take quadratic time or much memory."""

from __future__ import annotations

import random
import re

import nh3
import pytest

from newsdesk.crawler.models import Markup
from newsdesk.crawler.normalise.text import costly
from newsdesk.crawler.normalise.text.costly import is_costly
from newsdesk.crawler.normalise.text.html import MAX_HTML, clean_controls, clean_html, plain_text, text_of

SIZE = 200_000


def repeated(piece: str, size: int = SIZE) -> str:
    return "".join(piece.replace("%d", str(n)) for n in range(size // len(piece)))


@pytest.mark.parametrize(
    "piece",
    [
        "&", "& ", "&a", "&#", "&amp;", "&copy ", "\xa0", "\xad", "« ",  # searched in the rest of the text
        "<div>", "<b>", "<span></b>", "<div></b>", "<svg></i>", "<b id=%d><!--</b>-->", '<b id=%d title="</b>">',
        "<b id=%d><textarea></b></textarea>", "<li><dt>", "<div><table><tr><td></div>", "<x-a><div></x-a></div>",
        "<svg><title></b></title><b id=%d>",  # deep
        "<p><b id=%d></i>", "<p><b id=%d>x</p>",  # opened again in each paragraph
    ],
)  # fmt: skip
def test_costly_markup_becomes_plain_paragraphs(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    html = repeated(piece)
    assert is_costly(html)
    monkeypatch.setattr("newsdesk.crawler.normalise.text.html._cleaner", pytest.fail)
    assert len(clean_html(html + "Hello")) < 8 * MAX_HTML


def test_many_attributes_of_one_tag() -> None:
    attributes = repeated(" a%d")
    for tag in (f"<p{attributes}>x</p>", f"<p{attributes}", f'<p title="<"{attributes}>x'):
        assert is_costly(tag)
    assert not is_costly("".join(f"<p{attributes[:100]}>x</p>" for _ in range(1_000)))


@pytest.mark.parametrize(
    "piece",
    [
        "<p>Fish &amp; chips, « oui »\xa0!</p>", "<p>one<br>two<img src=x>", "<div><p>a<b>b</b></div>",
        "<table><tr><td>a<td>b</table>", "<ul><li>a<li>b</ul>", "<a name=x>Here", "<h1>a</h1><h2>b</h2>",
        "<p>a<div>b</div>", "<script>if (a < b) '<div>'</script>", "<ruby>a<rt>b</ruby>", "<div><span>a</div>",
        "<noscript><div></noscript>", "<!-- <div> -->", "<select><option>a<option>b</select>",
        "<svg><path d=x/><path d=y/></svg><p>x</p>", "<dl><dt>a<dd>b</dl>", "<form><b>x</form></b>",
    ],
)  # fmt: skip
def test_long_ordinary_markup_is_cleaned(piece: str) -> None:
    assert not is_costly(costly.without_svg(repeated(piece))), piece


def test_what_is_dropped_anyway_is_not_counted() -> None:
    assert costly.without_svg("a<svg><svg/>x</SVG >b<math>") == "ab<math>"
    assert costly.without_svg("<svg>" * 3) == "<svg>" * 3


_NAMES = [
    "b", "i", "font", "a", "p", "div", "span", "td", "tr", "table", "ul", "li", "dl", "dt", "dd", "option", "button",
    "h1", "h2", "title", "textarea", "object", "form", "ruby", "rt", "pre", "x-a", "section", "blockquote", "br", "img",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_of_the_depth_holds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is within the bound nests at most a few times as deep in the result of html5ever."""
    monkeypatch.setattr(costly, "MAX_DEPTH", 10)
    random_ = random.Random(seed)
    for _ in range(100):
        few = random_.sample(_NAMES, random_.randint(1, 4))
        pieces = ["<%s>", "<%s id=%%d>", "</%s>", "</%s>", "<!--</%s>-->", '<%s t="</b>">', "x%.0s"]
        piece = "".join(random_.choice(pieces) % random_.choice(few) for _ in range(random_.randint(1, 7)))
        html = repeated(piece, 40 * len(piece))
        if not costly.is_costly(html):
            assert _depth(nh3.clean(html, tags=set(_NAMES), attributes={"*": {"id"}})) < 40, piece


def _depth(html: str) -> int:
    depth = deepest = 0
    for tag in re.finditer(r"<(/?)([a-z][a-z0-9-]*)", html):
        depth += -1 if tag[1] else tag[2] not in ("br", "img")
        deepest = max(deepest, depth)
    return deepest


def test_long_runs_of_combining_marks_are_cut() -> None:
    """Normalising them takes quadratic time: 40,000 took 5 s."""
    assert clean_controls("e\u0301" + "a" + "\u0316\u0301" * 20_000) == clean_controls(
        "é" + "a" + "\u0316\u0301" * 15
    )
    assert len(text_of("<p>a" + "\u0301" * 1_000)) < 40
    assert clean_controls("\u3042\u3099 … — é") == "\u3042\u3099 … — é"


def test_an_open_tag_is_searched_for_its_end_once() -> None:
    html = Markup(value="&lt;a&gt;" * 2_000 + "&lt;/a&gt; &amp;", kind="html")
    assert plain_text(html) == "&"
    assert plain_text(Markup(value="&lt;b&gt; 1 &lt; 2", kind="html")) == "<b> 1 < 2"
    assert text_of("<pre>a\nb" * 3).split() == ["a", "b"] * 3
