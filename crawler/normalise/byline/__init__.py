"""The stages of `crawler.normalise.bylines`, a file an idea. Pure."""
