"""The text of an article page: blocks, main text, trimming, tidying."""
