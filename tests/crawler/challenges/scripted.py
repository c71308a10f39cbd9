"""Scripted challenges: pages written by hand in the shapes that firewalls, consent pages and login pages have.

Each is the response to one request: status, headers and body. The shapes are those of the firewalls' documentation
and of pages that users of feed readers quoted (miniflux #3340, anubis #721, FreshRSS #6533).
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripted:
    """A challenge: what it answers, and the outcome code and product that it must have. `to`: it redirects there, with
    `status` as the status of the redirect, and the page is there."""

    name: str
    code: str
    product: str | None
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    to: str | None = None


def page(title: str, *, head: str = "", body: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{escape(title)}</title>{head}</head><body>{body}</body></html>"
    ).encode()


CLOUDFLARE = page(
    "Just a moment...",
    head='<meta name="robots" content="noindex,nofollow"><meta http-equiv="refresh" content="360">',
    body="<div class='main-wrapper' role='main'><noscript>Enable JavaScript and cookies to continue</noscript></div>"
    "<script>(function(){window._cf_chl_opt = {cvId: '3',cZone: \"paper.test\",cType: 'managed'};"
    "var a = document.createElement('script');a.src = '/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1';"
    "}());</script>",
)
CLOUDFLARE_ERROR = page(
    "Attention Required! | Cloudflare",
    body="<div id='cf-wrapper'><div id='cf-error-details' class='cf-error-details-wrapper'>"
    "<h1>Sorry, you have been blocked</h1></div></div>",
)
DATADOME = page(
    "paper.test",
    body="<p id='cmsg'>Please enable JS and disable any ad blocker</p><script data-cfasync='false'>"
    "var dd={'rt':'c','cid':'AHrl','hsh':'EC3A','t':'fe','s':43337,'host':'geo.captcha-delivery.com'}</script>"
    "<script data-cfasync='false' src='https://ct.captcha-delivery.com/c.js'></script>",
)
ANUBIS = page(
    "Making sure you&#39;re not a bot!",
    head='<meta property="og:type" content="article"><script id="anubis_version" type="application/json">"v1.22"'
    '</script><script id="anubis_challenge" type="application/json">{"rules":{"algorithm":"fast"}}</script>',
    body="<main><h1 id='title'>Making sure you're not a bot!</h1><p id='status'>Loading...</p></main>",
)
AKAMAI = page(
    "&nbsp;",
    head="<meta http-equiv='refresh' content=\"5; URL='/feed.xml?bm-verify=AAQAAAAN_____x'\"/>",
    body="<script>function triggerInterstitialChallenge(){var x=new XMLHttpRequest();"
    "x.open('POST','/_sec/verify?provider=interstitial',false);}</script>",
)
AKAMAI_DENIED = (
    b"<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\nYou don't have permission to"
    b' access "http&#58;&#47;&#47;paper&#46;test&#47;" on this server.<P>\nReference&#32;&#35;18&#46;2c411602\n'
    b"<P>https&#58;&#47;&#47;errors.edgesuite.net&#47;18&#46;2c411602\n</BODY>\n</HTML>\n"
)
PERIMETERX = page(
    "Access to this page has been denied",
    body="<div class='px-captcha-container'><div id='px-captcha'></div></div><script>window._pxAppId='PXabc';"
    "window._pxJsClientSrc='/abc/init.js';window._pxUuid='1';</script>",
)
IMPERVA = (
    b'<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW"><script type="text/javascript"'
    b' src="/_Incapsula_Resource?SWJIYLWA=719d"></script></head><body style="margin:0px;height:100%"><iframe'
    b' id="main-iframe" src="/_Incapsula_Resource?CWUDNSAI=22&xinfo=0-16" frameborder=0 width="100%">Request'
    b" unsuccessful. Incapsula incident ID: 480000</iframe></body></html>"
)
AWS_WAF = page(
    "",
    body='<script type=\'text/javascript\'>window.awsWafCookieDomainList = [];window.gokuProps = {"key":"AQID"};'
    "</script><script src='https://abc.edge.sdk.awswaf.com/abc/challenge.js'></script>",
)
SUCURI = (
    b"<html><title>You are being redirected...</title><noscript>Javascript is required. Please enable javascript"
    b" before you are allowed to see this page.</noscript><script>var s={},u,c,U,r,i,l=0,a,e=eval,"
    b"w=String.fromCharCode,sucuri_cloudproxy_js='',S='YT0n';</script></html>"
)
CONSENT = page(
    "Privacy Gate",
    body="<form method='post' action='/consent/collect'><p>We and our partners store information on your device.</p>"
    "<button name='agree' value='agree'>Accept all</button></form>",
)
LOGIN = page(
    "Log in - The Daily",
    body="<form method='post' action='/login'><input name='user'><input type='password' name='password'></form>",
)
HTML = ("Content-Type", "text/html; charset=utf-8")

# The demonstration of issue 15: twelve challenges, the exact outcome of each.
TWELVE: tuple[Scripted, ...] = (
    Scripted(
        name="cloudflare-header",
        code="bot-challenge",
        product="Cloudflare",
        status=403,
        headers=(HTML, ("cf-mitigated", "challenge"), ("server", "cloudflare")),
        body=CLOUDFLARE,
    ),
    Scripted(
        name="cloudflare-200",
        code="bot-challenge",
        product="Cloudflare",
        status=200,
        headers=(HTML,),
        body=CLOUDFLARE,
    ),
    Scripted(
        name="datadome",
        code="bot-challenge",
        product="DataDome",
        status=403,
        headers=(HTML, ("x-datadome", "protected"), ("x-dd-b", "1")),
        body=DATADOME,
    ),
    Scripted(name="anubis", code="bot-challenge", product="Anubis", status=200, headers=(HTML,), body=ANUBIS),
    Scripted(name="akamai", code="bot-challenge", product="Akamai", status=200, headers=(HTML,), body=AKAMAI),
    Scripted(
        name="akamai-denied",
        code="bot-blocked",
        product="Akamai",
        status=403,
        headers=(("Content-Type", "text/html"), ("Server", "AkamaiGHost")),
        body=AKAMAI_DENIED,
    ),
    Scripted(
        name="perimeterx",
        code="bot-challenge",
        product="PerimeterX",
        status=403,
        headers=(HTML,),
        body=PERIMETERX,
    ),
    Scripted(
        name="imperva", code="bot-challenge", product="Imperva", status=200, headers=(HTML,), body=IMPERVA
    ),
    Scripted(
        name="aws-waf",
        code="bot-challenge",
        product="AWS WAF",
        status=202,
        headers=(HTML, ("x-amzn-waf-action", "challenge")),
        body=AWS_WAF,
    ),
    Scripted(name="sucuri", code="bot-challenge", product="Sucuri", status=200, headers=(HTML,), body=SUCURI),
    Scripted(
        name="consent",
        code="consent-page",
        product=None,
        status=301,
        body=CONSENT,
        to="/consent?siteKey=x&callbackUrl=%2Ffeed.xml",
    ),
    Scripted(
        name="login",
        code="login-page",
        product=None,
        status=301,
        body=LOGIN,
        to="/login?return_to=%2Ffeed.xml",
    ),
)
