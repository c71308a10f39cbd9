"""Find the secret parts of addresses in a text, and replace them by `***`. Pure.

A text is searched, not parsed, so that addresses inside sentences, relative and broken ones are found too. What is
requested is never altered: only messages, terminals, logs and exports are redacted.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

HIDDEN = "***"

# Names of parameters whose value gives access, without case, `-`, `_`, `.`. Exact names: `key` is one,
# `keyword` is not.
_NAMES = """
    token accesstoken authtoken apitoken feedtoken rsstoken privatetoken usertoken refreshtoken idtoken
    sessiontoken securitytoken bearertoken jwt bearer
    key apikey accesskey authkey feedkey rsskey userkey privatekey secretkey subscriptionkey
    auth authorization authentication password passwd passwort passphrase pass pwd pw
    secret clientsecret apisecret sharedsecret credential credentials
    sig signature hmac
    session sessionid sessid sid phpsessid jsessionid
    awsaccesskeyid xamzsignature xamzcredential xamzsecuritytoken xgoogsignature xgoogcredential
"""
SECRET_NAMES = frozenset(_NAMES.split())

_END = r"\s\"'<>`"  # where an address ends inside a sentence
_PARAMETER = re.compile(rf"(?<=[?&;#/])([A-Za-z0-9_.%~\[\]-]{{1,80}}=)([^&;#{_END}]+)")
_USER = re.compile(rf"(?:(?<=//)|(?<=\\\\))[^/?#{_END}]*@")
# Also typed without a scheme, and with a password that holds what ends an authority: `//me:pa/ss@host`. What
# begins with a port is a path: `host:8080/@me`.
_USER_AND_PASSWORD = re.compile(
    rf"(?:(?<=//)|(?<![^{_END}(]))(?!(?:mailto|tag|urn|acct|feed):)[^/?#:@\[\]{_END}]+:"
    rf"(?!\d{{0,5}}(?:[/?#{_END}]|\Z))[^{_END}]{{0,300}}@",
    re.IGNORECASE,
)
_FOLDED = re.compile(r"[-_.~\[\]]")
_AFTER = ").,:!]"  # more likely of the sentence than of the secret


def redact(text: str) -> str:
    """The text with `***` for the secret parts of the addresses in it. Redacting twice changes nothing."""
    if "@" in text:
        for user in (_USER_AND_PASSWORD, _USER):
            text = user.sub(f"{HIDDEN}@", text)
    return _PARAMETER.sub(_hidden, text) if "=" in text else text


def _hidden(found: re.Match[str]) -> str:
    name, value = found[1], found[2]
    kept = value.rstrip(_AFTER)
    if not kept:
        return found[0]
    if _FOLDED.sub("", unquote(name[:-1])).lower() in SECRET_NAMES or _has_inner_secret(kept):
        return f"{name}{HIDDEN}{value[len(kept) :]}"
    return found[0]


def _has_inner_secret(value: str) -> bool:
    """Whether a value is another address, escaped, that has a secret part itself."""
    inner = unquote(value) if "%" in value else value
    return inner != value and "//" in inner and redact(inner) != inner


def redact_all(value: Any, *, keep: frozenset[str] = frozenset()) -> Any:
    """Redact every text in a JSON-like value; values under one of the names in `keep` stay as they are."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {
            name: inner if name in keep else redact_all(inner, keep=keep) for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [redact_all(inner, keep=keep) for inner in value]
    return value


def is_redacted(address: str) -> bool:
    """Whether an address has `***` for a secret part."""
    return f"={HIDDEN}" in address or f"{HIDDEN}@" in address
