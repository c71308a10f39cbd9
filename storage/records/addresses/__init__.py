"""Addresses compared without a request: areas of sources, and forms of one page."""
