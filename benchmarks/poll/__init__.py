"""CPU for each polled feed, against a peer made of requests, feedparser and sqlite-utils."""
