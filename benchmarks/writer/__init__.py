"""What the writer costs: time, statements and bytes a story."""
