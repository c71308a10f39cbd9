"""Dates with words, in some 80 languages."""
