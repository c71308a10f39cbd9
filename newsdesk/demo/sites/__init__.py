"""The sites of the invented newsroom, each of them a file."""
