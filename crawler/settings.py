"""Scrapy's settings, for `scrapy list` and `scrapy crawl`.

Scrapy crawls, our own HTTP client fetches: Scrapy's middlewares for redirects, retries, compression, cookies,
robots.txt, meta refresh and proxies are off, because the client does all of this. The names at the end are strings,
so that this package does not import the packages behind it.
"""

BOT_NAME = "newsdesk"
SPIDER_MODULES = ["newsdesk.crawler.spiders"]
SPIDER_LOADER_CLASS = "newsdesk.crawler.spider_process.loader.FolderSpiderLoader"  # these, and users' own
NEWSPIDER_MODULE = "newsdesk.crawler.spiders"
COMMANDS_MODULE = "newsdesk.crawler.commands"

TWISTED_REACTOR_ENABLED = False  # plain asyncio, and no reactor that cannot be run twice
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
URLLENGTH_LIMIT = 0  # the HTTP client has its own limit
DOWNLOAD_HANDLERS = {
    "http": "newsdesk.crawler.spiders.download_handler.ClientDownloadHandler",
    "https": "newsdesk.crawler.spiders.download_handler.ClientDownloadHandler",
    # An untrusted page may link file:///etc/passwd, and LinkExtractor follows such links.
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
LOG_LEVEL = "INFO"

ITEM_PIPELINES = {"newsdesk.scheduler.scrapy_pipeline.KeepPipeline": 500}
NEWSDESK_SETTINGS = "newsdesk.settings.reader.read_settings"
NEWSDESK_LEASES = "newsdesk.scheduler.scrapy_pipeline.open_leases"
