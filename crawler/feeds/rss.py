"""RSS 0.90 to 2.0, with and without RDF, and CDF (Channel Definition Format): a tree to Articles.

Pure. RSS has no base address, so a relative link is joined to xml:base, else to the channel's link, which names the
site even behind a feed service (as in miniflux), else to the address of the document.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from newsdesk.crawler.documents.links import Scope, is_web_address, join, not_a_web_address
from newsdesk.crawler.documents.namespaces import Names
from newsdesk.crawler.documents.xml import Group, attribute_names, grouped, text_in, value_of
from newsdesk.crawler.feeds import entry, media
from newsdesk.crawler.feeds.paging import any_address, links_to_older, page_rank, relations
from newsdesk.crawler.feeds.people import distinct
from newsdesk.crawler.feeds.rights import entry_statements, feed_statements
from newsdesk.crawler.models import Article, Enclosure, FeedReading, Markup
from newsdesk.storage.records.rights.stated import Stated
from newsdesk.storage.records.server_hints import Hints
from newsdesk.storage.records.visits import FeedFacts

ROOTS = ("rss", "rdf:rdf", "rdf", "channel", "item")
_ITEMS = ("item", "atom:entry", "entry", "?:item")
# In CDF the title and the link of an item may be one element: `<A HREF="…">title</A>`.
_TITLES = ("title", *entry.MODULE_TITLES[:2], "atom:title", *entry.MODULE_TITLES[2:], "a")
_SUMMARIES = (
    *("description", "summary", "abstract", "atom:summary", "atom:description"),
    *entry.MODULE_SUMMARIES,
)
_CONTENTS = (
    *(*entry.FULL_TEXTS, "atom:content", "content", "body", "fullitem", "fulltext", "full-text", "encoded"),
    *entry.MODULE_CONTENTS,
)
_PUBLISHED = ("pubdate", "published", "issued", "atom:published", "atom:issued", *entry.MODULE_PUBLISHED)
_UPDATED = ("updated", "modified", "lastbuilddate", "atom:updated", "atom:modified", *entry.MODULE_UPDATED)
_AUTHORS = ("author", "creator", *entry.CREATORS, "atom:author")
_NOT_PERMALINK = ("false", "no", "0")
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


def read_rss(root: etree._Element, names: Names, base: str) -> FeedReading:
    """The channel's facts and its items in document order."""
    outer = entry.scope_inside(root, Scope(base))
    channels = [root] if names[root.tag] == "channel" else [e for e in root if names[e.tag] == "channel"]
    channel: Group = grouped(channels[0], names) if channels else {}
    scope = entry.scope_inside(channels[0], outer) if channels else outer
    if channels and (base_of_cdf := join(scope.base, channels[0].get("base"))):
        scope = scope._replace(base=base_of_cdf, printed=True)
    channel_link = (
        _plain_link(channel) or _atom_link(channel) or (_cdf_link(channels[0]) if channels else None)
    )
    home = join(scope.base, channel_link)
    if not scope.printed and channel_link and is_web_address(channel_link):
        scope = scope._replace(base=channel_link)
    language = entry.language_of(channel, scope)
    scope = scope._replace(language=language)
    items = [root] if names[root.tag] == "item" else list(_items(root, names))
    items = items or list(entry.entries_below(root, names, _ITEMS))
    rights = feed_statements(channel)
    return FeedReading(
        facts=FeedFacts(
            title=entry.first_text(channel, _TITLES),
            home=home,
            language=language,
            format=_format(root, names),
            hints=_hints(channel, names),
        ),
        articles=tuple(_article(item, names, scope, rights) for item in items),
        older=links_to_older(channel, outer),
        generator=entry.first_text(channel, ("generator",)),
    )


def _hints(channel: Group, names: Names) -> Hints:
    """The channel's hints for the time of the next visit, as printed."""
    return Hints(
        ttl=entry.first_text(channel, ("ttl",)),
        update_period=entry.first_text(channel, ("sy:updateperiod",)),
        update_frequency=entry.first_text(channel, ("sy:updatefrequency",)),
        update_base=entry.first_text(channel, ("sy:updatebase",)),
        skip_hours=_listed(channel, "skiphours", "hour", names),
        skip_days=_listed(channel, "skipdays", "day", names),
    )


def _listed(channel: Group, holder: str, name: str, names: Names) -> tuple[str, ...]:
    """The texts of one list of the channel, at most 24: the hours of a day."""
    found = [text_in(one) for held in channel.get(holder, ())[:1] for one in held if names[one.tag] == name]
    return tuple(text for text in found[:24] if text)


def _items(holder: etree._Element, names: Names) -> Iterator[etree._Element]:
    """Items in a channel, beside a channel (RDF, and faulty RSS), or in a list of items (RSS 1.1)."""
    for child in holder:
        name = names[child.tag]
        if name in _ITEMS[:3]:
            yield child
        elif name in ("channel", "items"):
            yield from _items(child, names)


