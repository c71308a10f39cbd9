"""From an address to stories: fetch, read, normalise. Imports only plain records from storage."""
