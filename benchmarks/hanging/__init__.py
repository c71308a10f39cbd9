"""How long sources that hang hold up the others."""
