"""What a look at the due sources costs, see `__main__`."""
