"""A run: claim hosts, visit their sources and pages, keep the results."""
