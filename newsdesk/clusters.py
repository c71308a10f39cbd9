"""Clusters of a stream of stories, for programs: no store, no file.

stream = Stream()
first = stream.add("Ferry runs aground", text, published, source="gazette.example", language="en")
second = stream.add("Ferry aground off Arden", copy, later, source="courier.example", language="en")
assert first == second
"""

from __future__ import annotations

from datetime import datetime

from newsdesk.crawler.normalise.text.boilerplate import cut_boilerplate
from newsdesk.storage.clusters.links import Side
from newsdesk.storage.clusters.memory import MemoryStore
from newsdesk.storage.records.digests import unpack_sentences


class Stream:
    """Stories in the order of their arrival, linked by the same rules as those of a store. All of them are kept in
    memory: their texts, and about 1 kB a story."""

    def __init__(self) -> None:
        self._stories = MemoryStore()
        self._count = 0

    def add(
        self,
        title: str | None,
        text: str | None,
        published: datetime,
        source: str,
        language: str | None = None,
    ) -> int:
        """Add one story. Returns its cluster: the number of the first story of it. The first story added is 1.
        `published`, with a zone, is also the time of arrival. `source` names the outlet, whose boilerplate is
        learned."""
        self._count += 1
        known = unpack_sentences(self._stories.boilerplate(source, now=published))
        body = cut_boilerplate(text or "", title=title, known=known)
        side = Side(
            story_id=self._count,
            title=title,
            text=body.text or None,
            at=published,
            site=source,
            language=language,
        )
        return self._stories.add(side, edges=body.edges)

    def clusters(self) -> list[int]:
        """The cluster of each story, in the order of `add`."""
        return self._stories.clusters()
