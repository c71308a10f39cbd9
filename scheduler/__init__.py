"""When a source is visited, and by whom. Imports crawler and storage."""
