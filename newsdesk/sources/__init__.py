"""Lists and settings of sources: import, export, edit, checks of values."""
