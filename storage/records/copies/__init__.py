"""Near copies of one text: how they are found, and how two texts are compared. Pure."""
