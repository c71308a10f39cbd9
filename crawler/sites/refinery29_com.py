"""Refinery29: photographers, stylists and models are credited at the end with the classes of a byline."""

from newsdesk.crawler.sites import Layout, SiteFile

SITE = SiteFile(
    hosts=("refinery29.com",),
    layouts=(Layout(title=".header h1.title", byline=".main-contributors .contributor"),),
)
