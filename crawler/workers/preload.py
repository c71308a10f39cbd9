"""Imported by the pool's fork server only. It parses one small feed, so that every worker starts with all that
feeds need (the parsers, nh3, the public suffix list), shares it, and grows by its documents only.
"""

from __future__ import annotations

import gc
from datetime import UTC, datetime

from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask
from newsdesk.storage.records.visits import ClaimedVisit

_FEED = b"""<rss version="2.0"><channel><title>Preload</title><item><title>Up</title>
<link>http://preload.example/up</link><pubDate>Tue, 24 Nov 2026 05:36:00 GMT</pubDate><author>A. Reader</author>
<description>&lt;p&gt;One &lt;b&gt;story&lt;/b&gt;.&lt;/p&gt;</description></item></channel></rss>"""

FeedTask(
    document=Document(
        body=_FEED,
        address="http://preload.example/feed.xml",
        fetched_at=datetime(2026, 11, 24, tzinfo=UTC),
    ),
    claimed=ClaimedVisit(
        source_id=0,
        address="http://preload.example/feed.xml",
        host="preload.example",
        site="preload.example",
    ),
).read()
gc.freeze()  # excluded from garbage collection, which would copy these shared pages in each worker
