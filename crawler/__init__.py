"""From an address to stories: fetch, read, normalise. Knows of storage only its records."""
