"""Certificates that prove nothing, and what is no TLS. Threat F6."""

from __future__ import annotations

from tests.hostile.case import Case
from tests.support.feeds import many, rss

# A case a line.
# fmt: off

FEED = rss(*many(2, site="own.example"))


def _case(name: str, does: str, at: str, word: str, kept: int = 0) -> Case:
    return Case(name=f"tls-{name}", does=does, at=at, answers=({"body": FEED},), word=word, kept=kept)


CASES = (
    _case("good", "has a good certificate", "https://{host}:{tls_good}/feed.xml", "read", 2),
    _case("self-signed", "signed its certificate itself", "https://{host}:{tls_self_signed}/feed.xml", "certificate-self-signed"),
    _case("expired", "has a certificate that has expired", "https://{host}:{tls_expired}/feed.xml", "certificate-expired"),
    _case("early", "has a certificate of next month", "https://{host}:{tls_early}/feed.xml", "certificate-not-yet-valid"),
    _case("wrong-host", "has the certificate of another", "https://{host}:{tls_wrong_host}/feed.xml", "certificate-wrong-host"),
    _case("plain-asked", "speaks no TLS where TLS is asked", "https://{host}:{port}/feed.xml", "handshake|reset"),
    _case("tls-asked-plain", "speaks TLS where it is asked without", "http://{host}:{tls_good}/feed.xml", "reset|bad-http"),
    Case(
        name="tls-to-plain",
        does="redirects from TLS to the same without",
        at="https://{host}:{tls_good}/start",
        paths={"/start": lambda scene: {"status": 302, "headers": {"Location": scene.url("/plain.xml")}}, "/plain.xml": {"body": FEED}},
        word="read",
        kept=2,
    ),
    Case(
        name="tls-redirect-untrusted",
        does="redirects to a server with a certificate that it signed itself",
        answers=(lambda scene: {"status": 302, "headers": {"Location": scene.tls["self-signed"].url(scene.host, "/x")}},),
        word="certificate-self-signed",
    ),
)
