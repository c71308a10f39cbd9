"""From CLDR 47, © Unicode, Inc., Unicode licence. Written by tools/date_words.py."""
