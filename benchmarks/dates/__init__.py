"""How well and how fast dates are parsed, on labelled strings."""
