"""What is a challenge and what is not. Each row is a response and its code; the negatives matter most."""

from __future__ import annotations

import gzip
import os
from html import escape
from pathlib import Path

import pytest

from newsdesk.crawler.challenges.detect import Seen, find_challenge
from newsdesk.crawler.challenges.marks import BODY_MARKS, HEADER_MARKS
from newsdesk.crawler.http.outcomes import challenge
from tests.crawler.challenges.scripted import (
    AKAMAI_DENIED,
    AWS_WAF,
    CLOUDFLARE,
    CLOUDFLARE_ERROR,
    DATADOME,
    IMPERVA,
    LOGIN,
    PERIMETERX,
    SUCURI,
    TWELVE,
    Scripted,
    page,
)
from tests.support.articles import PARAGRAPHS, article, json_ld
from tests.support.feeds import Item, rss

ADDRESS = "https://paper.test/2026/ferry"


def seen(
    body: bytes = b"", status: int = 200, *redirects: str, requested: str = ADDRESS, **headers: str
) -> Seen:
    names = [(name.replace("_", "-"), value) for name, value in headers.items()]
    code = "fetched" if status == 200 else "redirect-loop" if not status else "forbidden"
    return Seen(requested=requested, redirects=redirects, code=code, status=status, headers=names, body=body)


def code_of(response: Seen) -> str | None:
    found = find_challenge(response)
    return None if found is None else found.code


@pytest.mark.parametrize("one", TWELVE, ids=lambda one: one.name)
def test_the_scripted_challenges(one: Scripted) -> None:
    headers = [(name.lower(), value) for name, value in one.headers]
    redirects = () if one.to is None else (f"https://paper.test{one.to}",)
    status = 200 if one.to else one.status
    found = find_challenge(
        Seen(requested=ADDRESS, redirects=redirects, code="", status=status, headers=headers, body=one.body)
    )
    assert found is not None
    assert (found.code, found.product) == (one.code, one.product)


POSITIVE: list[tuple[str, Seen, str]] = [
    ("Cloudflare's error page", seen(CLOUDFLARE_ERROR, 403), "bot-blocked"),
    ("cf-mitigated without a body", seen(b"", 403, cf_mitigated="challenge"), "bot-challenge"),
    (
        "DataDome by its headers",
        seen(b'{"url":"https://geo.captcha-delivery.com/"}', 403, x_dd_b="1"),
        "bot-challenge",
    ),
    ("AWS WAF's captcha", seen(b"", 405, x_amzn_waf_action="captcha"), "bot-challenge"),
    ("Vercel's checkpoint", seen(b"", 429, x_vercel_mitigated="challenge"), "bot-challenge"),
    ("Vercel's refusal", seen(b"", 403, x_vercel_mitigated="deny"), "bot-blocked"),
    ("SiteGround by its header", seen(b"", 202, sg_captcha="challenge"), "bot-challenge"),
    (
        "SiteGround by its page",
        seen(page("", head='<meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2F&y=ipc:1">')),
        "bot-challenge",
    ),
    ("Akamai's container", seen(page("", body='<div id="sec-if-cpt-container"></div>')), "bot-challenge"),
    (
        "PerimeterX in JSON",
        seen(b'{"appId":"PXabc","jsClientSrc":"/a.js","blockScript":"/b.js"}', 403),
        "bot-challenge",
    ),
    (
        "Imperva's script alone",
        seen(
            b'<html><head><META NAME="robots" CONTENT="noindex,nofollow"><script src="/_Incapsula_Resource?SWJIYLWA=5">'
            b"</script><body></body></html>"
        ),
        "bot-challenge",
    ),
    ("Sucuri's refusal", seen(page("Sucuri WebSite Firewall - Access Denied"), 403), "bot-blocked"),
    (
        "DDoS-Guard",
        seen(
            page("DDoS-Guard", body='<script src="/.well-known/ddos-guard/js-challenge/index.js"></script>'),
            403,
        ),
        "bot-challenge",
    ),
    ("a challenge after a comment", seen(b"<!-- v2 -->\n" + PERIMETERX), "bot-challenge"),
    ("a redirect to a captcha", seen(b"", 200, "https://validate.perfdrive.com/abc/?ssa=1"), "bot-challenge"),
    ("Google's", seen(b"", 429, "https://www.google.com/sorry/index?continue=x"), "bot-challenge"),
    (
        "a consent host",
        seen(page("Before you continue"), 200, "https://consent.paper.test/m?continue=x&gl=DE"),
        "consent-page",
    ),
    (
        "Yahoo's",
        seen(page("Yahoo"), 200, "https://guce.paper.test/x", "https://consent.paper.test/v2/c"),
        "consent-page",
    ),
    (
        "zeit.de's",
        seen(page("x"), 200, "https://www.paper.test/zustimmung?url=https%3A%2F%2Fpaper.test%2F2026%2Fferry"),
        "consent-page",
    ),
    ("consent in a loop", seen(b"", 0, "https://paper.test/consent?return=%2F", ADDRESS), "consent-page"),
    ("a login host", seen(page("x"), 200, "https://accounts.paper.test/v3?continue=x"), "login-page"),
    ("a login path", seen(page("x"), 200, "https://paper.test/wp-login.php?redirect_to=x"), "login-page"),
    ("a login path with 403", seen(page("x"), 403, "https://paper.test/anmelden"), "login-page"),
    ("a login form", seen(LOGIN), "login-page"),
    (
        "a German login form",
        seen(page("Das Blatt | Anmelden", body='<form><input type="password"></form>')),
        "login-page",
    ),
]


