"""The live desk: story number n of a supply that never ends and never repeats a title.

Pure: a story follows from its number, so nothing is kept however long a soak run lasts.
`newsdesk.demo.serve` decides how many are out by now.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from newsdesk.demo.newsroom import Live, Piece, Site

_SLUG = re.compile(r"notice-(\d{1,9})\b")


def live_piece(site: Site, live: Live, number: int, published: datetime) -> Piece:
    """Story `number` (from 0). The words turn like wheels of a counter; a full turn adds an edition."""
    rest, title = divmod(number, len(live.titles))
    rest, place = divmod(rest, len(live.places))
    turn, thing = divmod(rest, len(live.things))
    words = {"thing": live.things[thing], "place": live.places[place]}
    headline = _opening(live.titles[title].format(**words))
    local = published.astimezone(site.zone)
    return Piece(
        # No date in the address: a supply whose rhythm is changed keeps its addresses.
        path=f"/notices/notice-{number + 1}",
        title=f"{headline}, edition {turn + 1}" if turn else headline,
        paragraphs=tuple(_opening(group[number % len(group)].format(**words)) for group in live.paragraphs),
        authors=(live.author,),
        published=local,
        language=site.language,
        categories=("Notices",),
    )


def live_pieces(site: Site, opened_at: datetime, every_s: float, out: int, limit: int) -> tuple[Piece, ...]:
    """The newest `limit` of the `out` stories that are published by now, newest first."""
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
    """The words of the supply are lower case; a sentence begins with a capital."""
    return text[:1].upper() + text[1:]
