"""How to WALK: the Scrapy spiders."""
