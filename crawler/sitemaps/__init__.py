"""Sitemaps: bytes to Articles, links and further sitemaps; which of these to read first, and the walk through them."""
