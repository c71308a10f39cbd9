"""CPU for parsing a feed document, against feedparser."""
