"""Benchmarks: each folder measures one claim, as a ratio within one run where possible. `make bench` runs all."""
