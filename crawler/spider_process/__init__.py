"""Users' Scrapy spiders: the process that runs one, and what that process may not do."""
