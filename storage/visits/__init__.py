"""Visits and runs: a visit is kept whole or not at all."""
