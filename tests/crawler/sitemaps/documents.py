"""Sitemaps for tests: urlsets with or without news, and indexes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

_NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One address of a sitemap; with a title it is an entry of a news sitemap."""

    link: str = "http://daily.test/ferry"
    title: str | None = None
    published: str | None = "2026-11-24T05:36:00Z"
    lastmod: str | None = None
    language: str | None = "en"
    keywords: str | None = None
    access: str | None = None
    genres: str | None = None
    image: str | None = None


def urlset(*listed: Listed, publication: str = "The Daily") -> bytes:
    rows = "".join(_row(one, publication) for one in listed)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {_NAMESPACES}>{rows}</urlset>'.encode()


def _row(one: Listed, publication: str) -> str:
    return f"<url>{''.join(_parts(one, publication))}</url>"


def _parts(one: Listed, publication: str) -> Iterable[str]:
    yield f"<loc>{escape(one.link)}</loc>"
    if one.lastmod:
        yield f"<lastmod>{one.lastmod}</lastmod>"
    if one.title is not None:
        language = f"<news:language>{one.language}</news:language>" if one.language else ""
        yield (
            f"<news:news><news:publication><news:name>{escape(publication)}</news:name>{language}"
            f"</news:publication><news:title>{escape(one.title)}</news:title>"
        )
        for name, value in (
            ("publication_date", one.published),
            ("keywords", one.keywords),
            ("access", one.access),
            ("genres", one.genres),
        ):
            if value:
                yield f"<news:{name}>{escape(value)}</news:{name}>"
        yield "</news:news>"
    if one.image:
        yield (
            f"<image:image><image:loc>{escape(one.image)}</image:loc><image:title>A picture</image:title>"
            "</image:image>"
        )


def index(*children: str | tuple[str, str]) -> bytes:
    """An index of these addresses, each alone or with its `lastmod`."""
    rows = "".join(
        f"<sitemap><loc>{escape(one)}</loc></sitemap>"
        if isinstance(one, str)
        else f"<sitemap><loc>{escape(one[0])}</loc><lastmod>{one[1]}</lastmod></sitemap>"
        for one in children
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex {_NAMESPACES}>{rows}</sitemapindex>'.encode()
    )


def stories(
    count: int, *, site: str = "daily.test", start: int = 0, day: str = "2026-11-24"
) -> tuple[Listed, ...]:
    """`count` different stories of a news sitemap."""
    return tuple(
        Listed(
            link=f"http://{site}/stories/{number}",
            title=f"Story number {number} of {site}",
            published=f"{day}T{number // 60 % 24:02}:{number % 60:02}:00Z",
        )
        for number in range(start, start + count)
    )
