"""Replays a publication trace with different rules for when to visit: delay, cost and loss."""
