"""Where feeds often lie, for sites that name none.

Pure. Asked with redirects off: a site that leads every visitor home would seem to have all of them. Called by
`crawler.discovery.discover`.
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
    """Addresses to try beside a page: in its folder, if it has one, then at the root of its host."""
    root, folder = urljoin(home, "/"), _folder(urlsplit(home).path)
    if folder != "/" and not is_front_page(home) and not looks_like_feed_address(home):
        for path in KNOWN_IN_FOLDER:
            yield FeedLink(address=urljoin(root, folder) + path, way="well-known path", page=home)
    for path in KNOWN_PATHS:
        yield FeedLink(address=root + path, way="well-known path", page=home)


def with_slash(asked: str, location: str | None) -> str | None:
    """The address with a slash behind it, if that is where it leads."""
    try:
        leads_to = urljoin(asked, location) if location else None
    except ValueError:  # a bracket that no host may have
        return None
    return leads_to if leads_to == f"{asked}/" else None


def _folder(path: str) -> str:
    """`/sport/` of `/sport/index.html`, of `/sport/` and of `/sport`."""
    head, _, last = path.rpartition("/")
    return f"{head}/" if "." in last else f"{path.rstrip('/')}/"
