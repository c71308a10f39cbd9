"""Charset, XML with its repairs, and links of every kind of document."""
