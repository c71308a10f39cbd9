"""Clusters for programs: `Stream` for a stream of stories that no store keeps, `cluster_of` for those of a store.

docs/clusters.md has examples.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from newsdesk.crawler.normalise.text.boilerplate import cut_boilerplate
from newsdesk.storage.clusters.links import Side
from newsdesk.storage.clusters.memory import MemoryStore
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.queries.clusters import MOST_LISTED, Cluster, Copy, find_cluster
from newsdesk.storage.records.digests import unpack_sentences

__all__ = ["Cluster", "Copy", "Stream", "cluster_of"]


def cluster_of(store: Path | str, story: int, *, most: int = MOST_LISTED) -> Cluster | None:
    """The cluster of a stored story: the lead, who carried it and when, why they are linked, and what each changed;
    None if it has no copies. At most so many copies are listed. Raises StoreError if the file cannot be used."""
    path = Path(store)
    prepare(path, create=False)
    with reading(path) as db:
        return find_cluster(db, story, most=most)


class Stream:
    """Stories in the order of their arrival, linked by the same rules as those of a store. All of them are kept in
    memory: their texts, and about 2 kB a story."""

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
