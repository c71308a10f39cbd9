"""Scrapy settings that no spider may change: what replaces our HTTP client, its robots.txt, rates and limits.

Compared are the values in force, so it does not matter where one is set: in `custom_settings`, `update_settings`,
an add-on, the row of the source, or on the command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_CLIENT = "newsdesk makes all requests with its own HTTP client"
_ROBOTS = "newsdesk obeys robots.txt itself"
_RATES = "newsdesk sets the rate of each host; see politeness.rate_limits in its settings"
_REDIRECTS = "newsdesk follows redirects itself"
_RETRIES = "newsdesk plans the next visit itself"
_COOKIES = "newsdesk keeps cookies for one request only"
_LIMITS = "newsdesk limits times and sizes; see network in its settings"
_AGENT = "newsdesk sends one honest User-Agent; see network.contact in its settings"
_PROCESS = "newsdesk runs the spider in a process of its own"

# Name → who does this instead.
FIXED: Mapping[str, str] = {
    "DOWNLOAD_HANDLERS": _CLIENT,
    "DOWNLOADER": _CLIENT,
    "DOWNLOADER_MIDDLEWARES_BASE": _CLIENT,
    "HTTPCACHE_ENABLED": _CLIENT,
    "HTTPPROXY_ENABLED": "newsdesk uses the proxy that the source names; see `newsdesk sources edit --proxy`",
    "COMPRESSION_ENABLED": _CLIENT,
    "REFERER_ENABLED": "newsdesk sends no Referer",
    "USER_AGENT": _AGENT,
    "DEFAULT_REQUEST_HEADERS": _CLIENT,
    "ROBOTSTXT_OBEY": _ROBOTS,
    "ROBOTSTXT_PARSER": _ROBOTS,
    "ROBOTSTXT_USER_AGENT": _ROBOTS,
    "DOWNLOAD_DELAY": _RATES,
    "DOWNLOAD_SLOTS": _RATES,
    "RANDOMIZE_DOWNLOAD_DELAY": _RATES,
    "DOWNLOAD_DELAY_JITTER": _RATES,
    "AUTOTHROTTLE_ENABLED": _RATES,
    "CONCURRENT_REQUESTS": _RATES,
    "CONCURRENT_REQUESTS_PER_DOMAIN": _RATES,
    "REDIRECT_ENABLED": _REDIRECTS,
    "METAREFRESH_ENABLED": _REDIRECTS,
    "RETRY_ENABLED": _RETRIES,
    "COOKIES_ENABLED": _COOKIES,
    "DOWNLOAD_TIMEOUT": _LIMITS,
    "DOWNLOAD_MAXSIZE": _LIMITS,
    "DOWNLOAD_FAIL_ON_DATALOSS": _LIMITS,
    "TELNETCONSOLE_ENABLED": _PROCESS,
    "REMOTE_CONTROL_ENABLED": _PROCESS,
    "TWISTED_REACTOR_ENABLED": _PROCESS,
    "ASYNCIO_EVENT_LOOP": _PROCESS,
    "SPIDER_LOADER_CLASS": _PROCESS,
    "NEWSDESK_SETTINGS": _PROCESS,
}


def changed_setting(before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """Which fixed setting has another value than `before`, and what to do; None if there is none."""
    for name, instead in FIXED.items():
        if _plain(after.get(name)) != _plain(before.get(name)):
            return f"the spider sets {name} to {after.get(name)!r}, which is fixed: {instead}; take the setting out"
    return None


def _plain(value: Any) -> Any:
    """A value as it is compared: texts of the command line (`0`, `False`) equal what they stand for."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, str):
        return {"true": 1, "false": 0}.get(value.lower(), float(value) if value.isdecimal() else value)
    return value
