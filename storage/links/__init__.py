"""Links of sites and plain sitemaps: which are known, and whose pages are read."""
