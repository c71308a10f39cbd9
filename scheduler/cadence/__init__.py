"""When a source is next visited, and why then."""
