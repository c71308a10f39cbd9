"""Dates of a page: every printed date with its origin."""
