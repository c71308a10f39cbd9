"""Time to import, export and list 10,000 sources."""
