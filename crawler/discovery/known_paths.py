"""Usual paths of feeds, for sites that name none. Pure.

They are requested without following redirects: a site that redirects every address to its home page would seem to
have all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from newsdesk.crawler.discovery.home_page import FeedLink, looks_like_feed_address
from newsdesk.crawler.normalise.urls.canonical import is_front_page

# Most used first: WordPress and Ghost; static sites; Hugo; Blogger's and Drupal's; JSON Feed; RDF of old.
KNOWN_PATHS = (
    "feed", "rss.xml", "feed.xml", "rss", "atom.xml", "index.xml", "feed/", "feed.json",
    "feeds/posts/default",
)  # fmt: skip
KNOWN_IN_FOLDER = ("feed", "rss.xml", "feed.xml")


def known_paths(home: str) -> Iterator[FeedLink]:
    """Addresses to try: in the folder of the page, if it has one, then at the root of its host."""
    root, folder = urljoin(home, "/"), _folder(urlsplit(home).path)
    if folder != "/" and not is_front_page(home) and not looks_like_feed_address(home):
        for path in KNOWN_IN_FOLDER:
            yield FeedLink(address=urljoin(root, folder) + path, found_by="well-known path", page=home)
    for path in KNOWN_PATHS:
        yield FeedLink(address=root + path, found_by="well-known path", page=home)


def with_slash(requested: str, location: str | None) -> str | None:
    """The address with a slash at its end, if it redirects there."""
    try:
        target = urljoin(requested, location) if location else None
    except ValueError:  # a bracket that no host name may have
        return None
    return target if target == f"{requested}/" else None


def _folder(path: str) -> str:
    """`/sport/` of `/sport/index.html`, of `/sport/` and of `/sport`."""
    head, _, last = path.rpartition("/")
    return f"{head}/" if "." in last else f"{path.rstrip('/')}/"
