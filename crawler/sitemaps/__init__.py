"""Sitemaps: bytes to Articles, links and further sitemaps; and which of these to read first."""
