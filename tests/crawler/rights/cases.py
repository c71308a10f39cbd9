"""Published forms of rights with the terms that they mean: in headers, elements of a page, and feeds."""

from __future__ import annotations

from tests.support.articles import article, json_ld

CC_BY = "https://creativecommons.org/licenses/by/4.0/"
POLICY = "https://daily.test/policy.json"

# (headers, terms)
HEADERS: tuple[tuple[tuple[tuple[str, str], ...], tuple[str, ...]], ...] = (
    ((), ()),
    ((("x-robots-tag", "noindex"),), ("noindex",)),
    ((("x-robots-tag", "NoIndex, NoFollow"),), ("noindex",)),
    ((("x-robots-tag", "none"),), ("noindex",)),
    ((("x-robots-tag", "noarchive, nosnippet"),), ("noarchive", "nosnippet")),
    ((("x-robots-tag", "noai, noimageai"),), ("noai", "noimageai")),
    ((("x-robots-tag", "googlebot: noindex"),), ()),
    ((("x-robots-tag", "newsdesk: noindex"),), ("noindex",)),
    ((("x-robots-tag", "*: noindex"),), ("noindex",)),
    # rules behind a name are for that agent only, those before it for all
    ((("x-robots-tag", "noarchive, otherbot: noindex, nosnippet"),), ("noarchive",)),
    ((("x-robots-tag", "otherbot: noindex"), ("x-robots-tag", "noarchive")), ("noarchive",)),
    ((("x-robots-tag", "unavailable_after: 25 Jun 2030 15:00:00 PST, noindex"),), ("noindex",)),
    ((("x-robots-tag", "max-snippet: 50, max-image-preview: large"),), ()),
    ((("tdm-reservation", "1"),), ("tdm-reserved",)),
    ((("tdm-reservation", "0"),), ("tdm-allowed",)),
    ((("tdm-reservation", "2"),), ()),  # an error in the protocol: nothing is stated
    ((("tdm-reservation", "yes"),), ()),
    ((("tdm-reservation", " 1 "), ("tdm-policy", POLICY)), ("tdm-reserved",)),
    ((("tdm-policy", POLICY),), ()),
    ((("content-signal", "search=yes, ai-train=no"),), ("ai-train=no", "search=yes")),
    ((("content-signal", "ai-input=no,use=reference"),), ("ai-input=no",)),
    ((("content-signal", "ai-train=maybe"),), ()),
    ((("content-usage", "train-ai=n"),), ("ai-train=no",)),
)  # fmt: skip

# (head of a page, terms)
PAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("", ()),
    ('<meta name="robots" content="noindex,follow">', ("noindex",)),
    ('<meta name="ROBOTS" content="NOARCHIVE"><meta name="newsdesk" content="noindex">', ("noarchive", "noindex")),
    ('<meta name="googlebot" content="noindex">', ()),
    ('<meta name="robots" content="index, follow, max-image-preview:large">', ()),
    ('<meta name="tdm-reservation" content="1">', ("tdm-reserved",)),
    ('<meta name="tdm-reservation" content="0">', ("tdm-allowed",)),
    ('<meta name="tdm-reservation" content="true">', ()),
    (f'<meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="{POLICY}">', ("tdm-reserved",)),
    (json_ld(headline="x", isAccessibleForFree=False), ("paid",)),
    (json_ld(headline="x", isAccessibleForFree="True"), ("free",)),
    (json_ld(headline="x", hasPart={"@type": "WebPageElement", "isAccessibleForFree": False}), ("paid",)),
    ('<meta property="article:content_tier" content="metered">', ("paid",)),
    (json_ld(headline="x", license=CC_BY), ("licence:CC-BY",)),
    (json_ld(headline="x", license={"@type": "CreativeWork", "url": CC_BY}), ("licence:CC-BY",)),
    (json_ld(headline="x", license=[CC_BY, "https://daily.test/terms"]), ("licence:CC-BY", "licence:other")),
    (json_ld(headline="x", copyrightHolder={"@type": "Organization", "name": "The Daily"}), ("copyright",)),
    (json_ld(headline="x", copyrightYear=2026), ("copyright",)),
    (json_ld(headline="x", copyrightNotice="© 2026 The Daily"), ("copyright",)),
    (f'<link rel="license" href="{CC_BY}">', ("licence:CC-BY",)),
    ('<a rel="nofollow license" href="https://creativecommons.org/licenses/by-nc-sa/3.0/de/">x</a>',
     ("licence:CC-BY-NC-SA",)),
    ('<meta name="copyright" content="&copy; 2026 The Daily">', ("copyright",)),
    ('<meta name="dcterms.license" content="https://creativecommons.org/publicdomain/zero/1.0/">', ("licence:CC0",)),
    ('<meta name="dc.rights" content="CC BY-SA 4.0">', ("licence:CC-BY-SA",)),
    ('<meta name="copyright" content="  ">', ()),
)  # fmt: skip

