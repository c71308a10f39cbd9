"""Older entries that a feed no longer holds, requested after a gap."""
