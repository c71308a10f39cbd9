"""The HTTP client and the secrets of a source: which header reaches which origin, cookies of a visit, proxies.

What is judged is what arrived: servers and a proxy on this machine write down each request.
"""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.credentials.cookies import LONGEST, MOST, MOST_BYTES, CookieJar
from newsdesk.crawler.credentials.request_credentials import credentials_for
from newsdesk.crawler.credentials.secrets import SHAPES, SecretError, Secrets
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.dns import Resolver
from newsdesk.crawler.http.guard import HostOverrides
from newsdesk.crawler.http.target import parse_target
from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.crawler.politeness.rate_limiter import RateLimiter
from newsdesk.storage.records.visits import Limits, SecretNames
from tests.support.certificates import Issuer
from tests.support.proxy import LoggingProxy
from tests.support.web import Web

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BODY = b"<rss version='2.0'><channel><title>Daily</title></channel></rss>"
VALUES = {
    "login": "editor:CANARY-pass:word",
    "bearer": "Bearer CANARY.token~1==",
    "api": "X-Api-Key:  CANARY key ",
    "region": "X-Region: north",
    "consent": "consent=CANARY; a=",
}
ALL = SecretNames(auth="login", headers=("api", "region"), cookies="consent")
SENT = {
    "authorization": "Basic ZWRpdG9yOkNBTkFSWS1wYXNzOndvcmQ=",
    "x-api-key": "CANARY key",
    "x-region": "north",
    "cookie": "consent=CANARY; a=",
}


def private(headers: dict[str, str]) -> dict[str, str]:
    ours = {"host", "accept", "accept-encoding", "user-agent", "connection"}
    return {name: value for name, value in headers.items() if name not in ours}


async def ask(
    web: Web, address: str, names: SecretNames = ALL, bound_to: str | None = None, **options: Any
) -> Page:
    secrets = Secrets({**VALUES, **options.pop("values", {})}, variables=options.pop("variables", {}))
    question = HttpRequest(address=address, secrets=names, bound_to=bound_to or address)
    async with web.client(secrets=secrets, **options) as client:
        return await client.fetch(question, limits=Limits(visit_s=5))


# Shapes

GOOD = [
    ("auth", "user:pass", {"authorization": "Basic dXNlcjpwYXNz"}),
    ("auth", "user:", {"authorization": "Basic dXNlcjo="}),
    ("auth", "jürgen:pä:ß ", {"authorization": "Basic asO8cmdlbjpww6Q6w58g"}),  # UTF-8 (RFC 7617, 2.1)
    ("auth", "bearer  abc.d-e_f~g+/=", {"authorization": "Bearer abc.d-e_f~g+/="}),
    ("headers", "X-Key: a b", {"x-key": "a b"}),
    ("headers", "Accept-Language:de", {"accept-language": "de"}),
    ("cookies", " a=1;b=x=y,z ; c=", {"cookie": "a=1; b=x=y,z; c="}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "arrives"), GOOD)
async def test_what_is_sent(web: Web, kind: str, value: str, arrives: dict[str, str]) -> None:
    web.serve("/f", BODY)
    names = SecretNames(**{kind: ("one",) if kind == "headers" else "one"})
    page = await ask(web, web.url("daily.test", "/f"), names, values={"one": value})
    assert page.outcome.code == "fetched" and private(web.log[0].headers) == arrives


