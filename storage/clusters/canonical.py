"""Links of kind `url`: the page of one story names the address of another site's story as its canonical one."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from typing import Final

from sqlite_utils import Database

from newsdesk.storage.clusters.links import Link
from newsdesk.storage.records.stories import Address

# Pages of one host that may name the same address; where more do, a template or a platform puts it into every page.
MOST_PAGES: Final = 3
_PAIRS = f"""
WITH wanted (id) AS (SELECT value FROM json_each(?)),
named (copy_id, original_id, key, host) AS (
  SELECT page.story_id, address.story_id, page.canonical_key, page.host FROM wanted
  JOIN page ON page.story_id = wanted.id JOIN address ON address.key = page.canonical_key
  UNION
  SELECT page.story_id, address.story_id, page.canonical_key, page.host FROM wanted
  JOIN address ON address.story_id = wanted.id JOIN page ON page.canonical_key = address.key
)
SELECT DISTINCT copy_id, original_id FROM named
JOIN story AS copy ON copy.id = copy_id AND copy.merged_into IS NULL
JOIN story AS original ON original.id = original_id AND original.merged_into IS NULL
WHERE copy.site <> original.site AND (SELECT count(*) FROM
  (SELECT 1 FROM page WHERE canonical_key = named.key AND host = named.host LIMIT {MOST_PAGES + 1})) <= {MOST_PAGES}
ORDER BY copy_id, original_id
"""


def canonical_links(db: Database, stories: Collection[int]) -> dict[int, list[Link]]:
    """The links of kind `url` that these stories have with others, by the later story of each."""
    by_later: dict[int, dict[int, Link]] = defaultdict(dict)
    for copy, original in db.conn.execute(_PAIRS, (json.dumps(sorted(stories)),)):
        later, earlier = max(copy, original), min(copy, original)
        names, named = ("later", "earlier") if copy == later else ("earlier", "later")
        link = Link(
            story_id=later,
            other_id=earlier,
            kind="url",
            score=1.0,
            reason=f"the page of the {names} story names the address of the {named} one as its canonical address",
        )
        by_later[later].setdefault(earlier, link)
    return {later: list(links.values()) for later, links in by_later.items()}


def keep_canonical(db: Database, page_id: int, named: Address | None) -> list[int]:
    """Store the address of another site that a page names as its canonical one. Returns the stories to link again: its
    own, and those of other pages of its host that name the same address as it did or does."""
    before, host = db.conn.execute("SELECT canonical_key, host FROM page WHERE id = ?", (page_id,)).fetchone()
    after = None if named is None else named.key
    if before == after:
        return []
    own = "SELECT story_id FROM page WHERE id = ?"
    beside = f"SELECT story_id FROM page WHERE canonical_key = ? AND host = ? LIMIT {MOST_PAGES + 1}"
    stories = {story for (story,) in db.conn.execute(own, (page_id,))}
    stories.update(story for (story,) in db.conn.execute(beside, (before, host)))
    db.conn.execute(
        "UPDATE page SET canonical_key = ?, canonical_url = ? WHERE id = ?",
        (after, None if named is None else named.url, page_id),
    )
    stories.update(story for (story,) in db.conn.execute(beside, (after, host)))
    return sorted(story for story in stories if story is not None)
