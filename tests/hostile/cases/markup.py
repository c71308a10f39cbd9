"""XML and JSON made to hurt a parser. Threats A4, A5, A9."""

from __future__ import annotations

import json
from typing import Any

from tests.hostile.case import Case, Scene
from tests.support.feeds import Item, many, rss

# A case a line.
# fmt: off

HEAD = '<?xml version="1.0"?>'
ITEM = "<item><title>{title}</title><link>http://own.example/{title}</link><description>{text}</description></item>"


def feed(items: str, *, doctype: str = "", head: str = HEAD, attributes: str = "") -> str:
    return f'{head}{doctype}<rss version="2.0"{attributes}><channel><title>t</title>{items}</channel></rss>'


def item(title: str, text: str = "A text.") -> str:
    return ITEM.format(title=title, text=text)


def _laughs(levels: int, each: int) -> str:
    rows = ['<!ENTITY a0 "ha">']
    rows += [f'<!ENTITY a{n} "{f"&a{n - 1};" * each}">' for n in range(1, levels)]
    return f"<!DOCTYPE rss [{''.join(rows)}]>"


def _external(subset: str) -> Any:
    return lambda scene: {"body": feed(item("x-ext", "before &x; after"), doctype=scene.fill(subset))}


EXTERNAL = [
    ("file", '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'),
    ("http", '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://{canary}/x">]>'),
    ("public", '<!DOCTYPE rss [<!ENTITY x PUBLIC "-//x//EN" "http://{canary}/x">]>'),
    ("parameter", '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://{canary}/p.dtd"> %p; <!ENTITY x "y">]>'),
    ("dtd", '<!DOCTYPE rss SYSTEM "http://{canary}/rss.dtd">'),
    ("notation", '<!DOCTYPE rss [<!NOTATION n SYSTEM "http://{canary}/n"><!ENTITY x SYSTEM "http://{canary}/x" NDATA n>]>'),
]


def one(**told: Any) -> bytes:
    return rss(Item(**{"link": "http://own.example/one", **told}))


def _json_feed(*items: dict[str, Any], **told: Any) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "j", "items": items, **told})


JSON_TYPE = "application/feed+json"
JSON_ITEM = {"id": "1", "url": "http://own.example/json", "title": "JSON item", "content_text": "Text."}


def _hollow(scene: Scene) -> dict[str, Any]:
    return {"body": f"http://{scene.canary}/feed.xml", "type": "application/rss+xml"}


