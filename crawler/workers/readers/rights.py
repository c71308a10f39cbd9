"""The statements of a response and of its host, added to those of the articles in the document. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsdesk.crawler.models import Article, PageCandidates
from newsdesk.crawler.rights.paths import host_of_address
from newsdesk.crawler.rights.response import header_statements, site_statements
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.robots_task import AGENT
from newsdesk.storage.records.hosts import Robots
from newsdesk.storage.records.rights.site import NO_SITE_RIGHTS, SiteRights
from newsdesk.storage.records.rights.stated import Stated


def entries_with_rights(
    articles: tuple[Article, ...], document: Document, site: SiteRights
) -> tuple[Article, ...]:
    """The entries of a feed with what its response and its host state about the feed, and before it what its host
    states about their own pages there."""
    of_feed = _of_response(document, site)
    if site == NO_SITE_RIGHTS:
        return tuple(_with(article, of_feed) for article in articles) if of_feed else articles
    host = host_of_address(document.address)
    return tuple(
        _with(article, (*site_statements(site, article.link), *of_feed))
        if article.link is not None and host_of_address(article.link) == host
        else _with(article, of_feed)
        for article in articles
    )


def listed_with_rights(
    articles: tuple[Article, ...], document: Document, robots: Sequence[Robots]
) -> tuple[Article, ...]:
    """The entries of a sitemap with what is stored of what their host states. The headers of a sitemap are about
    itself: many ask robots not to index it."""
    host = host_of_address(document.address)
    site = next((one.rights for one in robots if one.host == host), NO_SITE_RIGHTS)
    return entries_with_rights(articles, replace(document, rights_headers=()), site)


def page_with_rights(page: PageCandidates, document: Document, site: SiteRights) -> PageCandidates:
    """A page with what its response and its host state."""
    found = _of_response(document, site)
    return replace(page, rights=(*page.rights, *found)) if found else page


def _of_response(document: Document, site: SiteRights) -> tuple[Stated, ...]:
    found = tuple(header_statements(document.rights_headers, agent=AGENT)) if document.rights_headers else ()
    return found if site == NO_SITE_RIGHTS else (*found, *site_statements(site, document.address))


def _with(article: Article, statements: tuple[Stated, ...]) -> Article:
    return replace(article, rights=(*article.rights, *statements)) if statements else article
