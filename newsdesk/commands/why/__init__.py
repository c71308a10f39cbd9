"""`newsdesk why`: when a source is visited next, and everything that decides it."""
