"""Settings and secrets: read once into one frozen object."""
