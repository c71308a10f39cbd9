"""What we keep: one SQLite file, one writer, many readers. Imports no other package."""