@pytest.mark.parametrize(
    ("response", "code"), [row[1:] for row in POSITIVE], ids=[row[0] for row in POSITIVE]
)
def test_challenges(response: Seen, code: str) -> None:
    assert code_of(response) == code


QUOTING = article(
    "How Cloudflare's challenge works",
    *PARAGRAPHS,
    "The page is titled 'Just a moment...' and sets window._cf_chl_opt = {cvId: '3'} before it loads its script.",
    *(body.decode() for body in (CLOUDFLARE, DATADOME, PERIMETERX, IMPERVA, AWS_WAF, SUCURI)),
    head=json_ld(headline="Cloudflare", articleBody="<script>window._cf_chl_opt = {}</script>"),
)
SENSORS = (  # what the firewalls add to pages that they let through
    "<script>window.__CF$cv$params={r:'1'};a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'</script>"
    "<script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script>"
    "<script>window.ddjskey='1';</script><script src='https://js.datadome.co/tags.js'></script>"
    "<script>window._pxAppId='PXabc';</script><script src='//client.px-cloud.net/PXabc/main.min.js'></script>"
    "<script type='text/javascript' src='/_Incapsula_Resource?SWJIYLWA=719d' async></script>"
    "<script src='https://abc.edge.sdk.awswaf.com/abc/challenge.js'></script><img src='/akam/13/pixel_1?a=b'>"
)
FORM = "<form action='/login'><input type='password' name='p'></form><a href='/login'>Log in</a>"

