"""Decides when a source is visited next, and why. Pure functions; the store is read and written in `scheduler.run`."""
