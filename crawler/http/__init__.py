"""The HTTP client: requests, redirects, limits, decoding, and which addresses may be contacted."""
