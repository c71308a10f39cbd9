"""Captures: pages saved with their reading beside them, so that a change of rules or of a site file shows."""
