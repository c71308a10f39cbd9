"""Article pages: bytes to candidates for each field, and the choice among them."""
