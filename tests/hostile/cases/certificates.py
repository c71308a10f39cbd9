"""Invalid certificates, and servers that do not speak TLS. Threat F6."""

from __future__ import annotations

from tests.hostile.case import Case
from tests.support.feeds import many, rss

# One case a line.
# fmt: off

FEED = rss(*many(2, site="own.example"))


def _case(name: str, description: str, at: str, outcome: str, story_count: int = 0) -> Case:
    return Case(name=f"tls-{name}", description=description, feed_address=at, responses=({"body": FEED},), outcome=outcome, story_count=story_count)


CASES = (
    _case("good", "has a good certificate", "https://{host}:{tls_good}/feed.xml", "read", 2),
    _case("self-signed", "signed its certificate itself", "https://{host}:{tls_self_signed}/feed.xml", "certificate-self-signed"),
    _case("expired", "has a certificate that has expired", "https://{host}:{tls_expired}/feed.xml", "certificate-expired"),
    _case("early", "has a certificate of next month", "https://{host}:{tls_early}/feed.xml", "certificate-not-yet-valid"),
    _case("wrong-host", "has the certificate of another", "https://{host}:{tls_wrong_host}/feed.xml", "certificate-wrong-host"),
    _case("plain-asked", "speaks no TLS where TLS is asked", "https://{host}:{port}/feed.xml", "tls-handshake|connection-reset"),
    _case("tls-asked-plain", "speaks TLS where it is asked without", "http://{host}:{tls_good}/feed.xml", "connection-reset|bad-http"),
    Case(
        name="tls-to-plain",
        description="redirects from TLS to the same without",
        feed_address="https://{host}:{tls_good}/start",
        paths={"/start": lambda server: {"status": 302, "headers": {"Location": server.url("/plain.xml")}}, "/plain.xml": {"body": FEED}},
        outcome="read",
        story_count=2,
    ),
    Case(
        name="tls-redirect-untrusted",
        description="redirects to a server with a certificate that it signed itself",
        responses=(lambda server: {"status": 302, "headers": {"Location": server.tls["self-signed"].url(server.host, "/x")}},),
        outcome="certificate-self-signed",
    ),
)
