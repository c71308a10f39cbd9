"""The sitemaps that a robots.txt names. Pure."""

from __future__ import annotations

import re

from newsdesk.crawler.normalise.urls.canonical import absolute_url

MOST = 100
_SITEMAP = re.compile(r"^[ \t]{0,99}sitemap[ \t]{0,99}:[ \t]{0,99}(\S{1,4000})", re.I | re.M)


def read_sitemap_lines(body: bytes, *, address: str) -> tuple[str, ...]:
    """The addresses of its `Sitemap:` lines in their order, each once."""
    text = body[:500_000].decode("utf-8", "replace")
    found = (absolute_url(printed, base=address) for printed in _SITEMAP.findall(text)[:MOST])
    return tuple(dict.fromkeys(one for one in found if one))
