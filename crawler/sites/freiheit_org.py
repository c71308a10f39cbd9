"""Friedrich-Naumann-Stiftung: the topic stands in the headline's own element."""

from newsdesk.crawler.sites import Layout, SiteFile

SITE = SiteFile(
    hosts=("freiheit.org",),
    timezone="Europe/Berlin",
    layouts=(
        Layout(
            title="//div[contains(@class, 'content-head')]/h1/text()",
            date=".meta-data time",
        ),
    ),
)
