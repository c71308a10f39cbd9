"""Clustering of near-duplicates on generated streams with known clusters, against other methods."""
