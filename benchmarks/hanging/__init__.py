"""How long hosts that hang delay the others."""
