"""Word tables for bylines."""
