"""A small invented newsroom, served on this machine, for `newsdesk demo`, tests and soak runs."""
