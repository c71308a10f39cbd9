"""One file a command; `newsdesk.__main__` finds them by their names."""
