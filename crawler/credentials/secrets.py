"""The operator's secrets: the form of each, and their values for the names that a source has. Pure.

A value leaves this module only as a header for the HTTP client; no error, repr or outcome message holds one. The
values are read by `newsdesk.settings.secrets`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from newsdesk.crawler.credentials.redaction import HIDDEN
from newsdesk.crawler.http.target import AddressError, parse_target
from newsdesk.storage.records.visits import SecretNames

T = TypeVar("T")
Kind = Literal["auth", "header", "cookies", "proxy"]

SECRET_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
SHAPES: dict[Kind, str] = {
    "auth": '"user:password" or "Bearer TOKEN"',
    "header": '"X-Api-Key: value", and no name that the request itself or a connection uses',
    "cookies": '"a=1; b=2"',
    "proxy": '"http://host:port" or "http://user:password@host:port"',
}
# Of the connection (RFC 9110, 7.6.1), of the framing, or set by the HTTP client itself: with a second one, two
# programs could read one request differently.
_RESERVED = """
    host connection proxy-connection keep-alive te trailer transfer-encoding upgrade expect content-length
    content-type content-encoding proxy-authorization proxy-authenticate authorization cookie cookie2 referer
    origin user-agent accept accept-encoding range if-none-match if-modified-since if-match if-range
    if-unmodified-since
"""
_RESERVED_NAMES = frozenset(_RESERVED.split())
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FIELD_VALUE = re.compile(r"[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?")
_BEARER = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_COOKIE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)=([\x20-\x3a\x3c-\x7e]*)")  # as lax as browsers are
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_SHORTEST_SCRUBBED = 4  # a secret of three letters would remove them from every word


class SecretError(Exception):
    """A secret that is missing or unusable; `code` is the outcome code. The message has names, never values."""

    def __init__(self, code: Literal["secret-missing", "secret-unusable"], message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy. `name` is the name of the secret; `authorization` is for the proxy itself."""

    name: str
    host: str = field(repr=False)
    port: int = field(repr=False)
    authorization: str | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Without user and password."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The values of a source's secrets. `headers` and `cookies` are for the origin of the source only."""

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    proxy: Proxy | None = None


NO_CREDENTIALS = Credentials()


class Secrets:
    """All secrets by their names. `variables` (upper case, `_` for `-`) go before `file`; `place` is the name of the
    file, for messages."""

    def __init__(
        self,
        file: Mapping[str, str] | None = None,
        *,
        variables: Mapping[str, str] | None = None,
        place: str = "newsdesk.secrets.toml",
    ) -> None:
        self._file = dict(file or {})
        self._variables = dict(variables or {})
        self._place = place
        values = {*self._file.values(), *self._variables.values()}
        self._hidden = sorted({part for value in values for part in _parts(value)}, key=len, reverse=True)

    def __repr__(self) -> str:
        names = sorted({*self._file, *self._variables})
        return f"Secrets({', '.join(names)})"

    def credentials(self, names: SecretNames) -> Credentials:
        """The values of a source's names. Raises SecretError for the first that is missing or unusable."""
        headers = [self._read("header", name, _header) for name in names.headers]
        if names.auth is not None:
            headers.append(("Authorization", self._read("auth", names.auth, _authorization)))
        return Credentials(
            headers=tuple(headers),
            cookies=self._read("cookies", names.cookies, _cookies) if names.cookies is not None else (),
            proxy=self._read("proxy", names.proxy, lambda value: _proxy(names.proxy or "", value))
            if names.proxy is not None
            else None,
        )

    def scrub(self, text: str) -> str:
        """The text without any secret value: a server may send one back, an exception may quote one."""
        for part in self._hidden:
            text = text.replace(part, HIDDEN)
        return text

    def _read(self, kind: Kind, name: str, read: Callable[[str], T | None]) -> T:
        variable = variable_of_secret(name)
        value = self._variables.get(variable, self._file.get(name))
        if value is None:
            raise SecretError(
                "secret-missing",
                f"there is no secret {name!r} for {kind}; write {name} = {SHAPES[kind].partition(' or ')[0]}"
                f" into {self._place}, or set {variable}",
            )
        found = read(value)
        if found is None:
            where = variable if variable in self._variables else self._place
            raise SecretError(
                "secret-unusable",
                f"the secret {name!r} in {where} cannot be used for {kind}; write it as {SHAPES[kind]}",
            )
        return found


def _parts(value: str) -> set[str]:
    """Every form in which a secret may appear: whole, its password or token, and as it is sent."""
    user, _, place = value.removeprefix("http://").rpartition("@")
    found = {value, b64encode(value.encode("utf-8", "replace")).decode("ascii"), place, user}
    found |= {one.partition(":")[2].strip() for one in (value, user)} | {value.partition(" ")[2].strip()}
    found |= {pair.partition("=")[2].strip() for pair in value.split(";")}
    return {part for part in found if len(part) >= _SHORTEST_SCRUBBED}


def variable_of_secret(name: str) -> str:
    """The environment variable of a secret: NEWSDESK_SECRET_MY_PAPER for my-paper."""
    return "NEWSDESK_SECRET_" + name.upper().replace("-", "_")


def origin_of(address: str) -> str | None:
    """Scheme, host and port in one spelling; None for an address that cannot be requested."""
    try:
        return parse_target(address).origin
    except AddressError:
        return None


def _authorization(value: str) -> str | None:
    scheme, _, token = value.strip().partition(" ")
    if scheme.lower() == "bearer":
        return f"Bearer {token.strip()}" if _BEARER.fullmatch(token.strip()) else None
    user, colon, _ = value.partition(":")
    if not colon or not user or _CONTROL.search(value):
        return None
    return f"Basic {b64encode(value.encode('utf-8')).decode('ascii')}"  # RFC 7617


def _header(value: str) -> tuple[str, str] | None:
    name, colon, text = value.partition(":")
    name, text = name.strip(), text.strip()
    if (
        not colon
        or not _TOKEN.fullmatch(name)
        or name.lower() in _RESERVED_NAMES
        or not _FIELD_VALUE.fullmatch(text)
    ):
        return None
    return name, text


def _cookies(value: str) -> tuple[tuple[str, str], ...] | None:
    pairs = [_COOKIE.fullmatch(pair.strip()) for pair in value.split(";") if pair.strip()]
    if not pairs or not all(pairs):
        return None
    return tuple((pair[1], pair[2]) for pair in pairs if pair is not None)


def _proxy(name: str, value: str) -> Proxy | None:
    if not value.startswith("http://") or _CONTROL.search(value):
        return None
    user, at, place = value.removeprefix("http://").rstrip("/").rpartition("@")
    try:
        target = parse_target(f"http://{place}")
    except AddressError:
        return None
    authorization = _authorization(user) if at else None
    if target.url != f"http://{place}/" or not re.search(r":\d+\Z", place) or (at and authorization is None):
        return None
    return Proxy(name=name, host=target.name, port=target.port, authorization=authorization)


def cookie_in(header: str) -> tuple[str, str] | None:
    """Name and value at the beginning of a Set-Cookie header; None for one that we could only send altered."""
    pair = _COOKIE.fullmatch(header.partition(";")[0].strip())
    return (pair[1], pair[2]) if pair is not None else None
