"""Consent pages and login pages: what a site shows instead of the requested document. Pure.

A consent notice or a login form on an ordinary page is neither: the site must have redirected to an address that is
for consent or login only, or the page must be nothing but the form, by its title.
"""

# ruff: noqa: SIM905  (tables of words are read and edited as text)

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

Kind = Literal["consent-page", "login-page"]

_HOST_LABELS: dict[Kind, frozenset[str]] = {
    "consent-page": frozenset("consent consents myprivacy privacygate privacy-gate guce zustimmung".split()),
    "login-page": frozenset("login signin accounts auth sso idp passport".split()),
}
_SEGMENTS: dict[Kind, frozenset[str]] = {  # of paths, lower case, without extension
    "consent-page": frozenset(
        "consent consents collectconsent gdpr-consent cookie-consent cookieconsent cookiewall consentwall "
        "privacywall privacy-gate zustimmung datenschutz-zustimmung consentement".split()
    ),
    "login-page": frozenset(
        "login log-in log_in signin sign-in sign_in wp-login anmelden anmeldung einloggen connexion se-connecter "
        "identification iniciar-sesion acceso entrar accedi inloggen aanmelden logga-in logg-inn logind kirjaudu "
        "zaloguj logowanie prihlaseni giris oauth authorize oidc saml".split()
    ),
}
# Parameters that say where to return: a page for consent or login that stands in for another one has one.
_RETURN = re.compile(
    r"(?:^|[&;])(?:url|u|r|rd|ref|referrer?|from|to|next|continue|return\w*|redirect\w*|callback\w*|back\w*|dest\w*|"
    r"target\w*|origin\w*|location|state|service|goto|done|success_?url|zurueck|brandreturn\w*)=",
    re.I,
)
_TITLE = re.compile(rb"<title\b[^<>]{0,200}>([^<]{0,200})", re.I)
_PASSWORD = re.compile(rb"<input\b[^<>]{0,300}\btype=[\"']?password\b", re.I)
_LOGIN_WORDS = (
    r"log ?-?in|sign ?-?in|log in to your account|anmelden|anmeldung|einloggen|(?:se )?connecter|connexion|"
    r"iniciar sesi[oó]n|acceder|entrar|iniciar sess[aã]o|accedi|inloggen|aanmelden|logga in|logg inn|log ind|"
    r"kirjaudu(?: sisään)?|zaloguj się|logowanie|přihlášení|"
    r"вход|войти|увійти|giriş(?: yap)?|ログイン|登录|登入|로그인|تسجيل الدخول|σύνδεση"
)
# The whole title, or one that the name of the site follows or precedes: "Log in – The Daily", "The Daily | Sign in".
_LOGIN_TITLE = re.compile(
    rf"(?:{_LOGIN_WORDS})(?:\s*[-–—|:·•«»‹›].{{0,80}})?|.{{1,60}}[|–—·]\s*(?:{_LOGIN_WORDS})", re.I
)
METADATA = re.compile(  # of an article; challenge and login pages have none
    rb"application/ld\+json|\bog:type|<article\b", re.I
)
_START = 64 * 1024  # of a page, in which its title and metadata are


def kind_of_redirect(requested: str, redirects: Sequence[str]) -> tuple[Kind, str] | None:
    """The kind of page to which a request was redirected, with its address; None for an ordinary redirect, or if the
    requested address is such a page itself."""
    asked = urlsplit(requested)
    for address in reversed(redirects):
        try:
            parts = urlsplit(address)
        except ValueError:
            continue
        for kind in _SEGMENTS:
            if _is_for(kind, parts) and not _is_for(kind, asked) and _stands_in(kind, parts, asked):
                return kind, address
    return None


def _is_for(kind: Kind, parts: SplitResult) -> bool:
    labels = (parts.hostname or "").split(".")
    segments = {one.partition(".")[0] for one in parts.path.lower().split("/")}
    return bool(_HOST_LABELS[kind] & set(labels[:-2])) or bool(_SEGMENTS[kind] & segments)


def _stands_in(kind: Kind, parts: SplitResult, asked: SplitResult) -> bool:
    """Whether the page stands in for the requested one, rather than being what was requested under a new address: an
    article may have moved to /topics/consent/. A host for consent only, a way back, or a path that is nothing else."""
    own_host = bool(_HOST_LABELS[kind] & set((parts.hostname or "").split(".")[:-2]))
    names_it = len(asked.path) > 1 and asked.path in unquote(f"{parts.path}?{parts.query}")[1:]
    alone = len([one for one in parts.path.split("/") if one]) == 1 and kind == "login-page"
    return own_host or names_it or alone or bool(_RETURN.search(parts.query))


def is_login_form(body: bytes) -> bool:
    """Whether a page is nothing but a login form: by its title, a field for a password, and no sign of an article."""
    start = body[:_START]
    title = _TITLE.search(start)
    if title is None or not _PASSWORD.search(body) or METADATA.search(start):
        return False
    text = " ".join(unescape(title[1].decode("utf-8", "replace")).split())
    return _LOGIN_TITLE.fullmatch(text) is not None
