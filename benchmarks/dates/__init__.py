"""How well dates are read, and how fast, on labelled strings."""
