"""Deutschlandfunk: the kicker is a part of the headline, and interviews name the guest before the interviewer."""

from typing import Any

from newsdesk.crawler.sites import Layout, SiteFile

SITE = SiteFile(
    hosts=("deutschlandfunk.de",),
    timezone="Europe/Berlin",
    language="de",
    layouts=(
        Layout(
            title="//div[contains(@class, 'articlehead')]//h1/text()",
            byline=".articlehead .author",
        ),
    ),
)
_INTERVIEW = " im Gespräch mit "


def read(page: Any) -> dict[str, list[str]] | None:
    byline = page.css(".articlehead .author::text").get() or ""
    return {"byline": byline.split(_INTERVIEW)} if _INTERVIEW in byline else None
