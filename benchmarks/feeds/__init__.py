"""What reading a feed document costs, see `__main__`."""
