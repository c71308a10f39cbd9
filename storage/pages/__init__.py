"""Article pages: which are due, and keeping what was read."""
