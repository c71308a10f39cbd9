"""Text and HTML: cleaning, sentences, boilerplate, scripts."""
