"""The picture and the files of an entry, from Media RSS, enclosures, iTunes and image elements.

Pure. The picture is the widest one of the first kind of element that has any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from newsdesk.crawler.documents.links import Scope, join
from newsdesk.crawler.documents.namespaces import Names
from newsdesk.crawler.documents.xml import Group, grouped, text_in, value_of
from newsdesk.crawler.models import Enclosure

_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")
_CAPTIONS = (
    *("media:title", "media:description", "media:credit", "media:keywords"),
    *("media:copyright", "media:license"),
)
_FILE_KINDS = ("audio", "video")


def open_media(group: Group, names: Names) -> Group:
    """`group`, and after its elements those inside media:group and media:content. The title and text inside
    media:content are a caption, named `caption:media:title`; its rights are those of the medium."""
    groups = group.get("media:group", [])
    holders = [*groups, *group.get("media:content", ())]
    if not any(len(holder) for holder in holders):
        return group
    opened = {name: list(elements) for name, elements in group.items()}
    while holders:
        holder = holders.pop(0)
        for name, elements in grouped(holder, names).items():
            own = name if name not in _CAPTIONS or holder in groups else f"caption:{name}"
            opened.setdefault(own, []).extend(elements)
            if name in ("media:content", "media:group"):
                holders.extend(elements)
    return opened


def picture(group: Group, enclosures: Iterable[Enclosure], scope: Scope) -> str | None:
    """The address of the entry's picture, or None."""
    candidates = (
        _widest(element for element in group.get("media:content", ()) if _is_picture(element)),
        next((file.url for file in enclosures if _looks_like_picture(file.type, file.url)), None),
        _image_element(group),
        _widest(group.get("media:thumbnail", ())),
        next((e.get("href") or text_in(e) for e in group.get("itunes:image", ())), None),
        next((e.get("href") for e in group.get("googleplay:image", ())), None),
    )
    return next((joined for url in candidates if (joined := join(scope.base, url))), None)


def files(group: Group, scope: Scope) -> Iterator[Enclosure]:
    """Enclosures of RSS, and audio and video of Media RSS."""
    for element in group.get("enclosure", ()):
        yield from _file(element, scope)
    for element in group.get("media:content", ()):
        if (element.get("medium") or element.get("type") or "").split("/")[0] in _FILE_KINDS:
            yield from _file(element, scope)


def distinct_files(found: Iterable[Enclosure]) -> tuple[Enclosure, ...]:
    return tuple({file.url: file for file in reversed(list(found))}.values())[::-1]


def only_file(found: tuple[Enclosure, ...], doubts: list[str]) -> str | None:
    """The address of an entry that has nothing but a file."""
    if not found:
        return None
    doubts.append("the entry has no link to its page, no title and no text, only a file")
    return found[0].url


def _file(element: etree._Element, scope: Scope) -> Iterator[Enclosure]:
    url = join(scope.base, value_of(element, "url", "href") or text_in(element))
    if url:
        kind, length = value_of(element, "type"), value_of(element, "length", "filesize")
        yield Enclosure(url=url, type=kind or None, length=length or None)


def _widest(elements: Iterable[etree._Element]) -> str | None:
    best: tuple[int, str] | None = None
    for element in elements:
        url = value_of(element, "url", "href") or text_in(element)
        width = element.get("width") or ""
        size = int(width) if width.isascii() and width.isdigit() and len(width) < 8 else 0
        if url and (best is None or size > best[0]):
            best = size, url
    return best[1] if best else None


def _is_picture(element: etree._Element) -> bool:
    medium = element.get("medium")
    if medium:
        return medium.strip().lower() == "image"
    return _looks_like_picture(element.get("type"), element.get("url"))


def _looks_like_picture(kind: str | None, url: str | None) -> bool:
    if kind and "/" in kind:
        return kind.strip().lower().startswith("image/")
    return (url or "").partition("?")[0].lower().endswith(_PICTURES)


def _image_element(group: Group) -> str | None:
    for element in group.get("image", ()):
        for child in element:
            if child.tag.rpartition("}")[2].lower() == "url":
                return text_in(child)
        return text_in(element) or element.get("href") or element.get("url")
    return None
