"""The credentials of one request of a visit, decided anew for each redirect. Pure.

Credentials and the operator's cookies are for one origin (scheme, host and port); cookies that a site set are for
the origin that set them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from newsdesk.crawler.credentials.cookies import CookieJar
from newsdesk.crawler.credentials.secrets import NO_CREDENTIALS, Credentials, Secrets, origin_of
from newsdesk.crawler.http.target import Target
from newsdesk.crawler.models import HttpRequest
from newsdesk.storage.records.visits import NO_SECRETS, SecretNames


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCredentials:
    """`origin` is the only one that gets the credentials; None for no origin."""

    credentials: Credentials = NO_CREDENTIALS
    origin: str | None = None
    jar: CookieJar = field(default_factory=CookieJar)

    def headers(self, target: Target) -> dict[str, str]:
        """The headers for a request to `target`."""
        found = dict(self.credentials.headers) if target.origin == self.origin else {}
        cookie = self.cookie(target)
        return found if cookie is None else {**found, "Cookie": cookie}

    def cookie(self, target: Target) -> str | None:
        own = self.credentials.cookies if target.origin == self.origin else ()
        return self.jar.header(target.origin, own)

    def store_cookies(self, target: Target, headers: tuple[tuple[str, str], ...], *, now: datetime) -> None:
        """Store the cookies of a response."""
        self.jar.store(target.origin, headers, now=now)


def credentials_for(request: HttpRequest, secrets: Secrets) -> RequestCredentials:
    """The credentials of a visit. When the requested origin is not the one that the secrets are bound to, only the
    proxy is used: else the page of another site could redirect back and be read with them. Raises SecretError."""
    if request.secrets == NO_SECRETS:
        return RequestCredentials()
    origin = origin_of(request.bound_to) if request.bound_to is not None else None
    if origin is None or origin != origin_of(request.address):
        return RequestCredentials(credentials=secrets.credentials(SecretNames(proxy=request.secrets.proxy)))
    return RequestCredentials(credentials=secrets.credentials(request.secrets), origin=origin)
