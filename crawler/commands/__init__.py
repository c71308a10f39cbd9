"""Our version of Scrapy's commands."""
