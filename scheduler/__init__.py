"""When a source is visited, and by which process. Imports crawler and storage."""
