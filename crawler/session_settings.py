"""Settings of a session. No engine is imported here: every command reads settings, few open a session."""

from __future__ import annotations

from dataclasses import dataclass, field

from newsdesk.crawler.credentials.secrets import Secrets
from newsdesk.storage.records.rate_limits import RateLimit, RateLimits

ALLOWED_ENTRY = "ENTRY"  # stands in `allow_remedy` for the entry of a refused address


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSettings:
    """The operator's settings of the network. `allow`: addresses beyond the public internet, like "10.0.0.0/8"
    or "127.0.0.1:8001"; `allow_remedy`: what to write where to allow one more. `resolve`: the operator's own host
    names, like "*.test=127.0.0.1". `ca_file`: a PEM file of certificate issuers to trust besides the system's.
    `header_bytes`: the limit of all headers of a response together; news sites send a Content-Security-Policy of
    10 kB. `secrets`: the values of the secrets that sources name.
    """

    user_agent: str = "newsdesk"
    allow: tuple[str, ...] = ()
    allow_remedy: str = f'write this line at the top of newsdesk.toml: network.allow = ["{ALLOWED_ENTRY}"]'
    resolve: tuple[str, ...] = ()
    ca_file: str | None = None
    header_bytes: int = 64 * 1024
    secrets: Secrets = field(default_factory=Secrets)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFileSettings:
    """`folder`: the operator's own site files; it need not exist. `shipped`: whether newsdesk's own are used."""

    folder: str | None = None
    shipped: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SpiderSettings:
    """Users' spiders: the folder with their files, and what the process of one may take in time and in memory, with
    all processes that it starts. `processes`: how many spiders may run at once."""

    folder: str = "newsdesk-spiders"
    timeout_s: float = 600.0
    memory_bytes: int = 512 * 1024 * 1024
    processes: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings:
    """`delay_s` and `per_minute`: the rate limit of hosts that have none of their `own`
    (see `storage.records.rate_limits`). `check_feed_hosts`: the robots.txt and tdmrep.json of the hosts of feeds are
    requested, too."""

    client: ClientSettings = field(default_factory=ClientSettings)
    spiders: SpiderSettings = field(default_factory=SpiderSettings)
    workers: int = 2
    delay_s: float = 1.0
    per_minute: float | None = 30.0
    own: tuple[tuple[str, RateLimit], ...] = ()
    site_files: SiteFileSettings = field(default_factory=SiteFileSettings)
    check_feed_hosts: bool = False

    @property
    def rate_limits(self) -> RateLimits:
        return RateLimits(delay_s=self.delay_s, per_minute=self.per_minute, own=self.own)
