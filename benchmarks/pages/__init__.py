"""What reading a page costs, against trafilatura's own command line."""
