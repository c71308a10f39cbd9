"""Addresses of internal networks in every spelling, typed in and as the target of a redirect.

Threat A1. Kinds from the advisories of CommaFeed (CGNAT and IPv6 holes), miniflux (NAT64, 6to4),
changedetection.io (one parser reads what another does not) and Scrapy (full-width digits, backslashes).
"""

from __future__ import annotations

from tests.hostile.case import Case, CaseServer, ResponseFields

# One case a line.
# fmt: off

# name, the address as it stands in an answer, the outcome
PLACES = [
    ("loopback", "http://{canary}/feed.xml", "not-allowed"),
    ("loopback-other", "http://127.9.9.9/", "not-allowed"),
    ("localhost", "http://localhost:9/feed.xml", "not-allowed"),
    ("unspecified", "http://0.0.0.0:{port}/feed.xml", "not-allowed"),
    ("private-10", "http://10.0.0.1/", "not-allowed"),
    ("private-172", "http://172.16.0.1:8080/", "not-allowed"),
    ("private-192", "http://192.168.1.1/", "not-allowed"),
    ("cgnat", "http://100.64.0.1/", "not-allowed"),
    ("benchmark", "http://198.18.0.1/", "not-allowed"),
    ("link-local", "http://169.254.7.7/", "not-allowed"),
    ("metadata", "http://169.254.169.254/latest/meta-data/iam/", "not-allowed"),
    ("metadata-alibaba", "http://100.100.100.200/", "not-allowed"),
    ("metadata-azure", "http://168.63.129.16/", "not-allowed"),
    ("metadata-oracle", "http://192.0.0.192/", "not-allowed"),
    ("metadata-ipv6", "http://[fd00:ec2::254]/", "not-allowed"),
    ("documentation", "http://192.0.2.1/", "not-allowed"),
    ("multicast", "http://224.0.0.1/", "not-allowed"),
    ("reserved", "http://240.0.0.1/", "not-allowed"),
    ("broadcast", "http://255.255.255.255/", "not-allowed"),
    ("ipv6-loopback", "http://{canary6}/feed.xml", "not-allowed"),
    ("ipv6-unspecified", "http://[::]:{port}/feed.xml", "not-allowed"),
    ("ipv6-unique-local", "http://[fc00::1]/", "not-allowed"),
    ("ipv6-link-local", "http://[fe80::1]/", "not-allowed"),
    ("ipv6-site-local", "http://[fec0::1]/", "not-allowed"),
    ("ipv6-multicast", "http://[ff02::1]/", "not-allowed"),
    ("ipv6-reserved", "http://[5f00::1]/", "not-allowed"),
    ("mapped", "http://[::ffff:127.0.0.1]:9/", "not-allowed"),
    ("mapped-hex", "http://[::ffff:a9fe:a9fe]/", "not-allowed"),
    ("compatible", "http://[::7f00:1]/", "not-allowed"),
    ("nat64", "http://[64:ff9b::7f00:1]/", "not-allowed"),
    ("nat64-local", "http://[64:ff9b:1::7f00:1]/", "not-allowed"),
    ("6to4", "http://[2002:7f00:1::1]/", "not-allowed"),
    ("teredo", "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/", "not-allowed"),
    ("decimal", "http://2130706433:{port}/feed.xml", "ambiguous-address"),
    ("decimal-long", "http://4294967297/", "ambiguous-address"),
    ("octal", "http://0177.0.0.1:{port}/feed.xml", "ambiguous-address"),
    ("octal-whole", "http://017700000001/", "ambiguous-address"),
    ("hexadecimal", "http://0x7f000001/", "ambiguous-address"),
    ("hexadecimal-parts", "http://0x7f.0x0.0x0.0x1/", "ambiguous-address"),
    ("short", "http://127.1:{port}/feed.xml", "ambiguous-address"),
    ("padded", "http://127.0.0.001/", "ambiguous-address"),
    ("trailing-dot", "http://127.0.0.1.:{port}/feed.xml", "ambiguous-address"),
    ("full-width", "http://１２７.０.０.１:{port}/feed.xml", "ambiguous-address"),
    ("ideographic-stop", "http://127。0。0。1:{port}/feed.xml", "ambiguous-address"),
    ("circled-digits", "http://①②⑦.⓪.⓪.①/", "ambiguous-address"),
    ("user-info", "http://good.test@{canary}/feed.xml", "credentials-in-address"),
    ("user-info-port", "http://good.test:80@{canary}/feed.xml", "credentials-in-address"),
    ("backslash", "http://good.test\\@{canary}/feed.xml", "credentials-in-address"),
    ("backslash-host", "http://{canary}\\.good.test/feed.xml", "bad-address"),
    ("zone", "http://[fe80::1%25eth0]/", "bad-address"),
    ("escaped-host", "http://%31%32%37.0.0.1:{port}/feed.xml", "ambiguous-address"),
    ("zero-port", "http://{host}:0/feed.xml", "bad-address"),
]


def _redirect(to: str) -> object:
    def response(server: CaseServer) -> ResponseFields:
        return {"status": 302, "headers": {"Location": server.fill(to)}}

    return response


CASES = (
    *(Case(name=f"ssrf-typed-{name}", description=f"nothing: {place} is typed in as a feed", discover_at=place, outcome=outcome) for name, place, outcome in PLACES),
    *(
        Case(
            name=f"ssrf-redirect-{name}",
            description=f"redirects to {place}",
            responses=(_redirect(place),),
            outcome=outcome,
        )
        for name, place, outcome in PLACES
    ),
)
