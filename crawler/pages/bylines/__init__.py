"""Bylines of a page: visible, unmarked and machine-only names, and the choice of the authors."""
