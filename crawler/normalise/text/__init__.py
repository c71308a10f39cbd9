"""Clean text and HTML; find sentences, boilerplate and scripts."""
