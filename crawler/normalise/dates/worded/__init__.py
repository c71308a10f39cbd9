"""Parse dates with words, in some 80 languages."""
