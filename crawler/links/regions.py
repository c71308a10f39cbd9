"""The region of a page in which an element stands, by its tag, role, class and id. Pure.

A class may be wrong: `nav-open` on the wrapper of the whole page. `Part.links` counts the headlines inside, so that
a part with most of the page's headlines is no navigation.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from newsdesk.crawler.links.models import Region

_TAGS: dict[str, Region] = {"nav": "navigation", "footer": "footer", "aside": "aside", "main": "main"}
_ROLES: dict[str, Region] = {
    "navigation": "navigation",
    "menubar": "navigation",
    "menu": "navigation",
    "contentinfo": "footer",
    "complementary": "aside",
    "banner": "header",
    "main": "main",
    "search": "account",
}
_CARD_TAGS = frozenset(("article", "li", "section", "main", "td", "dd"))
# Words of classes and ids, in the order of precedence. A name of two words stands without its hyphen.
_WORDS: tuple[tuple[Region, frozenset[str]], ...] = (
    ("advertisement", frozenset(
        "ad ads adv advert adverts advertisement advertising adslot adbox adunit sponsored sponsoredcontent sponsor"
        " sponsors taboola outbrain revcontent mgid plista ligatus dianomi nativo nativead advertorial anzeige anzeigen"
        " werbung publicidad publicidade publicite pubblicita reklama reklame reklam mainos annons annonse annonce"
        " paidcontent brandedcontent partnercontent".split())),
    ("breadcrumb", frozenset("breadcrumb breadcrumbs crumbs crumb brotkrume ariane fildariane".split())),
    ("pagination", frozenset(
        "pagination pager paginate paginator paging pagenav pagenavi pagenumbers navlinks pagelist postsnavigation"
        " loadmore pages".split())),
    ("share", frozenset(
        "share sharing sharebar sharebuttons social socials socialmedia addthis addtoany sharethis shareicons"
        " followus socialicons sociallinks sns".split())),
    ("comments", frozenset("comments commentlist disqus commentcount respond".split())),
    ("tags", frozenset(
        "tags tagcloud taglist keywords tagscloud hottags hottopics topiclist trendingtopics topicbar hashtags"
        " taglinks posttags".split())),
    ("author", frozenset(
        "author authors byline bylines autor autores autoren auteur auteurs autore yazar avtor writer vcard"
        " contributors".split())),
    ("account", frozenset(
 "login signin signup account usermenu userbar subscribe newsletter newsletters signupform".split())),
    ("footer", frozenset(
        "footer colophon pagefooter sitefooter footerlinks footernav footermenu copyright friendlink friendlinks"
        " bottomnav legal imprint footerwrapper foot".split())),
    ("navigation", frozenset(
        "nav navbar navi navigation menu submenu megamenu mainmenu mainnav topnav subnav sidenav topmenu sitenav"
        " globalnav topbar navlist menubar offcanvas hamburger burger drawer flyout dropdown servicenav metanav"
        " localnav gnb lnb channels quicklinks skiplinks languages langswitch languageswitcher".split())),
    ("header", frozenset("masthead siteheader pageheader mainheader topheader headerwrapper".split())),
    ("related", frozenset(
        "related relatedposts recommended recommendation recommendations popular mostread mostpopular trending topread"
        " meistgelesen ranking toplist masleidas maisread piuletti lesplus mostviewed hotnews top10".split())),
    ("aside", frozenset("sidebar aside rail rightcolumn sidecolumn rightrail sidecol".split())),
)  # fmt: skip
_DIGITS = re.compile(r"\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SPLIT = re.compile(r"[^A-Za-z0-9]+")
# Class names that speak of another part, `has-sidebar`, or of the story's subject, `category-social`.
_PREFIXES = frozenset(
    "has with no without is hide show js not hasno left right category cat tag term topic type status format label"
    " single postid".split()
)
_SHORT = frozenset(("ad", "ads", "adv"))  # only at an end of a name: `top-ad`, but not `content_ad_4_not`
_LONGEST_NAMES = 400  # characters of class and id
_HEADLINE = re.compile(
    r"head(?:line|ing)|tit(?:le|el|re|ulo|olo)|teaser|story|article|post|entry|news", re.IGNORECASE
)
_KICKER = re.compile(
    r"kicker|roof-?line|top-?line|over-?line|eyebrow|surtitle|sur-?titre|prefix|pre-?title|chapeu|volanta|antetitulo"
    r"|dachzeile|spitzmarke|occhiello|rubric|categor|section-?name|label|badge|byline|author|sr-only|visually-?hidden",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"head(?:line|ing)|(?<!sub)(?<!sub[-_])tit(?:le|el|re|ulo|olo)|(?:^|[\s_-])(?:ttl|tit|hl|hed)(?:$|[\s_-])",
    re.IGNORECASE,
)


@dataclass(slots=True, eq=False)
class Part:
    """A part of the page with a name, inside `outer`. `by_tag`: its tag or role says so, not only its class.
    `headlines` inside it, and in `alike` inside all parts of the same names."""

    region: Region
    outer: Part | None
    by_tag: bool
    names: str
    headlines: int = 0
    alike: int = 0

    def trusted(self, headlines: int) -> Region:
        """The region, as far as the part is no wrapper of the page or of each story; the page has `headlines`."""
        part: Part | None = self
        while part is not None:
            inside = max(part.headlines, part.alike)
            if part.region in ("main", "aside", "related") or inside < _FEW:
                return part.region
            if inside <= headlines * (0.5 if part.by_tag else 0.34):
                return part.region
            part = part.outer
        return "main"


_WIDE = ("navigation", "aside", "header", "footer", "related", "account")  # a name inside says more
_FEW = 4  # headlines of a part whose share says nothing


def part_of(tag: str, role: str | None, names: str, outer: Part | None, *, in_card: bool) -> Part | None:
    """The part that an element begins, or `outer` if it begins none."""
    if tag in ("html", "body"):
        return outer
    region: Region | None = _ROLES.get(role.lower()) if role else None
    by_tag = region is not None
    if region is None:
        region = _TAGS.get(tag)
        by_tag = region is not None
    if tag == "header":
        region, by_tag = (None, False) if in_card else ("header", True)
    elif tag == "footer" and in_card:
        region = None
    by_name = region_of_names(names[:_LONGEST_NAMES]) if names and tag != "main" else None
    if tag == "article" and by_name != "advertisement":
        by_name = None  # its class says what story it is: `paywall`, `has-comments`
    if by_name is not None and (region is None or (region in _WIDE and by_name not in _WIDE)):
        region = by_name
    if region is None or (outer is not None and _rank(outer.region) > _rank(region)):
        return outer
    return Part(region, outer, by_tag, f"{tag} {names}")


def _rank(region: Region) -> int:
    """A part inside another one of a higher rank is of the other's region: an aside in the footer is footer."""
    if region in ("main", "aside", "related", "header"):
        return {"main": 0, "header": 1, "aside": 1, "related": 1}[region]
    return {"navigation": 2, "footer": 3}.get(region, 4)