def _article(item: etree._Element, names: Names, outer: Scope, rights: tuple[Stated, ...]) -> Article:
    group = media.open_media(grouped(item, names), names)
    scope = entry.scope_inside(item, outer)
    doubts: list[str] = []
    guid, guid_link = _guid(item, group, scope)
    link = _link(item, group, scope, doubts)
    scope = entry.base_for_markup(scope, link or guid_link)
    published, updated = entry.dates(group, _PUBLISHED, _UPDATED)
    published = published or (value_of(item, "lastmod") if item.attrib else None) or None  # CDF
    enclosures = media.distinct_files([*media.files(group, scope), *_atom_files(group, scope)])
    summary = entry.first_html(group, _SUMMARIES, scope)
    content = entry.first_html(group, _CONTENTS, scope) or _second_text(group, summary, scope)
    title = entry.first_html(group, _TITLES, scope)
    if not (title or summary or content):
        title = entry.first_html(group, entry.CAPTION_TITLES, scope)
        summary = entry.first_html(group, entry.CAPTION_TEXTS, scope)
    if not (link or guid_link or title or summary or content):
        link = media.only_file(enclosures, doubts) or any_address(group, scope, doubts)
    people = distinct(entry.people_in(group, _AUTHORS))
    return Article(
        guid=guid,
        guid_link=guid_link,
        link=link,
        original_link=entry.original_link(group, scope),
        title=title,
        summary=summary,
        content=content,
        published=published,
        updated=updated,
        authors=people or distinct(entry.people_in(group, entry.CREATORS_LAST)),
        categories=entry.distinct_categories(_categories(group)),
        language=entry.language_of(group, scope),
        image=media.picture(group, enclosures, scope),
        enclosures=enclosures,
        rights=entry_statements(group, rights),
        doubts=tuple(doubts),
    )


def _guid(item: etree._Element, group: Group, scope: Scope) -> tuple[str | None, str | None]:
    """(GUID, its address if it is a permalink). In RSS a GUID is a permalink unless `isPermaLink` is false; that is
    trusted only for an http(s) address, or for a path with `isPermaLink="true"` or without another link. RSS 1.0
    has rdf:about instead."""
    for element in group.get("guid", ()):
        if guid := text_in(element):
            claim = _attribute(element, "ispermalink").lower()
            if claim in _NOT_PERMALINK:
                return guid, None
            rooted = guid.startswith("/") and (claim == "true" or not group.get("link"))
            return guid, join(scope.base, guid) if rooted or is_web_address(guid) else None
    about = (item.get(_ABOUT) or item.get("about") or "").strip()
    if about:
        return about, about if is_web_address(about) else None
    other = entry.first_text(group, ("id", "atom:id", "dc:identifier", "dcterms:identifier"))
    return other, other if other and is_web_address(other) else None


def _attribute(element: etree._Element, name: str) -> str:
    printed = attribute_names(element).get(name)
    return "" if printed is None else str(element.get(printed, "")).strip()


def _link(item: etree._Element, group: Group, scope: Scope, doubts: list[str]) -> str | None:
    printed = sorted(group.get("link", ()), key=page_rank, reverse=True)
    links = (
        *(_printed_link(element) for element in printed),
        _atom_link(group),
        entry.first_text(group, ("url", "uri", "permalink")),
        _cdf_link(item),
        *(_printed_link(element) for element in group.get("?:link", ())),
    )
    for link in links:
        if not link:
            continue
        joined = join(scope.base, link)
        if joined:
            return joined
        doubts.append(not_a_web_address("link", link))
    return None


def _cdf_link(element: etree._Element) -> str | None:
    """`<ITEM HREF="…">`, or `<A HREF="…">` inside it."""
    for holder in (element, *(child for child in element if child.tag.lower() == "a")):
        if holder.attrib and (href := value_of(holder, "href")):
            return href
    return None


def _printed_link(element: etree._Element) -> str:
    """The text; an href as in Atom, of the element or of an <a> in it; or the text after an empty <link/>, where
    HTML serialisers put it. "" if its relation is another than to the page."""
    if element.attrib and not page_rank(element):
        return ""
    if len(element) and (href := value_of(element[0], "href")):
        return href
    text = text_in(element)
    if text or not (element.attrib or element.tail):
        return text
    if href := value_of(element, "href", "url", "resource"):
        return href
    tail = (element.tail or "").strip()
    return tail if is_web_address(tail) else ""


def _plain_link(group: Group) -> str | None:
    return next((link for element in group.get("link", ()) if (link := _printed_link(element))), None)


def _atom_link(group: Group) -> str | None:
    for element in group.get("atom:link", ()):
        if page_rank(element) == 2 and (href := value_of(element, "href", "url") or text_in(element)):
            return href
    return None


def _atom_files(group: Group, scope: Scope) -> Iterator[Enclosure]:
    for element in group.get("atom:link", ()):
        url = join(scope.base, value_of(element, "href")) if "enclosure" in relations(element) else None
        if url:
            yield Enclosure(url=url, type=element.get("type"), length=element.get("length"))


def _second_text(group: Group, summary: Markup | None, scope: Scope) -> Markup | None:
    """Some feeds have a teaser and the text as two descriptions, podcasts as description and itunes:summary."""
    others = (*group.get("description", ())[1:], *group.get("itunes:summary", ()))
    longest = len(summary.value) if summary else 0
    found = (entry.markup_html(element, scope) for element in others)
    return next((markup for markup in found if markup and len(markup.value) > longest), None)


def _categories(group: Group) -> Iterator[str]:
    for name in ("category", "atom:category"):
        for element in group.get(name, ()):
            yield ((element.text or "").strip() or element.get("term") or element.get("label") or "")
    yield from entry.subjects(group)


def _format(root: etree._Element, names: Names) -> str:
    name = names[root.tag]
    if name == "rss":
        return f"rss {root.get('version', '').strip()[:20]}".strip()
    if name == "channel" and "}" not in root.tag and root.tag != "channel":
        return "cdf"
    addresses = " ".join([root.tag, *root.nsmap.values()])
    if name == "rdf":
        return "rss (rdf without namespaces)"
    if "my.netscape.com" in addresses or "channel.netscape.com" in addresses:
        return "rss 0.90 (rdf)"
    return "rss 1.0 (rdf)" if "purl.org/rss/1.0" in addresses else "rss"
