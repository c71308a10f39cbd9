"""A publication trace replayed against rules for when to visit: delay, cost and loss, side by side."""
