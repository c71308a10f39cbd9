"""Crawls that are killed: what the store is worth afterwards."""
