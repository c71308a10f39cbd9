"""Endless live stories: story number n, generated from word lists, with a title that never repeats.

Pure: a story follows from its number, so that a soak run of any length stores nothing.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from newsdesk.demo.newsroom import Live, Piece, Site

_SLUG = re.compile(r"notice-(\d{1,9})\b")


def live_piece(site: Site, live: Live, number: int, published: datetime) -> Piece:
    """Story `number` (from 0). The lists are combined like the digits of a counter; a full round adds an
    edition number."""
    rest, title = divmod(number, len(live.titles))
    rest, place = divmod(rest, len(live.places))
    turn, thing = divmod(rest, len(live.things))
    values = {"thing": live.things[thing], "place": live.places[place]}
    headline = _opening(live.titles[title].format(**values))
    local = published.astimezone(site.zone)
    return Piece(
        # No date in the address: another `every_s` keeps the addresses.
        path=f"/notices/notice-{number + 1}",
        title=f"{headline}, edition {turn + 1}" if turn else headline,
        paragraphs=tuple(_opening(group[number % len(group)].format(**values)) for group in live.paragraphs),
        authors=(live.author,),
        published=local,
        language=site.language,
        categories=("Notices",),
    )


def live_pieces(site: Site, opened_at: datetime, every_s: float, out: int, limit: int) -> tuple[Piece, ...]:
    """The newest `limit` of the first `out` stories, newest first."""
    if site.live is None:
        return ()
    start = opened_at.replace(microsecond=0)
    return tuple(
        live_piece(site, site.live, number, start + timedelta(seconds=int(every_s * (number + 1))))
        for number in range(out - 1, max(out - limit, 0) - 1, -1)
    )


def live_number(path: str) -> int | None:
    """The number (from 0) of the live story that an address names."""
    found = _SLUG.search(path)
    return int(found[1]) - 1 if found and int(found[1]) else None


def _opening(text: str) -> str:
    """With a capital at the beginning; the word lists are in lower case."""
    return text[:1].upper() + text[1:]