# (attributes of the root, elements of the channel or feed, elements of the entry, terms)
CREATIVE = 'xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule"'
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'
RSS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("", "", "", ()),
    ("", "<copyright>© 2026 The Daily</copyright>", "", ("copyright",)),
    ("", "<copyright>  </copyright>", "", ()),
    ("", "", "<dc:rights>All rights reserved</dc:rights>", ("copyright",)),
    ("", "<copyright>© Daily</copyright>", "<dc:rights>CC BY-ND</dc:rights>", ("licence:CC-BY-ND",)),
    (CREATIVE, f"<creativeCommons:license>{CC_BY}</creativeCommons:license>", "", ("licence:CC-BY",)),
    (CREATIVE, f"<creativeCommons:license>{CC_BY}</creativeCommons:license>",
     "<creativeCommons:license>http://creativecommons.org/licenses/by-nc/2.0/</creativeCommons:license>",
     ("licence:CC-BY-NC",)),
    ('xmlns:cc="http://web.resource.org/cc/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"', "",
     f'<cc:license rdf:resource="{CC_BY}"/>', ("licence:CC-BY",)),
    (MEDIA, "", '<media:copyright url="https://daily.test/terms">2026 The Daily</media:copyright>', ("copyright",)),
    (MEDIA, "", f'<media:license type="text/html" href="{CC_BY}">Attribution</media:license>', ("licence:CC-BY",)),
    # of a picture, not of the story
    (MEDIA, "", '<media:content url="a.jpg"><media:copyright>A photographer</media:copyright></media:content>', ()),
    ('xmlns:atom="http://www.w3.org/2005/Atom"', f'<atom:link rel="license" href="{CC_BY}"/>', "", ("licence:CC-BY",)),
    ("", "<copyright>&lt;b&gt;&amp;copy; 2026&lt;/b&gt;</copyright>", "", ("copyright",)),
)  # fmt: skip
ATOM: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("", "", ()),
    ("<rights>© 2026 The Daily</rights>", "", ("copyright",)),
    ('<rights type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">© <b>Daily</b></div></rights>', "",
     ("copyright",)),
    ("<rights>© Daily</rights>", "<rights>CC0</rights>", ("licence:CC0",)),
    (f'<link rel="license" href="{CC_BY}"/>', "", ("licence:CC-BY",)),
    (f'<link rel="license" href="{CC_BY}"/>', '<link rel="license" href="https://daily.test/terms"/>',
     ("licence:other",)),
    ("<rights>© Daily</rights>", f'<link rel="license" href="{CC_BY}"/>', ("copyright", "licence:CC-BY")),
    ("<rights>© Daily</rights>", "<source><rights>CC BY-SA</rights></source>", ("licence:CC-BY-SA",)),
)  # fmt: skip

# (text or address of a licence, term)
LICENCES: tuple[tuple[str, str], ...] = (
    (CC_BY, "licence:CC-BY"),
    ("http://creativecommons.org/licenses/by-nc-nd/2.0/uk/", "licence:CC-BY-NC-ND"),
    ("https://creativecommons.org/licences/by-sa/4.0", "licence:CC-BY-SA"),
    ("https://creativecommons.org/publicdomain/zero/1.0/", "licence:CC0"),
    ("https://creativecommons.org/publicdomain/mark/1.0/", "licence:public-domain"),
    ("CC BY 4.0", "licence:CC-BY"),
    ("cc-by-nc-sa", "licence:CC-BY-NC-SA"),
    ("CC0 1.0", "licence:CC0"),
    ("Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International", "licence:CC-BY-NC-SA"),
    ("Creative Commons Namensnennung - Keine Bearbeitungen 3.0", "licence:CC-BY-ND"),
    ("Licencia Creative Commons Atribución-NoComercial", "licence:CC-BY-NC"),
    ("https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "licence:OGL"),
    ("https://daily.test/terms", "licence:other"),
    ("Accenture BY design", "licence:other"),
)  # fmt: skip


def rss(attributes: str, channel: str, item: str) -> bytes:
    return (
        f'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" {attributes}><channel><title>Daily</title>'
        f"<link>http://daily.test/</link>{channel}<item><title>Ferry</title><link>http://daily.test/ferry</link>"
        f"<description>The first boat leaves at six.</description>{item}</item></channel></rss>"
    ).encode()


def atom(feed: str, entry: str) -> bytes:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Daily</title><id>urn:d</id>'
        f"{feed}<entry><id>urn:f</id><title>Ferry</title>"
        f'<link href="http://daily.test/ferry"/><summary>The first boat leaves at six.</summary>{entry}</entry></feed>'
    ).encode()


def page(head: str) -> bytes:
    return article(head=head)
