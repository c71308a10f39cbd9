"""Copies of a story: links between two stories, and the clusters that they form."""
