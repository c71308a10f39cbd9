"""Caritas: the day of a press release stands in a box beside it, and the press office signs it."""

from newsdesk.crawler.sites import Layout, SiteFile

SITE = SiteFile(
    hosts=("caritas.de",),
    timezone="Europe/Berlin",
    language="de",
    layouts=(
        Layout(
            title="h1.eventbox__headline",
            date=".eventbox-event__headline",
            byline="(//*[contains(@class, 'contact__address')]//strong)[1]",
        ),
    ),
)
