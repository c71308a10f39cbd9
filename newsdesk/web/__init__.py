"""What the service shows by HTTP: whether it lives, and its metrics. The web framework's home."""
