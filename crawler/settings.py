"""Scrapy's settings: how `scrapy list` and `scrapy crawl` run from the project's root.

Scrapy walks, our own door fetches: its middlewares for redirects, retries, compression, cookies, robots,
meta refresh and proxies are off, since `crawler.http.client` owns all of them. The two names at the end are
strings, so that this room imports none of the rooms behind it.
"""

BOT_NAME = "newsdesk"
SPIDER_MODULES = ["newsdesk.crawler.spiders"]
NEWSPIDER_MODULE = "newsdesk.crawler.spiders"
COMMANDS_MODULE = "newsdesk.crawler.commands"

TWISTED_REACTOR_ENABLED = False  # plain asyncio: aiohttp, and no reactor that cannot be run twice
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
DOWNLOAD_DELAY = 0
CONCURRENT_REQUESTS = 32
ROBOTSTXT_OBEY = False
REDIRECT_ENABLED = False
METAREFRESH_ENABLED = False
RETRY_ENABLED = False
COOKIES_ENABLED = False
COMPRESSION_ENABLED = False
HTTPPROXY_ENABLED = False
REFERER_ENABLED = False
URLLENGTH_LIMIT = 0  # the door has its own
DOWNLOAD_HANDLERS = {
    "http": "newsdesk.crawler.download_handler.ClientDownloadHandler",
    "https": "newsdesk.crawler.download_handler.ClientDownloadHandler",
}
LOG_LEVEL = "INFO"

ITEM_PIPELINES = {"newsdesk.scheduler.scrapy_pipeline.KeepPipeline": 500}
NEWSDESK_SETTINGS = "newsdesk.settings.reader.read_settings"