NEGATIVE: list[tuple[str, Seen]] = [
    ("an article", seen(article())),
    ("an article about Cloudflare", seen(QUOTING)),
    ("an article about Cloudflare with an error status", seen(article("Just a moment..."), 403)),
    ("a short note that quotes a challenge", seen(page("Note", body=f"<pre>{escape(CLOUDFLARE.decode())}</pre>"))),
    ("a page with sensors", seen(page("The Daily", head=SENSORS, body="<p>News</p>"))),
    ("DataDome lets it through", seen(article(), 200, x_datadome="protected", server="DataDome")),
    ("behind Cloudflare", seen(article(), 200, cf_ray="1", server="cloudflare", cf_cache_status="HIT")),
    ("a plain 403", seen(b"<html><h1>403 Forbidden</h1></html>", 403, server="nginx")),
    ("a plain 403 behind Cloudflare", seen(b"<html><h1>403 Forbidden</h1></html>", 403, server="cloudflare")),
    ("a plain 401", seen(b"", 401, www_authenticate="Basic")),
    ("429 without marks", seen(b"", 429, retry_after="60")),
    ("Cloudflare's error page of a site that is down", seen(CLOUDFLARE_ERROR, 200)),
    ("Akamai's page with 200", seen(AKAMAI_DENIED, 200)),
    ("a feed", seen(rss(Item(text="<script>window._cf_chl_opt = {}</script>")))),
    ("a feed whose text is a challenge", seen(b'<?xml version="1.0"?><rss><!--' + CLOUDFLARE + b"--></rss>")),
    ("an article with a login form", seen(article(below=FORM))),
    ("an article about logging in", seen(article("Log in", above=FORM, head=json_ld(headline="Log in")))),
    ("a home page with a login form", seen(page("The Daily", body=FORM))),
    ("robots.txt", seen(b"User-agent: *\nDisallow: /login\n", requested="https://paper.test/robots.txt")),
    ("a moved article about consent", seen(article("Consent"), 200, "https://paper.test/topics/consent/ferry-law")),
    ("a moved article", seen(article(), 200, "https://www.paper.test/2026/ferry")),
    ("the author of this name", seen(article(), 200, "https://paper.test/author/entrar/ferry")),
    ("a requested login page", seen(page("x"), 200, "https://paper.test/login/", requested="https://paper.test/login")),
    ("a feed behind a login path", seen(rss(), 200, "https://paper.test/login?next=x")),
    ("a redirect by way of a login that returns", seen(rss(), 200, "https://sso.paper.test/?continue=x", ADDRESS)),
    ("nothing arrived", Seen(requested=ADDRESS, redirects=(), code="timeout", status=0, headers=(), body=b"")),
]  # fmt: skip


@pytest.mark.parametrize("response", [row[1] for row in NEGATIVE], ids=[row[0] for row in NEGATIVE])
def test_what_is_no_challenge(response: Seen) -> None:
    assert find_challenge(response) is None


def test_each_mark_has_a_case() -> None:
    """By its product: a row without a case could match anything."""
    rows = [find_challenge(row[1]) for row in POSITIVE]
    found = {one.product for one in rows if one is not None} | {one.product for one in TWELVE}
    assert {mark.product for mark in (*HEADER_MARKS, *BODY_MARKS)} <= found


def test_a_large_page_is_not_searched() -> None:
    assert code_of(seen(CLOUDFLARE)) == "bot-challenge"
    assert code_of(seen(CLOUDFLARE + b" " * 200_000)) is None


def test_hostile_pages_take_steps_in_proportion_to_their_size() -> None:
    """Each expression is bounded inside one tag, so that no page can hold up the visits of the others."""
    for mark in BODY_MARKS:
        assert b"[^>]" not in mark.pattern.pattern and b".*" not in mark.pattern.pattern, mark


@pytest.mark.skipif("NEWSDESK_CORPUS" not in os.environ, reason="NEWSDESK_CORPUS is not set")
def test_no_page_and_no_feed_of_the_corpus_is_a_challenge() -> None:
    """887 article pages and 41 feeds, as 200 and as 403."""
    corpus = Path(os.environ["NEWSDESK_CORPUS"])
    files = sorted((*(corpus / "pages").iterdir(), *(corpus / "feeds").iterdir()))
    assert len(files) == 928
    hits = []
    for file in files:
        data = file.read_bytes()
        data = gzip.decompress(data) if file.suffix == ".gz" else data
        hits += [
            (file.name, status) for status in (200, 403) if find_challenge(seen(data, status)) is not None
        ]
    assert hits == []


def test_the_message_has_the_remedy() -> None:
    found = find_challenge(seen(CLOUDFLARE))
    assert found is not None
    without = challenge(found, "paper.test", 200, user_agent="newsdesk/0.1")
    assert without.category == "challenge" and "set network.contact first" in without.message
    known = challenge(found, "paper.test", 200, user_agent="newsdesk/0.1 (+mailto:desk@daily.test)")
    assert known.message == (
        "paper.test answered 200 with a bot challenge of Cloudflare, which newsdesk does not solve (recognised by the "
        "script of its challenge): ask the publisher to let the User-Agent 'newsdesk/0.1 (+mailto:desk@daily.test)' in"
    )