BAD = [
    ("auth", ["", "token", ":pass", "Bearer", "Bearer a b", "Bearer a\r\nX: y", "u\n:p", "u:p\x00"]),
    ("headers", [
        "", "X-Key", "X-Key:", ": v", "X Key: v", "X-Key: a\r\nHost: b", "X-K\u00e9y: v", "X-Key: \u00e9",
        *(f"{name}: v" for name in (
            "Host", "HOST ", "Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
            "Expect", "Content-Length", "Proxy-Authorization", "Authorization", "Cookie", "Referer",
            "User-Agent", "Accept", "Accept-Encoding", "Range", "If-None-Match", "If-Modified-Since",
        )),
    ]),
    ("cookies", ["", ";", "a", "a=1; b", "=1", "a b=1", "a=1\r\nX: y", "a=\u00e9"]),
    ("proxy", [
        "", "host:1", "https://host:1", "socks5://host:1", "http://host", "http://host:1/path", "http://host:0",
        "http://u@host:1", "http://127.1:1", "http://ho st:1", "http://u:p\n@host:1", "http://:p@host:1",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in BAD for value in values])
async def test_a_secret_of_another_shape_is_not_sent(web: Web, kind: str, value: str) -> None:
    names = SecretNames(**{kind: ("one",) if kind == "headers" else "one"})
    page = await ask(web, web.url("daily.test", "/f"), names, values={"one": value})
    assert (page.outcome.code, page.outcome.category) == ("secret-unusable", "forbidden") and not web.log
    assert "'one'" in page.outcome.message and "write it as" in page.outcome.message
    shape = SHAPES["header" if kind == "headers" else kind]
    assert len(value) < 6 or value not in page.outcome.message.replace(shape, "")


async def test_a_missing_secret_is_named_and_no_request_is_sent(web: Web) -> None:
    page = await ask(web, web.url("daily.test", "/f"), SecretNames(auth="my-paper"))
    assert (page.outcome.code, page.outcome.category, web.log) == ("secret-missing", "forbidden", [])
    for word in ("'my-paper'", "newsdesk.secrets.toml", "NEWSDESK_SECRET_MY_PAPER", "user:password"):
        assert word in page.outcome.message
    web.serve("/f", BODY)
    shown = {"variables": {"NEWSDESK_SECRET_MY_PAPER": "u:variable"}, "values": {"my-paper": "u:file"}}
    assert (
        await ask(web, web.url("daily.test", "/f"), SecretNames(auth="my-paper"), **shown)
    ).outcome.category == "ok"
    assert web.log[0].headers["authorization"] == "Basic dTp2YXJpYWJsZQ==", (
        "the variable goes before the file"
    )


def test_no_repr_and_no_fault_tells_a_value() -> None:
    secrets = Secrets({**VALUES, "way": "http://me:CANARY@127.0.0.1:1"})
    found = secrets.credentials(SecretNames(auth="login", headers=("api",), cookies="consent", proxy="way"))
    assert (
        "CANARY" not in repr(found) + repr(secrets)
        and repr(secrets) == "Secrets(api, bearer, consent, login, region, way)"
    )
    with pytest.raises(SecretError) as error:
        secrets.credentials(SecretNames(cookies="login"))
    assert "CANARY" not in str(error.value)
    output = f"{SENT['authorization']}, CANARY-pass:word, CANARY.token~1==, me:CANARY, (CANARY key) a=CANARY"
    assert secrets.scrub(output) == "Basic ***, ***, ***, ***, (***) a=***"


# Redirects: chain of (host, port of web or other, scheme) -> who gets the secrets


@pytest.fixture
async def other() -> Any:
    async with Web() as served:
        yield served


async def test_each_hop_gets_what_is_for_its_origin(web: Web, other: Web) -> None:
    """To the origin itself, to another host, another port of the same host, and back."""
    for host, path, to in (
        ("daily.test", "/1", "/2"),
        ("daily.test", "/2", web.url("sub.daily.test", "/3")),
        ("sub.daily.test", "/3", other.url("daily.test", "/4")),
        ("daily.test", "/4", web.url("DAILY.test", "/5")),
    ):
        (other if path == "/4" else web).redirect(path, to, host=host, status=302)
    web.serve("/5", BODY)
    allow = (f"127.0.0.1:{web.port}", f"127.0.0.1:{other.port}")
    page = await ask(web, web.url("daily.test", "/1"), allow=allow)
    assert page.outcome.code == "fetched" and len(page.redirects) == 4
    got = {request.path: private(request.headers) for request in (*web.log, *other.log)}
    assert got == {"/1": SENT, "/2": SENT, "/3": {}, "/4": {}, "/5": SENT}


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(tmp_path_factory.mktemp("certificates"))


@pytest.mark.parametrize("secure_first", [True, False])
async def test_another_scheme_is_another_origin(issuer: Issuer, web: Web, secure_first: bool) -> None:
    async with Web(tls=issuer.context("daily.test")) as secure:
        first, second = (secure, web) if secure_first else (web, secure)
        first.redirect("/f", second.url("daily.test", "/g"))
        second.serve("/g", BODY)
        allow = (f"127.0.0.1:{web.port}", f"127.0.0.1:{secure.port}")
        page = await ask(web, first.url("daily.test", "/f"), allow=allow, ca_file=issuer.file)
        assert page.outcome.code == "fetched"
        assert private(first.log[0].headers) == SENT and private(second.log[0].headers) == {}


ORIGINS = [
    ("https://a.test/f", "https://A.test:443/other?x#y", True),
    ("http://a.test:8080/", "http://a.test.:8080/f", True),
    ("http://a.test/", "https://a.test/", False),
    ("http://a.test:443/", "https://a.test/", False),
    ("http://a.test/", "http://a.test:8080/", False),
    ("http://a.test/", "http://b.a.test/", False),
    ("http://a.test/", "http://a.test.evil.test/", False),
    ("http://[::1]:80/", "http://[0::1]/", True),
]


@pytest.mark.parametrize(("bound_to", "target", "same"), ORIGINS)
def test_what_one_origin_is(bound_to: str, target: str, same: bool) -> None:
    request_credentials = credentials_for(
        HttpRequest(address=bound_to, secrets=ALL, bound_to=bound_to), Secrets(VALUES)
    )
    assert bool(request_credentials.headers(parse_target(target))) is same


async def test_a_page_of_another_origin_gets_none_wherever_it_leads(web: Web) -> None:
    web.redirect("/story", web.url("daily.test", "/f"), host="away.test")
    web.serve("/f", BODY)
    page = await ask(web, web.url("away.test", "/story"), bound_to=web.url("daily.test", "/feed"))
    assert page.outcome.code == "fetched" and [private(one.headers) for one in web.log] == [{}, {}]
    await ask(web, web.url("daily.test", "/f"), bound_to=web.url("daily.test", "/feed"))
    assert private(web.log[-1].headers) == SENT, "a page of the same origin gets them"


# Cookies of a visit


async def test_a_redirect_to_itself_that_sets_a_cookie_is_followed(web: Web) -> None:
    web.serve(
        "/f",
        status=302,
        headers=(("Location", "/f"), ("Set-Cookie", "seen=1; Domain=test; Path=/no; Secure")),
    )
    web.then("/f", BODY)
    page = await ask(web, web.url("daily.test", "/f"), SecretNames(cookies="consent"))
    assert page.outcome.code == "fetched"
    assert [one.headers["cookie"] for one in web.log] == ["consent=CANARY; a=", "consent=CANARY; a=; seen=1"]


async def test_endless_redirects_to_itself_are_a_loop(web: Web) -> None:
    web.serve("/f", status=302, headers=(("Location", "/f"), ("Set-Cookie", "seen=1")))
    page = await ask(web, web.url("daily.test", "/f"))
    assert page.outcome.code == "redirect-loop" and len(web.log) == 2


async def test_cookies_stay_at_their_origin_and_in_their_visit(web: Web, other: Web) -> None:
    cookie = ("Set-Cookie", "id=7; Domain=.test")
    web.serve("/f", status=302, headers=(("Location", web.url("b.daily.test", "/g")), cookie))
    web.serve("/g", status=302, headers=(("Location", other.url("daily.test", "/h")),))
    other.serve("/h", BODY, headers=(cookie,))
    allow = (f"127.0.0.1:{web.port}", f"127.0.0.1:{other.port}")
    for _ in range(2):
        page = await ask(web, web.url("daily.test", "/f"), SecretNames(), allow=allow)
        assert page.outcome.code == "fetched"
    assert not any("cookie" in one.headers or "referer" in one.headers for one in (*web.log, *other.log))


COOKIES = [
    (["a=1"], "a=1"), (["a=1", "a=2"], "a=2"), (["a=1; Path=/x", "b=2; HttpOnly"], "a=1; b=2"),
    (["a=1", "a=; Max-Age=0"], None), (["a=1", "a=; max-age=-5"], None), (["a=1; Max-Age=x"], "a=1"),
    (["a=1", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], None),
    (["a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT"], "a=1"),
    (["a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "a=1"), (["a=1; Expires=soon"], "a=1"),
    (["a=1\r\nX: y"], None), (["a=\u00e9"], None), (["a b=1"], None), (["=1"], None), (["nonsense"], None),
    ([f"a={'x' * LONGEST}"], None),
]  # fmt: skip


@pytest.mark.parametrize(("output", "sent"), COOKIES)
def test_cookies(output: list[str], sent: str | None) -> None:
    jar = CookieJar()
    jar.store("https://a.test", [("set-cookie", one) for one in output], now=NOW)
    assert jar.header("https://a.test") == sent and jar.header("http://a.test") is None


@given(
    st.lists(
        st.text(max_size=30) | st.from_regex(r"[a-z]{1,9}=[!-~]{0,900}(;[ -~]{0,20})?", fullmatch=True),
        max_size=90,
    )
)
def test_a_jar_is_bounded_and_no_text_raises(output: list[str]) -> None:
    jar = CookieJar()
    jar.store("o", [("set-cookie", one) for one in output], now=NOW)
    header = jar.header("o") or ""
    assert (
        len(header) <= MOST_BYTES and header.count("; ") < MOST and header.isprintable() and header.isascii()
    )


# Proxies


async def through(web: Web, proxy: LoggingProxy, address: str, *, login: str = "", **options: Any) -> Page:
    names = SecretNames(auth="login", headers=("api", "region"), cookies="consent", proxy="way")
    return await ask(web, address, names, values={"way": f"http://{login}127.0.0.1:{proxy.port}"}, **options)


@pytest.mark.parametrize("login", ["", "me:CANARY@"])
async def test_a_plain_request_goes_by_the_proxy(web: Web, login: str) -> None:
    """The proxy itself is nowhere allowed but by being named; its password reaches nobody else."""
    web.serve("/f", BODY)
    async with LoggingProxy() as proxy:
        page = await through(web, proxy, web.url("daily.test", "/f"), login=login)
    assert page.outcome.code == "fetched" and private(web.log[0].headers) == SENT
    [(first, headers)] = proxy.log
    assert first == f"GET {web.url('daily.test', '/f')} HTTP/1.1"
    assert headers.get("proxy-authorization") == ("Basic bWU6Q0FOQVJZ" if login else None)


async def test_a_secure_request_is_tunnelled_and_the_proxy_sees_no_header(issuer: Issuer) -> None:
    async with Web(tls=issuer.context("daily.test")) as secure, LoggingProxy() as proxy:
        secure.serve("/f", BODY)
        page = await through(
            secure, proxy, secure.url("daily.test", "/f"), login="me:CANARY@", ca_file=issuer.file
        )
        assert page.outcome.code == "fetched" and private(secure.log[0].headers) == SENT
        [(first, headers)] = proxy.log
        assert first == f"CONNECT daily.test:{secure.port} HTTP/1.1"
        assert private(headers) == {"proxy-authorization": "Basic bWU6Q0FOQVJZ"}


TARGETS = [
    ("http://10.0.0.1/f", (), "not-allowed"),
    ("http://[::ffff:169.254.169.254]/f", (), "not-allowed"),
    ("http://two.inside.test/f", ("two.inside.test=10.0.0.1",), "not-allowed"),
    ("http://two.inside.test/f", ("two.inside.test=192.0.2.1", "two.inside.test=10.0.0.1"), "not-allowed"),
    ("http://127.0.0.1:{proxy}/f", (), "not-allowed"),  # the proxy is a way, no target
]


@pytest.mark.parametrize(("target", "resolve", "word"), TARGETS)
@pytest.mark.parametrize("led", [False, True])
async def test_a_refused_target_is_never_sent_to_the_proxy(
    web: Web, target: str, resolve: tuple[str, ...], word: str, led: bool
) -> None:
    async with LoggingProxy() as proxy:
        target = target.format(proxy=proxy.port)
        web.redirect("/f", target, 302)
        asked = web.url("daily.test", "/f") if led else target
        page = await through(web, proxy, asked, resolve=("*.test=127.0.0.1", *resolve))
    assert (page.outcome.code, page.outcome.category, len(proxy.log)) == (word, "not-allowed", int(led))


TROUBLES = [
    (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "answered 407"),
    (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "answered 502"),
]  # fmt: skip


@pytest.mark.parametrize(("says", "words"), TROUBLES)
async def test_a_proxy_that_refuses_has_its_own_outcome(issuer: Issuer, says: bytes, words: str) -> None:
    async with Web(tls=issuer.context("daily.test")) as secure, LoggingProxy(response=says) as proxy:
        page = await through(secure, proxy, secure.url("daily.test", "/f"), login="me:CANARY@")
    assert (page.outcome.code, page.outcome.category) == (
        "proxy-failed",
        "temporary",
    ) and words in page.outcome.message
    assert "'way'" in page.outcome.message and str(proxy.port) not in page.outcome.message and not secure.log


@pytest.mark.parametrize("place", ["127.0.0.1:1", "no.such.proxy.test:1"])
async def test_an_unreachable_proxy_has_its_own_outcome(web: Web, place: str) -> None:
    names = SecretNames(proxy="way")
    page = await ask(web, web.url("daily.test", "/f"), names, values={"way": f"http://{place}"})
    assert page.outcome.code == "proxy-failed" and not web.log and place not in page.outcome.message
    assert "refused the connection" in page.outcome.message


async def test_a_look_up_that_fails_is_no_reason_to_trust_the_proxy(web: Web) -> None:
    def look_up(name: str) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    async with LoggingProxy() as proxy:
        secrets = Secrets({"way": f"http://127.0.0.1:{proxy.port}"})
        settings = web.settings(secrets=secrets, resolve=())
        async with HttpClient(
            settings, RateLimiter(delay_s=0), resolver=Resolver(HostOverrides(()), look_up)
        ) as client:
            question = HttpRequest(address="http://inside.example/f", secrets=SecretNames(proxy="way"))
            page = await client.fetch(question, limits=Limits())
    assert page.outcome.code == "no-such-host" and not proxy.log
