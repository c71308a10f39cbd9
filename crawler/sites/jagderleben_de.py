"""jagderleben: the date of publication is a field of its own; the metadata have that of an earlier version."""

from newsdesk.crawler.sites import Layout, SiteFile

SITE = SiteFile(
    hosts=("jagderleben.de",),
    timezone="Europe/Berlin",
    language="de",
    layouts=(Layout(date=".field--name-field-online-datum"),),
)
