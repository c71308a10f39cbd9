"""XML and JSON that attack a parser. Threats A4, A5, A9."""

from __future__ import annotations

import json
from typing import Any

from tests.hostile.case import Case, CaseServer
from tests.support.feeds import Item, many, rss

# One case a line.
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
    return lambda server: {"body": feed(item("x-ext", "before &x; after"), doctype=server.fill(subset))}


EXTERNAL = [
    ("file", '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'),
    ("http", '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://{canary}/x">]>'),
    ("public", '<!DOCTYPE rss [<!ENTITY x PUBLIC "-//x//EN" "http://{canary}/x">]>'),
    ("parameter", '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://{canary}/p.dtd"> %p; <!ENTITY x "y">]>'),
    ("dtd", '<!DOCTYPE rss SYSTEM "http://{canary}/rss.dtd">'),
    ("notation", '<!DOCTYPE rss [<!NOTATION n SYSTEM "http://{canary}/n"><!ENTITY x SYSTEM "http://{canary}/x" NDATA n>]>'),
]


def one(**fields: Any) -> bytes:
    return rss(Item(**{"link": "http://own.example/one", **fields}))


def _json_feed(*items: dict[str, Any], **fields: Any) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "j", "items": items, **fields})


JSON_TYPE = "application/feed+json"
JSON_ITEM = {"id": "1", "url": "http://own.example/json", "title": "JSON item", "content_text": "Text."}


def _hollow(server: CaseServer) -> dict[str, Any]:
    return {"body": f"http://{server.canary}/feed.xml", "type": "application/rss+xml"}


