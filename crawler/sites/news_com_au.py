"""news.com.au: lists of offers have more links than text."""

from newsdesk.crawler.sites import Layout, SiteFile

SITE = SiteFile(
    hosts=("news.com.au",),
    timezone="Australia/Sydney",
    language="en-AU",
    layouts=(
        Layout(
            title="#story-headline",
            byline="#story-byline .author_name",
            body="#story-intro, #story-primary",
            drop=(".more-coverage-v2", "#author-content", "#story-primary .topics"),
        ),
    ),
)
