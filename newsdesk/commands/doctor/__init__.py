"""`newsdesk doctor`: checks of settings, disk, file, clock and sources, and the repair of a damaged file."""
