"""CPU for reading a page, against the command line of trafilatura."""
