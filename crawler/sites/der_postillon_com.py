"""Der Postillon: initials at the end of the text say who wrote it."""

from typing import Any

from newsdesk.crawler.sites import Layout, SiteFile

SITE = SiteFile(
    hosts=("der-postillon.com",),
    timezone="Europe/Berlin",
    language="de",
    layouts=(Layout(title="h1.entry-title", date="time.published", body="#post-body"),),
)


def read(page: Any) -> dict[str, list[str]] | None:
    last = (page.css("#post-body > span::text").getall() or [""])[-1]
    names = [name.strip() for name in last.partition(";")[0].split(",")]
    return {"byline": names} if all(name.isalpha() and len(name) < 4 for name in names) else None
