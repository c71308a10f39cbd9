"""Imported by the pool's fork server alone: reads one small feed, so that every reader is born with all
that reading loads late (nh3, the public suffix list), shares it, and grows only by its documents.
"""

from __future__ import annotations

import gc
from datetime import UTC, datetime

from newsdesk.crawler.workers.feed_task import FeedTask, read_document
from newsdesk.storage.records.visits import ClaimedVisit

_FEED = b"""<rss version="2.0"><channel><title>Warm</title><item><title>Up</title>
<link>http://warm.example/up</link><pubDate>Tue, 24 Nov 2026 05:36:00 GMT</pubDate><author>A. Reader</author>
<description>&lt;p&gt;One &lt;b&gt;story&lt;/b&gt;.&lt;/p&gt;</description></item></channel></rss>"""

read_document(
    FeedTask(
        body=_FEED,
        address="http://warm.example/feed.xml",
        content_type=None,
        charset=None,
        content_location=None,
        claimed=ClaimedVisit(
            source_id=0, address="http://warm.example/feed.xml", host="warm.example", site="warm.example"
        ),
        now=datetime(2026, 11, 24, tzinfo=UTC),
    )
)
gc.freeze()  # what was loaded is never garbage, and is not looked at (and copied) by each reader again
