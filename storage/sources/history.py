"""When sources published the stories that newsdesk has seen. Reads only."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, to_iso
from newsdesk.storage.records.publication_profile import History

# The published time if it has minutes and is not in the future; else the time when it was first seen, unless the
# entry is older than the source in newsdesk.
_TIMES = """
SELECT source_id, min(at), story_id FROM (
  SELECT entry.source_id, entry.story_id,
    CASE WHEN story.precision IN ('minute', 'second') AND story.published <= entry.first_seen_at
      THEN story.published
      WHEN entry.first_seen_at > source.news_since THEN entry.first_seen_at END AS at
  FROM entry JOIN story ON story.id = entry.story_id JOIN source ON source.id = entry.source_id
  WHERE source.state = 'active' AND entry.first_seen_at > :since
) WHERE at > :since AND at <= :until GROUP BY source_id, story_id
"""


def find_histories(db: Database, *, since: datetime, until: datetime) -> tuple[History, ...]:
    """Of each active source that was ever read, by id; a source without stories has no times. `window` is the
    most entries that its document had, or the present number where that is not known."""
    stories: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for source_id, at, story_id in db.conn.execute(_TIMES, {"since": to_iso(since), "until": to_iso(until)}):
        stories[source_id].append((from_iso(at).timestamp(), story_id))
    for rows_of_source in stories.values():
        rows_of_source.sort()
    rows = db.conn.execute(
        "SELECT id, coalesce(name, title, address), host, every_s, cron, coalesce(nullif(profile_feed_size, 0),"
        " (SELECT count(*) FROM entry WHERE source_id = source.id AND gone_at IS NULL))"
        " FROM source WHERE state = 'active' AND last_ok_at IS NOT NULL ORDER BY id"
    )
    return tuple(
        History(
            source_id=source_id,
            name=name,
            host=host,
            window=max(window, 1),
            times=tuple(at for at, _ in stories[source_id]),
            stories=tuple(story for _, story in stories[source_id]),
            every_s=every_s,
            cron=cron,
        )
        for source_id, name, host, every_s, cron, window in rows
    )