@lru_cache(maxsize=8192)
def region_of_names(names: str) -> Region | None:
    """The region that a class and an id name."""
    words: set[str] = set()
    for name in names.split():
        pieces = [piece.lower() for piece in _SPLIT.split(_CAMEL.sub("-", name)) if piece]
        words.update(one + two for one, two in pairwise(pieces))
        pieces = [piece for piece in pieces if not piece.isdigit()]
        if pieces and pieces[0] not in _PREFIXES:
            words.update(pieces[:1], pieces[-1:], (one for one in pieces if one not in _SHORT))
    return next((region for region, listed in _WORDS if words & listed), None)


@lru_cache(maxsize=8192)
def names_headline(names: str) -> bool:
    """Whether a class names a headline or a teaser."""
    return bool(_HEADLINE.search(names))


@lru_cache(maxsize=8192)
def names_title(names: str) -> bool:
    """Whether a class inside a link names the part of it that is the title."""
    return bool(_TITLE.search(names))


@lru_cache(maxsize=8192)
def names_kicker(names: str) -> bool:
    """Whether a class names what stands above a headline: its section, its topic."""
    return bool(_KICKER.search(names))


@lru_cache(maxsize=8192)
def layout_of(tag: str, classes: str | None) -> str:
    """An element's tag and its first classes, without the numbers that templates put into them."""
    names = [_DIGITS.sub("", name)[:40] for name in (classes or "")[:_LONGEST_NAMES].split()[:2]]
    return ".".join((tag, *names))


def is_card_tag(tag: str) -> bool:
    return tag in _CARD_TAGS
