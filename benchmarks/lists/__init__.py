"""The cost of looking for due sources, see `__main__`."""
