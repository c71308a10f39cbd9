"""Before a site is visited: learn what the addresses of its stories look like, from what is stored by now."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from newsdesk.storage.db.writer import Writer
from newsdesk.storage.links.known_addresses import keep_shapes, known_addresses
from newsdesk.storage.records.visits import ClaimedVisit

FEWEST_STORIES = 3  # fewer show no shape


async def with_shapes(writer: Writer, visit: ClaimedVisit) -> ClaimedVisit:
    """The claimed visit with the shapes that are known now; they are stored with its source."""
    if visit.kind != "site":
        return visit
    from newsdesk.crawler.links.shapes import learn_shapes  # most runs visit no site

    stories, others = await writer.write(partial(known_addresses, source_id=visit.source_id))
    if len(stories) < FEWEST_STORIES and not others:
        return visit
    shapes = learn_shapes(stories if len(stories) >= FEWEST_STORIES else (), others).to_json()
    if shapes != visit.address_shapes:
        await writer.write(partial(keep_shapes, source_id=visit.source_id, shapes=shapes))
    return replace(visit, address_shapes=shapes)