CASES = (
    Case(name="xml-laughs", does="expands ten levels of ten entities", word="read", kept=1, answers=({"body": feed(item("laughs", "&a9; end"), doctype=_laughs(10, 10))},)),
    Case(
        name="xml-laughs-attribute",
        does="expands entities inside an attribute",
        word="read",
        kept=1,
        answers=({"body": feed('<item><title>la</title><link>http://own.example/la</link><enclosure url="&a9;"/></item>', doctype=_laughs(10, 10))},),
    ),
    Case(
        name="xml-quadratic",
        does="names one entity of 100 kB 20,000 times",
        word="read",
        kept=1,
        answers=({"body": feed(item("quadratic", "&a;" * 20_000), doctype=f'<!DOCTYPE rss [<!ENTITY a "{"x" * 100_000}">]>')},),
    ),
    Case(
        name="xml-entity-small-many",
        does="names a short entity 200,000 times",
        word="read",
        kept=1,
        answers=({"body": feed(item("small", "&a;" * 200_000), doctype='<!DOCTYPE rss [<!ENTITY a "0123456789">]>')},),
    ),
    Case(
        name="xml-entity-loop",
        does="has an entity that means itself",
        word="read",
        kept=1,
        answers=({"body": feed(item("loop", "&a;"), doctype='<!DOCTYPE rss [<!ENTITY a "&b;"><!ENTITY b "&a;">]>')},),
    ),
    Case(
        name="xml-entities-100000",
        does="declares 100,000 entities",
        word="too-large",
        answers=({"body": feed(item("many"), doctype="<!DOCTYPE rss [" + "".join(f'<!ENTITY e{n} "value {n}">' for n in range(120_000)) + "]>")},),
    ),
    Case(
        name="xml-entities-50000",
        does="declares 50,000 entities",
        word="read",
        kept=1,
        answers=({"body": feed(item("many"), doctype="<!DOCTYPE rss [" + "".join(f'<!ENTITY e{n} "value {n}">' for n in range(50_000)) + "]>")},),
    ),
    *(
        Case(name=f"xml-external-{name}", does=f"names something outside by its DOCTYPE ({name})", word="read", kept=1, answers=(_external(subset),), never=("root:", "CANARY"))
        for name, subset in EXTERNAL
    ),
    Case(
        name="xml-xinclude",
        does="includes a file and an address by XInclude",
        word="read",
        kept=1,
        answers=(
            lambda scene: {
                "body": feed(
                    item("xi", f'a<xi:include href="file:///etc/passwd" parse="text"/><xi:include href="http://{scene.canary}/"/>b'),
                    attributes=' xmlns:xi="http://www.w3.org/2001/XInclude"',
                )
            },
        ),
        never=("root:",),
    ),
    Case(
        name="xml-stylesheet",
        does="names a style sheet and a schema to be fetched",
        word="read",
        kept=1,
        answers=(
            lambda scene: {
                "body": feed(
                    item("xsl"),
                    head=f'{HEAD}<?xml-stylesheet type="text/xsl" href="http://{scene.canary}/x.xsl"?>',
                    attributes=f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://{scene.canary}/x.xsd"',
                )
            },
        ),
    ),
    Case(
        name="xml-deep",
        does="nests 100,000 elements in an entry",
        word="read",
        kept=2,
        titles=("deep-after",),
        answers=({"body": feed(item("deep", "<a>" * 100_000 + "</a>" * 100_000) + item("deep-after"))},),
    ),
    Case(
        name="xml-deep-unclosed", does="opens 300,000 elements and closes none", word="reader-limit|not-a-feed", answers=({"body": HEAD + "<rss><channel>" + "<item>" * 300_000},)
    ),
    Case(name="xml-deep-html", does="nests 100,000 elements in an entry's HTML", word="read", kept=1, answers=({"body": one(title="deep html", text="<div>" * 100_000 + "x")},)),
    Case(
        name="xml-wide-attributes",
        does="gives one element 100,000 attributes",
        word="read",
        kept=1,
        answers=({"body": feed(item("wide"), attributes="".join(f' a{n}="{n}"' for n in range(100_000)))},),
    ),
    Case(
        name="xml-namespaces",
        does="declares 50,000 namespaces",
        word="read",
        kept=1,
        answers=({"body": feed(item("ns"), attributes="".join(f' xmlns:n{n}="urn:{n}"' for n in range(50_000)))},),
    ),
    Case(name="xml-same-attribute", does="gives an attribute twice", word="read", kept=1, answers=({"body": feed(item("twice"), attributes=' a="1" a="2"')},)),
    Case(
        name="xml-huge-name", does="has an element with a name of 1 MB", word="read", kept=1, answers=({"body": feed(f"<{'n' * 1_000_000}>x</{'n' * 1_000_000}>" + item("name"))},)
    ),
    Case(name="xml-huge-value", does="has an attribute of 2 MB", word="read", kept=1, answers=({"body": feed(item("value"), attributes=f' a="{"v" * 2_000_000}"')},)),
    Case(name="xml-comments", does="opens 100,000 comments and closes none", word="read", kept=1, answers=({"body": feed(item("comments", "<!--" * 100_000))},)),
    Case(
        name="xml-html-comments",
        does="opens 100,000 comments in an entry's HTML",
        word="read",
        kept=1,
        answers=({"body": one(title="html comments", text="<p>before</p>" + "<!--" * 100_000)},),
    ),
    Case(
        name="xml-cdata-unclosed",
        does="opens 100,000 CDATA sections",
        word="read",
        kept=1,
        titles=("before",),
        answers=({"body": feed(item("before") + item("cdata", "<![CDATA[" * 100_000))},),
    ),
    Case(name="xml-instructions", does="has 100,000 processing instructions", word="read", kept=1, answers=({"body": feed("<?php x ?>" * 100_000 + item("pi"))},)),
    Case(name="xml-instructions-unclosed", does="opens 100,000 processing instructions", word="not-a-feed", answers=({"body": HEAD + "<?p" * 100_000},)),
    Case(name="xml-ampersands", does="has 200,000 bare ampersands", word="read", kept=1, answers=({"body": feed(item("amp", "&" * 200_000))},)),
    Case(name="xml-less-than", does="has 200,000 bare less-than signs", word="read", kept=1, answers=({"body": feed(item("lt", "< " * 200_000))},)),
    Case(name="xml-doctype-unclosed", does="never ends its DOCTYPE", word="not-a-feed", answers=({"body": HEAD + "<!DOCTYPE rss [" + "<!ENTITY " * 100_000},)),
    Case(
        name="xml-references-odd",
        does="refers to characters that do not exist",
        word="read",
        kept=1,
        answers=({"body": feed(item("refs", "&#x110000; &#99999999; &#0; &#xD800; &#xFFFE; &#-1; &#x;"))},),
    ),
    Case(
        name="xml-utf7",
        does="hides markup in UTF-7",
        word="read",
        kept=1,
        never=("<script",),
        answers=(
            {"body": feed(item("utf7", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"), head='<?xml version="1.0" encoding="utf-7"?>'), "type": "application/rss+xml; charset=utf-7"},
        ),
    ),
    Case(name="xml-nul", does="has NULs between all letters", word="read", kept=1, answers=({"body": feed(item("nul", "a\x00b\x00c")).replace("<item>", "<item>\x00")},)),
    Case(
        name="xml-utf16-nobom",
        does="is UTF-16 without a mark, and says UTF-8",
        word="read",
        kept=1,
        titles=("wide",),
        answers=({"body": feed(item("wide"), head='<?xml version="1.0" encoding="utf-8"?>').encode("utf-16-le")},),
    ),
    Case(
        name="xml-utf32",
        does="is UTF-32",
        word="read",
        kept=1,
        titles=("wider",),
        answers=({"body": feed(item("wider"), head='<?xml version="1.0" encoding="utf-32"?>').encode("utf-32")},),
    ),
    Case(name="xml-boms", does="begins with ten byte order marks", word="read", kept=1, answers=({"body": b"\xef\xbb\xbf" * 10 + feed(item("boms")).encode()},)),
    Case(
        name="xml-mixed-charsets",
        does="has UTF-8, Latin-1 and Shift-JIS in one document",
        word="read",
        kept=3,
        answers=(
            {"body": feed("@1@2@3").encode().replace(b"@1", item("ü").encode()).replace(b"@2", item("\xdf").encode("latin-1")).replace(b"@3", item("日本").encode("shift-jis"))},
        ),
    ),
    Case(
        name="xml-unknown-charset",
        does="names a charset that does not exist",
        word="read",
        kept=1,
        answers=({"body": feed(item("cs"), head='<?xml version="1.0" encoding="../../etc/passwd"?>'), "type": "text/xml; charset=\x1b[31m"},),
    ),
    Case(
        name="xml-charset-codec",
        does="names a codec of Python that is no charset",
        word="read",
        kept=1,
        answers=({"body": feed(item("codec"), head='<?xml version="1.0" encoding="zlib_codec"?>'), "type": "text/xml; charset=rot13"},),
    ),
    Case(name="xml-version", does="is XML 99.9", word="read", kept=1, answers=({"body": feed(item("v"), head='<?xml version="99.9" standalone="maybe"?>')},)),
    Case(name="xml-cut", does="breaks off inside its third entry", word="read", kept=2, answers=({"body": feed(item("c1") + item("c2") + item("c3"))[:-75]},)),
    Case(name="xml-two-documents", does="is two documents, one after the other", word="read", kept=1, answers=({"body": feed(item("d1")) + feed(item("d2"))},)),
    Case(
        name="xml-many-entries",
        does="has 10,000 entries",
        word="part-read",
        kept=500,
        answers=({"body": rss(*(Item(title=f"e{n}", link=f"http://own.example/e{n}", text="", author=None) for n in range(10_000)))[:2_999_000] + b""},),
    ),
    Case(name="xml-binary", does="is 1 MB of every byte", word="not-a-feed", answers=({"body": bytes(range(256)) * 4000},)),
    Case(name="xml-spaces", does="is 2 MB of spaces", word="not-a-feed", answers=({"body": b" " * 2_000_000},)),
    Case(name="xml-zip", does="is a zip archive", word="not-a-feed", answers=({"body": b"PK\x03\x04" + bytes(5000)},)),
    Case(name="xml-address", does="is an address instead of a document", word="not-a-feed", answers=(_hollow,)),
    Case(name="xml-path", does="is the path of a file", word="not-a-feed", answers=({"body": "/etc/passwd"},), never=("root:",)),
    Case(name="json-deep", does="nests 200,000 lists in JSON", word="not-a-feed", answers=({"body": "[" * 200_000, "type": JSON_TYPE},)),
    Case(
        name="json-deep-feed",
        does="nests 100,000 objects inside a JSON feed",
        word="not-a-feed",
        answers=({"body": _json_feed(JSON_ITEM)[:-1] + ',"x":' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}", "type": JSON_TYPE},),
    ),
    Case(
        name="json-surrogate",
        does="has a lone surrogate in JSON",
        word="read",
        kept=1,
        answers=({"body": _json_feed({**JSON_ITEM, "title": "half \ud800 letter", "content_text": "\udfff"}), "type": JSON_TYPE},),
    ),
    Case(
        name="json-numbers",
        does="has a number of a million digits",
        word="read",
        kept=1,
        answers=({"body": _json_feed(JSON_ITEM)[:-1] + f',"n":{"9" * 1_000_000},"m":1e999999,"k":NaN' + "}", "type": JSON_TYPE},),
    ),
    Case(
        name="json-types",
        does="has numbers, lists and nulls where texts should be",
        word="read",
        kept=1,
        answers=(
            {
                "body": _json_feed(
                    {**JSON_ITEM, "title": 5, "authors": {"name": []}, "tags": "x", "attachments": [1, None]}, {"id": {}, "url": [], "title": {}}, 7, None, title=[], authors=3
                ),
                "type": JSON_TYPE,
            },
        ),
    ),
    Case(
        name="json-keys",
        does="has an object with 100,000 keys, and one key many times",
        word="read",
        kept=1,
        answers=({"body": _json_feed(JSON_ITEM)[:-1] + "".join(f',"k{n}":{n},"same":{n}' for n in range(50_000)) + "}", "type": JSON_TYPE},),
    ),
    Case(
        name="json-prototype",
        does="sets __proto__, __class__ and constructor",
        word="read",
        kept=1,
        answers=({"body": _json_feed({**JSON_ITEM, "__proto__": {"a": 1}, "__class__": "x"}, constructor={"prototype": 1}), "type": JSON_TYPE},),
    ),
    Case(name="xml-plain-many", does="carries 3 honest stories", word="read", kept=3, answers=({"body": rss(*many(3, site="own.example"))},)),
)
