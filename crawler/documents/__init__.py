"""Charset, XML with its namespaces and repairs, and links, for every kind of document."""
