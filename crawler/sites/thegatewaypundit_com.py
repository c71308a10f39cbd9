"""The Gateway Pundit: quoted tweets, captions and requests stand between the paragraphs."""

from newsdesk.crawler.sites import Layout, SiteFile

SITE = SiteFile(
    hosts=("thegatewaypundit.com",),
    timezone="America/Chicago",
    language="en",
    layouts=(
        Layout(
            title="h1.entry-title",
            byline=".entry-meta .author-name",
            date=".entry-meta time.published",
            body=".entry-content > p, .entry-content > h2, .entry-content > blockquote:not(.twitter-tweet)",
        ),
    ),
)
