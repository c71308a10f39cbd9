"""Markup to text, and untrusted markup to safe markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.models import Markup
from newsdesk.crawler.normalise.text.html import clean_controls, clean_html, html_of_text, plain_text, text_of
from tests.support.growth import growth

HTML_TITLES = [  # (markup, text, origin)
    ("AT&T", "AT&T", "bare ampersand"),
    ("AT&amp;T", "AT&T", "as it should be"),
    ("AT&amp;amp;T", "AT&T", "escaped twice"),
    ("R&D &copy 2024", "R&D &copy 2024", "no whole entity"),
    ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2", "signs"),
    ("x<y and y>z", "x<y and y>z", "signs without spaces"),
    ("I <3 it", "I <3 it", "not a tag"),
    ("<b>New</b> thing", "New thing", "element"),
    ("&lt;b&gt;New&lt;/b&gt; thing", "New thing", "element escaped twice"),
    ("the &lt;b&gt; element", "the <b> element", "spoken of, not used"),
    ("one<br/>two", "one two", "line break"),
    ("<p>One</p><p>Two</p>", "One Two", "paragraphs"),
    ("H<sub>2</sub>O", "H2O", "no space inside a word"),
    ("<![CDATA[Cats & dogs]]>", "Cats & dogs", "CDATA left behind"),
    ("a<!-- b -->c", "ac", "comment"),
    ("<script>alert(1)</script>News", "News", "script"),
    ("don\x92t", "don’t", "Windows letters read as Latin-1"),
    ("&#8217;&#x202e;", "’", "override by reference"),
    ("a\u00a0 b\n\tc", "a b c", "spaces"),
    ("", None, "nothing"),
    ("<br>", None, "nothing but markup"),
]
TEXT_TITLES = [
    ("the <b> element", "the <b> element", "Atom type=text"),
    ("<b>New</b>", "<b>New</b>", "Atom type=text"),
    ("AT&amp;T", "AT&T", "escaped once too often"),
]
CLEANED = [  # (markup, base, cleaned, origin)
    ('<p class="x" style="y" onclick="z" id="i">a</p>', None, "<p>a</p>", "attributes"),
    ("<script>x</script><style>y</style>a<!-- b -->", None, "a", "script, style, comment"),
    ("<iframe src='https://x.example/'>a</iframe>b", None, "b", "frame"),
    ("<form><input value=a><button>b</button></form>", None, "b", "form"),
    (
        '<img src="a.png" onerror="x">',
        "https://example.org/n/",
        '<img src="https://example.org/n/a.png">',
        "image",
    ),
    ('<img src="data:image/png;base64,AA">', None, "", "image that is no address"),
    ('<img src="a.png">', None, "", "relative to nothing"),
    ('<a href="https:/b.example/">a</a>', None, "<a>a</a>", "a scheme and no host, found by the fuzzer"),
    ('<a title="x" href="http:b.example">a</a>', None, '<a title="x">a</a>', "a scheme and no host"),
    ('<img alt="x" src="https:\\\\b.example/a.png">', None, "", "backslashes"),
    ("<![CDATA[<p>a</p>]]>", None, "<p>a</p>", "CDATA left behind"),
    ("a\x00b\x1bc\u202ed\ud800", None, "abcd", "controls"),
    ("<b>a", None, "<b>a</b>", "unclosed"),
    (
        "<li><table><li>",
        None,
        "<li></li><li></li><table></table>",
        "found by hypothesis: moved a little each time",
    ),
    ("<ul><li>a<li>b</ul>", None, "<ul><li>a</li><li>b</li></ul>", "list"),
]
NO_LINK = [
    "javascript:x",
    "java\x01script:x",
    "java&#1;script:x",
    "&#106;avascript:x",
    "vbscript:x",
    "data:a,b",
]
TEXTS = [  # (html, text, origin)
    ("<p>a</p><p>b</p>", "a\n\nb", "paragraphs"),
    ("<p>a<br>b</p>", "a\nb", "line break"),
    ("<h2>a</h2>\n<ul>\n<li>b</li>\n<li>c</li>\n</ul>", "a\n\nb\n\nc", "list"),
    ("<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>", "a b", "row"),
    ("<p>a\n  b&nbsp;c</p>", "a b c", "spaces folded"),
    ("<ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby>の船", "港の船", "reading of a word"),
    ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c", "entities once"),
    ('<p>a <img src="https://x.example/" alt="b"> c</p>', "a c", "image text is not the story's"),
    ("<pre>a\nb</pre>", "a\nb", "lines of code"),
]
PIECES = ["<p>", "</p>", "<a href='", "<b", "<![CDATA[", "]]>", "<!--", "-->", "&amp;", "&#0;", "&#824;"]
PIECES += ["\u0338", "\x00", "\u202e", "\ud800", ">", "<", "'", '"', "&lt;b&gt;", "<script>", "</script>"]
PIECES += ["<img src=x>", "<table>", "<td>", "<svg>", "<style>", "<li>", "&nbsp;", "x", "\x92", "<title>"]
PIECES += ["<pre>", "\n", " ", "</"]
any_text = st.text(alphabet=st.characters(exclude_categories=()))
strange = any_text | st.lists(st.sampled_from(PIECES)).map("".join)


@pytest.mark.parametrize(("markup", "text", "origin"), HTML_TITLES)
def test_title_in_html(markup: str, text: str | None, origin: str) -> None:
    assert plain_text(Markup(value=markup)) == text, origin


@pytest.mark.parametrize(("printed", "text", "origin"), TEXT_TITLES)
def test_title_in_text(printed: str, text: str, origin: str) -> None:
    assert plain_text(Markup(value=printed, kind="text")) == plain_text(printed) == text, origin


@pytest.mark.parametrize(("markup", "base", "cleaned", "origin"), CLEANED)
def test_cleaned(markup: str, base: str | None, cleaned: str, origin: str) -> None:
    assert clean_html(markup, base=base) == cleaned, origin


@pytest.mark.parametrize("address", NO_LINK)
@pytest.mark.parametrize("base", [None, "https://example.org/"])
def test_no_link_runs_a_script(address: str, base: str | None) -> None:
    cleaned = clean_html(f'<a href="{address}">a</a>', base=base)
    assert 'href="' not in cleaned or 'href="https://example.org/' in cleaned


@pytest.mark.parametrize(("html", "text", "origin"), TEXTS)
def test_text(html: str, text: str, origin: str) -> None:
    assert text_of(html) == text, origin


@given(strange)
def test_cleaning_is_idempotent(text: str) -> None:
    once = clean_html(text, base="https://example.org/")
    assert clean_html(once, base="https://example.org/") == once
    assert not set("\x00\u202e\ud800") & set(once)
    assert "<!--" not in once and "<script" not in once
    text_of(once).encode("utf-8")


@given(strange, st.sampled_from(["html", "text"]))
def test_titles_are_one_clean_line(text: str, kind: str) -> None:
    line = plain_text(Markup(value=text, kind=kind))  # type: ignore[arg-type]
    if line is not None:
        assert line == " ".join(line.split()) == clean_controls(line)
        line.encode("utf-8")


@given(strange)
def test_cleaning_controls_is_idempotent(text: str) -> None:
    once = clean_controls(text)
    assert clean_controls(once) == once


def test_text_becomes_paragraphs() -> None:
    assert html_of_text("a < b\nc\n\n d") == "<p>a &lt; b<br>c</p><p>d</p>"


@pytest.mark.parametrize(
    "piece", ["<div>", "<b>", "<a href=x>", "<p>", "<", '"<', "<table>", "<ul><li>", "<b><p>", "&lt;"]
)
def test_time_grows_with_the_size_only(piece: str) -> None:
    def read(size: int) -> None:
        text_of(clean_html(piece * (size // len(piece)), base="https://example.org/"))
        plain_text(Markup(value=piece * (size // 3)))

    assert growth(read, 75_000) < 10, piece
