"""The story links of a home or section page by the `links` function of its site file.

The function is the operator's code. What it raises becomes the failure, and the links are chosen as on any page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from newsdesk.crawler.documents.html import decode_html, parse_html
from newsdesk.crawler.large_libraries import LibraryNeededError
from newsdesk.crawler.links.models import Reason, StoryLink
from newsdesk.crawler.normalise.urls.canonical import absolute_url, canonical_url
from newsdesk.crawler.site_files.loading import LoadedSite, problem_of, user_traceback
from newsdesk.crawler.site_files.page import SitePage
from newsdesk.crawler.site_files.site_file import ORIGIN

MOST = 2_000  # links of one page
_SCORE = 10.0  # more than any other reasons give
Failure = tuple[str, str]  # what was raised and where, and the traceback


def site_links(
    loaded: LoadedSite, body: bytes, *, address: str, charset: str | None
) -> tuple[tuple[StoryLink, ...] | None, Failure | None]:
    """The links that the file's `links` function returns, in its order. None: it has none, or it failed."""
    if loaded.links is None:
        return None, None
    text, _, _ = decode_html(body, charset)
    tree = parse_html(text)
    if tree is None:
        return None, None
    try:
        returned = loaded.links(SitePage(tree, address=address, base=address))
        return tuple(_story_links(returned, address)), None
    except (MemoryError, LibraryNeededError):
        raise
    except Exception as error:  # the operator's code may raise anything
        problem = problem_of(error, loaded.ref, "links(page)")
        return None, (str(problem), user_traceback(error, loaded.ref.path))


def _story_links(returned: Any, address: str) -> Iterable[StoryLink]:
    """Each address once. An item is an address, or an address with its title."""
    seen = set()
    for position, item in enumerate(returned or ()):
        if position >= MOST:
            return
        link, title = _address_and_title(item)
        absolute = absolute_url(link, base=address)
        if absolute is None or (canonical := canonical_url(absolute)) in seen:
            continue
        seen.add(canonical)
        yield StoryLink(
            address=absolute,
            canonical=canonical,
            title=" ".join(title.split()) or None if title else None,
            date=None,
            position=position,
            score=_SCORE,
            reasons=(Reason(f"{ORIGIN}: links(page)", _SCORE),),
        )


def _address_and_title(item: Any) -> tuple[str, str | None]:
    match item:
        case str():
            return item, None
        case (str() as link, str() | None as title):
            return link, title
    raise TypeError(f"links(page) returned {item!r}; return addresses, or pairs of address and title")
