"""How to READ a document: bytes in, Articles out. Pure."""
