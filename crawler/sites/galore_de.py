"""Galore: the headline is no h1."""

from newsdesk.crawler.sites import Layout, SiteFile

SITE = SiteFile(
    hosts=("galore.de",),
    timezone="Europe/Berlin",
    language="de",
    layouts=(Layout(title=".h-group h2.text-sans-serif"),),
)