CASES = (
    Case(name="xml-laughs", description="expands ten levels of ten entities", outcome="read", story_count=1, responses=({"body": feed(item("laughs", "&a9; end"), doctype=_laughs(10, 10))},)),
    Case(
        name="xml-laughs-attribute",
        description="expands entities inside an attribute",
        outcome="read",
        story_count=1,
        responses=({"body": feed('<item><title>la</title><link>http://own.example/la</link><enclosure url="&a9;"/></item>', doctype=_laughs(10, 10))},),
    ),
    Case(
        name="xml-quadratic",
        description="names one entity of 100 kB 20,000 times",
        outcome="read",
        story_count=1,
        responses=({"body": feed(item("quadratic", "&a;" * 20_000), doctype=f'<!DOCTYPE rss [<!ENTITY a "{"x" * 100_000}">]>')},),
    ),
    Case(
        name="xml-entity-small-many",
        description="names a short entity 200,000 times",
        outcome="read",
        story_count=1,
        responses=({"body": feed(item("small", "&a;" * 200_000), doctype='<!DOCTYPE rss [<!ENTITY a "0123456789">]>')},),
    ),
    Case(
        name="xml-entity-loop",
        description="has an entity that means itself",
        outcome="read",
        story_count=1,
        responses=({"body": feed(item("loop", "&a;"), doctype='<!DOCTYPE rss [<!ENTITY a "&b;"><!ENTITY b "&a;">]>')},),
    ),
    Case(
        name="xml-entities-100000",
        description="declares 100,000 entities",
        outcome="too-large",
        responses=({"body": feed(item("many"), doctype="<!DOCTYPE rss [" + "".join(f'<!ENTITY e{n} "value {n}">' for n in range(120_000)) + "]>")},),
    ),
    Case(
        name="xml-entities-50000",
        description="declares 50,000 entities",
        outcome="read",
        story_count=1,
        responses=({"body": feed(item("many"), doctype="<!DOCTYPE rss [" + "".join(f'<!ENTITY e{n} "value {n}">' for n in range(50_000)) + "]>")},),
    ),
    *(
        Case(name=f"xml-external-{name}", description=f"names something outside by its DOCTYPE ({name})", outcome="read", story_count=1, responses=(_external(subset),), forbidden=("root:", "CANARY"))
        for name, subset in EXTERNAL
    ),
    Case(
        name="xml-xinclude",
        description="includes a file and an address by XInclude",
        outcome="read",
        story_count=1,
        responses=(
            lambda server: {
                "body": feed(
                    item("xi", f'a<xi:include href="file:///etc/passwd" parse="text"/><xi:include href="http://{server.canary}/"/>b'),
                    attributes=' xmlns:xi="http://www.w3.org/2001/XInclude"',
                )
            },
        ),
        forbidden=("root:",),
    ),
    Case(
        name="xml-stylesheet",
        description="names a style sheet and a schema to be fetched",
        outcome="read",
        story_count=1,
        responses=(
            lambda server: {
                "body": feed(
                    item("xsl"),
                    head=f'{HEAD}<?xml-stylesheet type="text/xsl" href="http://{server.canary}/x.xsl"?>',
                    attributes=f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://{server.canary}/x.xsd"',
                )
            },
        ),
    ),
    Case(
        name="xml-deep",
        description="nests 100,000 elements in an entry",
        outcome="read",
        story_count=2,
        titles=("deep-after",),
        responses=({"body": feed(item("deep", "<a>" * 100_000 + "</a>" * 100_000) + item("deep-after"))},),
    ),
    Case(
        name="xml-deep-unclosed", description="opens 300,000 elements and closes none", outcome="worker-limit|not-a-feed", responses=({"body": HEAD + "<rss><channel>" + "<item>" * 300_000},)
    ),
    Case(name="xml-deep-html", description="nests 100,000 elements in an entry's HTML", outcome="read", story_count=1, responses=({"body": one(title="deep html", text="<div>" * 100_000 + "x")},)),
    Case(
        name="xml-wide-attributes",
        description="gives one element 100,000 attributes",
        outcome="read",
        story_count=1,
        responses=({"body": feed(item("wide"), attributes="".join(f' a{n}="{n}"' for n in range(100_000)))},),
    ),
    Case(
        name="xml-namespaces",
        description="declares 50,000 namespaces",
        outcome="read",
        story_count=1,
        responses=({"body": feed(item("ns"), attributes="".join(f' xmlns:n{n}="urn:{n}"' for n in range(50_000)))},),
    ),
    Case(name="xml-same-attribute", description="gives an attribute twice", outcome="read", story_count=1, responses=({"body": feed(item("twice"), attributes=' a="1" a="2"')},)),
    Case(
        name="xml-huge-name", description="has an element with a name of 1 MB", outcome="read", story_count=1, responses=({"body": feed(f"<{'n' * 1_000_000}>x</{'n' * 1_000_000}>" + item("name"))},)
    ),
    Case(name="xml-huge-value", description="has an attribute of 2 MB", outcome="read", story_count=1, responses=({"body": feed(item("value"), attributes=f' a="{"v" * 2_000_000}"')},)),
    Case(name="xml-comments", description="opens 100,000 comments and closes none", outcome="read", story_count=1, responses=({"body": feed(item("comments", "<!--" * 100_000))},)),
    Case(
        name="xml-html-comments",
        description="opens 100,000 comments in an entry's HTML",
        outcome="read",
        story_count=1,
        responses=({"body": one(title="html comments", text="<p>before</p>" + "<!--" * 100_000)},),
    ),
    Case(
        name="xml-cdata-unclosed",
        description="opens 100,000 CDATA sections",
        outcome="read",
        story_count=1,
        titles=("before",),
        responses=({"body": feed(item("before") + item("cdata", "<![CDATA[" * 100_000))},),
    ),
    Case(name="xml-instructions", description="has 100,000 processing instructions", outcome="read", story_count=1, responses=({"body": feed("<?php x ?>" * 100_000 + item("pi"))},)),
    Case(name="xml-instructions-unclosed", description="opens 100,000 processing instructions", outcome="not-a-feed", responses=({"body": HEAD + "<?p" * 100_000},)),
    Case(name="xml-ampersands", description="has 200,000 bare ampersands", outcome="read", story_count=1, responses=({"body": feed(item("amp", "&" * 200_000))},)),
    Case(name="xml-ampersands-markup", description="has 1,000,000 bare ampersands as markup of a text", outcome="read", story_count=1, responses=({"body": feed(item("amp", f"<![CDATA[<p>{'&' * 1_000_000}</p>]]>"))},)),
    Case(name="xml-attributes-of-text", description="has an element of 80,000 attributes in a text", outcome="read", story_count=1, responses=({"body": feed(item("attributes", f"<![CDATA[<p {' '.join(f'a{n}=1' for n in range(80_000))}>A text.</p>]]>"))},)),
    Case(name="xml-less-than", description="has 200,000 bare less-than signs", outcome="read", story_count=1, responses=({"body": feed(item("lt", "< " * 200_000))},)),
    Case(name="xml-doctype-unclosed", description="never ends its DOCTYPE", outcome="not-a-feed", responses=({"body": HEAD + "<!DOCTYPE rss [" + "<!ENTITY " * 100_000},)),
    Case(
        name="xml-references-odd",
        description="refers to characters that do not exist",
        outcome="read",
        story_count=1,
        responses=({"body": feed(item("refs", "&#x110000; &#99999999; &#0; &#xD800; &#xFFFE; &#-1; &#x;"))},),
    ),
    Case(
        name="xml-utf7",
        description="hides markup in UTF-7",
        outcome="read",
        story_count=1,
        forbidden=("<script",),
        responses=(
            {"body": feed(item("utf7", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"), head='<?xml version="1.0" encoding="utf-7"?>'), "type": "application/rss+xml; charset=utf-7"},
        ),
    ),
    Case(name="xml-nul", description="has NULs between all letters", outcome="read", story_count=1, responses=({"body": feed(item("nul", "a\x00b\x00c")).replace("<item>", "<item>\x00")},)),
    Case(
        name="xml-utf16-nobom",
        description="is UTF-16 without a mark, and says UTF-8",
        outcome="read",
        story_count=1,
        titles=("wide",),
        responses=({"body": feed(item("wide"), head='<?xml version="1.0" encoding="utf-8"?>').encode("utf-16-le")},),
    ),
    Case(
        name="xml-utf32",
        description="is UTF-32",
        outcome="read",
        story_count=1,
        titles=("wider",),
        responses=({"body": feed(item("wider"), head='<?xml version="1.0" encoding="utf-32"?>').encode("utf-32")},),
    ),
    Case(name="xml-boms", description="begins with ten byte order marks", outcome="read", story_count=1, responses=({"body": b"\xef\xbb\xbf" * 10 + feed(item("boms")).encode()},)),
    Case(
        name="xml-mixed-charsets",
        description="has UTF-8, Latin-1 and Shift-JIS in one document",
        outcome="read",
        story_count=3,
        responses=(
            {"body": feed("@1@2@3").encode().replace(b"@1", item("ü").encode()).replace(b"@2", item("\xdf").encode("latin-1")).replace(b"@3", item("日本").encode("shift-jis"))},
        ),
    ),
    Case(
        name="xml-unknown-charset",
        description="names a charset that does not exist",
        outcome="read",
        story_count=1,
        responses=({"body": feed(item("cs"), head='<?xml version="1.0" encoding="../../etc/passwd"?>'), "type": "text/xml; charset=\x1b[31m"},),
    ),
    Case(
        name="xml-charset-codec",
        description="names a codec of Python that is no charset",
        outcome="read",
        story_count=1,
        responses=({"body": feed(item("codec"), head='<?xml version="1.0" encoding="zlib_codec"?>'), "type": "text/xml; charset=rot13"},),
    ),
    Case(name="xml-version", description="is XML 99.9", outcome="read", story_count=1, responses=({"body": feed(item("v"), head='<?xml version="99.9" standalone="maybe"?>')},)),
    Case(name="xml-cut", description="breaks off inside its third entry", outcome="read", story_count=2, responses=({"body": feed(item("c1") + item("c2") + item("c3"))[:-75]},)),
    Case(name="xml-two-documents", description="is two documents, one after the other", outcome="read", story_count=1, responses=({"body": feed(item("d1")) + feed(item("d2"))},)),
    Case(
        name="xml-many-entries",
        description="has 10,000 entries",
        outcome="partly-read",
        story_count=500,
        responses=({"body": rss(*(Item(title=f"e{n}", link=f"http://own.example/e{n}", text="", author=None) for n in range(10_000)))[:2_999_000] + b""},),
    ),
    Case(name="xml-binary", description="is 1 MB of every byte", outcome="not-a-feed", responses=({"body": bytes(range(256)) * 4000},)),
    Case(name="xml-spaces", description="is 2 MB of spaces", outcome="not-a-feed", responses=({"body": b" " * 2_000_000},)),
    Case(name="xml-zip", description="is a zip archive", outcome="not-a-feed", responses=({"body": b"PK\x03\x04" + bytes(5000)},)),
    Case(name="xml-address", description="is an address instead of a document", outcome="not-a-feed", responses=(_hollow,)),
    Case(name="xml-path", description="is the path of a file", outcome="not-a-feed", responses=({"body": "/etc/passwd"},), forbidden=("root:",)),
    Case(name="json-deep", description="nests 200,000 lists in JSON", outcome="not-a-feed", responses=({"body": "[" * 200_000, "type": JSON_TYPE},)),
    Case(
        name="json-deep-feed",
        description="nests 100,000 objects inside a JSON feed",
        outcome="not-a-feed",
        responses=({"body": _json_feed(JSON_ITEM)[:-1] + ',"x":' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}", "type": JSON_TYPE},),
    ),
    Case(
        name="json-surrogate",
        description="has a lone surrogate in JSON",
        outcome="read",
        story_count=1,
        responses=({"body": _json_feed({**JSON_ITEM, "title": "half \ud800 letter", "content_text": "\udfff"}), "type": JSON_TYPE},),
    ),
    Case(
        name="json-numbers",
        description="has a number of a million digits",
        outcome="read",
        story_count=1,
        responses=({"body": _json_feed(JSON_ITEM)[:-1] + f',"n":{"9" * 1_000_000},"m":1e999999,"k":NaN' + "}", "type": JSON_TYPE},),
    ),
    Case(
        name="json-types",
        description="has numbers, lists and nulls where texts should be",
        outcome="read",
        story_count=1,
        responses=(
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
        description="has an object with 100,000 keys, and one key many times",
        outcome="read",
        story_count=1,
        responses=({"body": _json_feed(JSON_ITEM)[:-1] + "".join(f',"k{n}":{n},"same":{n}' for n in range(50_000)) + "}", "type": JSON_TYPE},),
    ),
    Case(
        name="json-prototype",
        description="sets __proto__, __class__ and constructor",
        outcome="read",
        story_count=1,
        responses=({"body": _json_feed({**JSON_ITEM, "__proto__": {"a": 1}, "__class__": "x"}, constructor={"prototype": 1}), "type": JSON_TYPE},),
    ),
    Case(name="xml-plain-many", description="carries 3 honest stories", outcome="read", story_count=3, responses=({"body": rss(*many(3, site="own.example"))},)),
)
