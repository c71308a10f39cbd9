"""Benchmarks: what speed and memory we claim, shown as ratios within one run. `make bench` runs all."""
