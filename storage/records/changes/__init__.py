"""What counts as a change of a story: the forms in which versions are compared, and which corrections are the same."""
