"""The marks of challenge pages and of firewalls, one row each. Pure data.

A mark is certain: the firewall's documentation names it, or it is an element that the firewall's own page needs to
work. What the same firewalls add to ordinary pages (sensor scripts, cookies, `cf-ray`, `x-datadome` with a 200) is no
mark. Elements are matched as real tags; an article that quotes one has `&lt;`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from re import Pattern
from typing import Literal

Kind = Literal["bot-challenge", "bot-blocked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderMark:
    """A response header whose value matches; of an error status only, if `errors`."""

    product: str
    kind: Kind
    name: str
    value: Pattern[str]
    errors: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyMark:
    """An element of a page. `hint` is a part that every match has in this spelling: it is looked for first, since that
    is fast. `errors`: of an error status only. `copies_metadata`: the challenge page repeats the metadata of the page
    that it hides, so metadata of an article is no proof against it."""

    product: str
    kind: Kind
    what: str
    hint: bytes
    pattern: Pattern[bytes]
    errors: bool = False
    copies_metadata: bool = False


def _words(*values: str) -> Pattern[str]:
    return re.compile("|".join(values), re.I)


def _tag(pattern: bytes) -> Pattern[bytes]:
    return re.compile(pattern, re.I)


_ANY = re.compile("")

HEADER_MARKS: tuple[HeaderMark, ...] = (
    # developers.cloudflare.com/cloudflare-challenges: "present and set to challenge", whatever the page looks like
    HeaderMark(product="Cloudflare", kind="bot-challenge", name="cf-mitigated", value=_words("challenge")),
    HeaderMark(product="Cloudflare", kind="bot-blocked", name="cf-mitigated", value=_words("block")),
    # AWS WAF API, ChallengeAction (202) and CaptchaAction (405)
    HeaderMark(
        product="AWS WAF",
        kind="bot-challenge",
        name="x-amzn-waf-action",
        value=_words("challenge", "captcha"),
    ),
    HeaderMark(product="Vercel", kind="bot-challenge", name="x-vercel-mitigated", value=_words("challenge")),
    HeaderMark(product="Vercel", kind="bot-blocked", name="x-vercel-mitigated", value=_words("deny")),
    HeaderMark(product="SiteGround", kind="bot-challenge", name="sg-captcha", value=_words("challenge")),
    # `protected` also stands on what DataDome lets through, so only with an error status
    HeaderMark(product="DataDome", kind="bot-challenge", name="x-dd-b", value=_ANY, errors=True),
    HeaderMark(
        product="DataDome", kind="bot-challenge", name="x-datadome", value=_words("protected"), errors=True
    ),
    HeaderMark(product="Sucuri", kind="bot-blocked", name="x-sucuri-block", value=_ANY, errors=True),
)

BODY_MARKS: tuple[BodyMark, ...] = (
    BodyMark(
        product="Cloudflare",
        kind="bot-challenge",
        what="the script of its challenge",
        hint=b"_cf_chl_opt",
        pattern=_tag(rb"<script\b[^<>]{0,200}>[^<]{0,500}window\._cf_chl_opt\s{0,9}="),
    ),
    BodyMark(
        product="Cloudflare",
        kind="bot-blocked",
        what="its error page",
        hint=b"cf-error-details",
        pattern=_tag(rb"<div\b[^<>]{0,200}\bid=[\"']?cf-error-details\b"),
        errors=True,
    ),
    BodyMark(
        product="DataDome",
        kind="bot-challenge",
        what="the script of its captcha",
        hint=b"captcha-delivery.com/",
        pattern=_tag(
            rb"<script\b[^<>]{0,200}\bsrc=[\"']?(?:https?:)?//[\w.-]{0,40}captcha-delivery\.com/[a-z]\.js\b"
        ),
    ),
    BodyMark(  # its templates; also where it refuses without a challenge
        product="Anubis",
        kind="bot-challenge",
        what="its script elements",
        hint=b"anubis_",
        pattern=_tag(
            rb"<script\b[^<>]{0,200}\bid=[\"']?anubis_(?:challenge|version|base_prefix|public_url)\b"
        ),
        copies_metadata=True,
    ),
    BodyMark(
        product="Akamai",
        kind="bot-challenge",
        what="its interstitial page",
        hint=b"bm-verify",
        pattern=_tag(rb"<meta\b[^<>]{0,300}\bhttp-equiv=[\"']?refresh\b[^<>]{0,2000}\bbm-verify="),
    ),
    BodyMark(
        product="Akamai",
        kind="bot-challenge",
        what="its challenge container",
        hint=b"sec-if-cpt-container",
        pattern=_tag(rb"<div\b[^<>]{0,200}\bid=[\"']?sec-if-cpt-container\b"),
    ),
    BodyMark(  # "Access Denied … Reference #18.…"
        product="Akamai",
        kind="bot-blocked",
        what="its error page",
        hint=b"errors.edgesuite.net",
        pattern=_tag(rb"<h1>\s{0,9}access denied\s{0,9}</h1>"),
        errors=True,
    ),
    BodyMark(
        product="PerimeterX",
        kind="bot-challenge",
        what="its captcha",
        hint=b"px-captcha",
        pattern=_tag(rb"<div\b[^<>]{0,200}\bid=[\"']?px-captcha\b"),
    ),
    BodyMark(  # its answer to a request that accepts JSON, as ours for feeds do
        product="PerimeterX",
        kind="bot-challenge",
        what="its block response",
        hint=b'"blockScript"',
        pattern=_tag(rb'^\s{0,9}\{[^<]{0,4000}"appId"\s{0,9}:\s{0,9}"PX'),
        errors=True,
    ),
    BodyMark(
        product="Imperva",
        kind="bot-challenge",
        what="its incident frame",
        hint=b"_Incapsula_Resource",
        pattern=_tag(rb"<iframe\b[^<>]{0,200}\bsrc=[\"']?/_Incapsula_Resource\?"),
    ),
    BodyMark(  # nothing in the page but the script
        product="Imperva",
        kind="bot-challenge",
        what="the script of its challenge",
        hint=b"_Incapsula_Resource",
        pattern=_tag(
            rb"^\s{0,9}<html>\s{0,9}<head>\s{0,9}<meta name=\"robots\" content=\"noindex, ?nofollow\">\s{0,9}"
            rb"(?:<meta[^<>]{0,200}>\s{0,9}){0,3}<script[^<>]{0,60} src=\"/_Incapsula_Resource\?"
        ),
    ),
    BodyMark(
        product="AWS WAF",
        kind="bot-challenge",
        what="the script of its challenge",
        hint=b"gokuProps",
        pattern=_tag(rb"<script\b[^<>]{0,200}>[^<]{0,300}window\.gokuProps\s{0,9}="),
    ),
    BodyMark(
        product="Sucuri",
        kind="bot-challenge",
        what="the script of its challenge",
        hint=b"sucuri_cloudproxy_js",
        pattern=_tag(rb"<script\b[^<>]{0,200}>[^<]{0,4000}\bsucuri_cloudproxy_js\s{0,9}="),
    ),
    BodyMark(
        product="Sucuri",
        kind="bot-blocked",
        what="its error page",
        hint=b"Sucuri Web",
        pattern=_tag(rb"<title>[^<]{0,60}sucuri website firewall[^<]{0,60}</title>"),
        errors=True,
    ),
    BodyMark(
        product="SiteGround",
        kind="bot-challenge",
        what="the refresh to its captcha",
        hint=b"/.well-known/",
        pattern=_tag(
            rb"<meta\b[^<>]{0,200}\bcontent=[\"']?\d{1,3};\s{0,3}(?:url=)?[\"']?/\.well-known/(?:sg)?captcha/"
        ),
    ),
    BodyMark(
        product="DDoS-Guard",
        kind="bot-challenge",
        what="the script of its challenge",
        hint=b"/.well-known/ddos-guard/",
        pattern=_tag(rb"<script\b[^<>]{0,200}\bsrc=[\"']?/\.well-known/ddos-guard/"),
    ),
)

# Addresses of challenges, to which some sites redirect: the end of a host, and the start of a path.
CHALLENGE_ADDRESSES: tuple[tuple[str, str, str], ...] = (
    ("DataDome", "captcha-delivery.com", "/"),
    ("Radware", "validate.perfdrive.com", "/"),
    ("SiteGround", "", "/.well-known/sgcaptcha/"),
    ("SiteGround", "", "/.well-known/captcha/"),
    ("Anubis", "", "/.within.website/x/cmd/anubis/"),
    ("Cloudflare", "", "/cdn-cgi/challenge-platform/"),
    ("Google", "google.com", "/sorry/"),
    ("Yandex", "ya.ru", "/showcaptcha"),
)
