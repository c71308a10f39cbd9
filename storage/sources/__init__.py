"""Sources: feeds that are visited, with their settings and next visit."""
