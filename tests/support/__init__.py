"""Shared by tests: a local server, a shell, sample documents."""
