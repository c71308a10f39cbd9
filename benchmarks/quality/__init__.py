"""How well article pages are read, on labelled pages."""
