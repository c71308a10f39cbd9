"""How often a host is requested, and what its robots.txt allows."""
