"""Backfills of sources: which documents were read, which wait, and what they brought."""
