"""The site (registrable domain) of an address. Pure. The only module that uses tldextract.

Uses the public suffix list that tldextract bundles, with its private part (so `a.github.io` and `b.github.io`
are two sites); it is never fetched.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from newsdesk.crawler.normalise.urls.hosts import ascii_host, bare_host

if TYPE_CHECKING:
    from tldextract import TLDExtract

_BARE = re.compile(r"(?:[^/\s:\[\]]+|\[[0-9a-fA-F:.]+\])(?::\d+)?")


def site_of(address: str) -> str:
    """Site of an http address or of a bare host, as A-labels in lower case: registrable domain, else the
    host without `www.`; IP literals with their port; "" when there is no host."""
    host = bare_host(f"//{address}" if _BARE.fullmatch(address) else address)
    return site_of_host(host) if host else ""


@lru_cache(maxsize=16384)
def site_of_host(host: str) -> str:
    """`site_of` a host in A-labels."""
    if host.startswith("[") or host.replace(".", "").replace(":", "").isdigit():
        return host
    domain = str(
        _suffixes().extract_str(host, include_psl_private_domains=True).top_domain_under_public_suffix
    )
    return ascii_host(domain) if domain else host.removeprefix("www.")


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    from tldextract import TLDExtract  # 60 ms: imported only when a site is needed

    return TLDExtract(suffix_list_urls=(), include_psl_private_domains=True, cache_dir=None)
