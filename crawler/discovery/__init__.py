"""From the address of a site to its feeds."""
