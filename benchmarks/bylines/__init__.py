"""How well bylines are parsed, on labelled bylines."""
