"""What commands and metrics read."""
