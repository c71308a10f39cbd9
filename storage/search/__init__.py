"""Search: the query language, folding of letters, the FTS5 index, snippets."""
