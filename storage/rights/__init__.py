"""What publishers state about the use of their stories: its rows, and texts that are reserved."""
