"""Feed documents: bytes to Articles."""
