"""Which part of a domain belongs to a source, by addresses alone. Pure.

A newspaper has a domain to itself; on other domains each folder or subdomain is somebody else's: `blogs.example/a` and
`blogs.example/b`, `ann.blogs.example` and `bob.blogs.example`. An area is a tuple: port, host names from the right,
then folders, each folder with a slash before it. A longer area lies inside a shorter one that it begins with.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

Area = tuple[str, ...]

_FEED_NAMES = frozenset(
    {"feed", "feeds", "rss", "rss2", "atom", "rdf", "xml", "json", "index", "default", "sitemap", "sitemaps"}
)
_SAME_HOST = frozenset({"www", "m", "mobile", "amp"})  # first names under which a publisher repeats its pages
_FORMS = frozenset({"amp", "print", "printable", "mobile", "m", "index", "outputtype", "amphtml"})
_PAGE_ENDINGS = frozenset({"html", "htm", "amp", "php", "asp", "aspx", "shtml", "xhtml"})
_PORTS = {"http": 80, "https": 443}


def path_of(url: str) -> Area:
    """An address as port, host names and path segments; () without a host."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ()
    if not host:
        return ()
    names = [host] if host.replace(".", "").isdigit() or ":" in host else host.split(".")
    if len(names) > 2 and names[0] in _SAME_HOST:
        names = names[1:]
    usual = port in (None, _PORTS.get(parts.scheme))
    folders = [f"/{segment}" for segment in parts.path.split("/") if segment]
    return ("" if usual else str(port), *reversed(names), *folders)


def area_of(address: str) -> Area:
    """The area of the source at this address: its folder, without names of feeds. `/a/feed`, `/feeds/a.xml` and
    `/a/posts.xml` are in `/a`; `/rss.xml`, `/feed/` and `/news.xml` in the whole host."""
    whole = path_of(address)
    names = [name for name in whole if not name.startswith("/")]
    if len(names) > 3 and names[-1] in _FEED_NAMES:  # feeds.daily.test; the first one is the port
        names = names[:-1]
    folders = [name for name in whole if name.startswith("/")]
    last = folders[-1] if folders and not urlsplit(address).path.endswith("/") else None
    if last is not None and "." in last:
        in_feed_folder = len(folders) > 1 and all(_is_feed_name(one) for one in folders[:-1])
        folders[-1:] = [last.rpartition(".")[0]] if in_feed_folder else []
    return (*names, *(folder for folder in folders if not _is_feed_name(folder)))


def _is_feed_name(folder: str) -> bool:
    return folder[1:].lower() in _FEED_NAMES


def same_family(url: str, other: str) -> bool:
    """Whether two addresses are of one origin and differ only by what marks another form of the same page: `/amp/x`,
    `/x/print`, `/x.html`, parameters that one of them has in addition."""
    one, two = _form_of(url), _form_of(other)
    if one is None or two is None or one[0] != two[0]:
        return False
    return one[1] <= two[1] or two[1] <= one[1]


def _form_of(url: str) -> tuple[Area, frozenset[tuple[str, str]]] | None:
    path = path_of(url)
    if not path:
        return None
    names = [name for name in path if not name.startswith("/")]
    folders = [name.lower() for name in path if name.startswith("/")]
    if folders:
        stem, _, ending = folders[-1].rpartition(".")
        folders[-1] = stem if stem != "/" and ending in _PAGE_ENDINGS and stem else folders[-1]
    form = tuple(folder for folder in folders if folder[1:] not in _FORMS)
    parameters = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return (*names, *form), frozenset(
        (name, value) for name, value in parameters if name.lower() not in _FORMS
    )


def covers(area: Area, other: Area) -> bool:
    """Whether `other`, an area or the path of an address, lies inside `area`."""
    return bool(area) and other[: len(area)] == area


def has_bounds(area: Area, site: str) -> bool:
    """Whether an area is less than its whole site, so that other sources may have other areas of it."""
    return len(area) > 1 + len(site.split("."))


def is_foreign(url: str, mine: Area, others: Iterable[Area]) -> bool:
    """Whether an address lies in the area of another source rather than in `mine`: inside what distinguishes the other
    one from it. An area that is inside the other one or the same is no boundary, since sections of a newspaper link
    to common folders."""
    path = path_of(url)
    for other in others:
        shared = next((at for at, (a, b) in enumerate(zip(mine, other, strict=False)) if a != b), None)
        if shared is not None and covers(other[: shared + 1], path):
            return True
    return False
