"""ScienceDaily: the author is the institute that sent the release, in a list above the text."""

from newsdesk.crawler.sites import Layout, SiteFile

SITE = SiteFile(
    hosts=("sciencedaily.com",),
    timezone="America/New_York",
    language="en",
    layouts=(Layout(title="#headline", byline="#source", date="#date_posted", body="#story_text"),),
)
