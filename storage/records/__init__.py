"""Plain records and pure functions that every package may import."""
