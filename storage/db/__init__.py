"""The SQLite file: opening, schema, the writer thread, errors."""
