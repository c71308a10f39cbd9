"""What of a source's secrets goes along with one request of a visit, worked out anew for each hop.

Pure. Credentials and the operator's cookies are for one origin (scheme, host and port); cookies that a site
set on the way are for the origin that set them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from newsdesk.crawler.credentials.cookies import Jar
from newsdesk.crawler.credentials.secrets import NO_CREDENTIALS, Credentials, Secrets, origin_of
from newsdesk.crawler.http.target import Target
from newsdesk.crawler.models import HttpRequest
from newsdesk.storage.records.visits import NO_SECRETS, SecretNames


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCredentials:
    """`origin` is the one that gets the credentials, None for nobody."""

    credentials: Credentials = NO_CREDENTIALS
    origin: str | None = None
    jar: Jar = field(default_factory=Jar)

    def headers(self, target: Target) -> dict[str, str]:
        """For a request to `target`."""
        found = dict(self.credentials.headers) if target.origin == self.origin else {}
        cookie = self.cookie(target)
        return found if cookie is None else {**found, "Cookie": cookie}

    def cookie(self, target: Target) -> str | None:
        own = self.credentials.cookies if target.origin == self.origin else ()
        return self.jar.header(target.origin, own)

    def store_cookies(self, target: Target, headers: tuple[tuple[str, str], ...], *, now: datetime) -> None:
        """Take the cookies of an answer."""
        self.jar.store(target.origin, headers, now=now)


def credentials_for(ask: HttpRequest, secrets: Secrets) -> RequestCredentials:
    """The envelope of a visit. Where another origin is asked than the secrets are bound to, only the way
    there is the source's: else a stranger's page could lead back and be read with them. Raises
    SecretError."""
    if ask.secrets == NO_SECRETS:
        return RequestCredentials()
    origin = origin_of(ask.bound_to) if ask.bound_to is not None else None
    if origin is None or origin != origin_of(ask.address):
        return RequestCredentials(credentials=secrets.credentials(SecretNames(proxy=ask.secrets.proxy)))
    return RequestCredentials(credentials=secrets.credentials(ask.secrets), origin=origin)
