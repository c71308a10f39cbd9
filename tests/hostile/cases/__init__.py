"""The tables, a file a kind of hostility. A new kind is a new file with a tuple CASES."""
