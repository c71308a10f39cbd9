"""What polling costs: CPU a feed against a peer of requests + feedparser + sqlite-utils."""
