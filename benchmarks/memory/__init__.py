"""A process that crawls again and again: what it keeps of it."""
