"""How well bylines are read, on labelled ones."""
