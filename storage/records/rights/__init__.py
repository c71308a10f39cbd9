"""What publishers state about the use of their stories. Pure."""
