"""A run: claims hosts, visits their sources, keeps the results."""
