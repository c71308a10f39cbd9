"""Addresses that are contacted and those that are not: one row a case."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.http.guard import Allowance, Guard, NotAllowedError, classify
from newsdesk.crawler.http.target import AddressError, host_of, join, parse_target

CLASSES = [
    ("8.8.8.8", None),
    ("93.184.216.34", None),
    ("2606:2800:220:1::1", None),
    ("0.0.0.0", "unspecified"),
    ("0.1.2.3", "unspecified"),
    ("10.0.0.1", "private"),
    ("100.64.0.1", "carrier-grade NAT"),  # CommaFeed GHSA-hgrr
    ("100.127.255.255", "carrier-grade NAT"),
    ("100.128.0.1", None),
    ("127.0.0.1", "loopback"),
    ("127.255.255.254", "loopback"),
    ("169.254.169.254", "cloud metadata"),
    ("169.254.170.2", "cloud metadata"),
    ("100.100.100.200", "cloud metadata"),
    ("168.63.129.16", "cloud metadata"),
    ("192.0.0.192", "cloud metadata"),
    ("fd00:ec2::254", "cloud metadata"),
    ("fd20:ce::254", "cloud metadata"),
    ("169.254.1.1", "link-local"),
    ("172.16.0.1", "private"),
    ("172.31.255.255", "private"),
    ("172.32.0.1", None),
    ("192.0.0.8", "reserved"),
    ("192.0.2.1", "documentation"),
    ("192.88.99.1", "reserved"),
    ("192.168.1.1", "private"),
    ("198.18.0.1", "benchmark"),
    ("198.19.255.255", "benchmark"),
    ("198.51.100.1", "documentation"),
    ("203.0.113.1", "documentation"),
    ("224.0.0.1", "multicast"),
    ("239.255.255.255", "multicast"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "reserved"),
    ("::", "unspecified"),
    ("::1", "loopback"),
    ("::7f00:1", "IPv4-compatible"),
    ("::ffff:127.0.0.1", "loopback, 127.0.0.1 as IPv4-mapped"),
    ("::ffff:10.1.2.3", "private, 10.1.2.3 as IPv4-mapped"),
    ("::ffff:8.8.8.8", None),
    ("64:ff9b::7f00:1", "loopback, 127.0.0.1 as NAT64"),  # miniflux does not unwrap it
    ("64:ff9b::a9fe:a9fe", "cloud metadata, 169.254.169.254 as NAT64"),
    ("64:ff9b::808:808", None),
    ("64:ff9b:1::1", "local NAT64"),
    ("2002:7f00:1::1", "loopback, 127.0.0.1 as 6to4"),
    ("2002:a00:1::", "private, 10.0.0.1 as 6to4"),
    ("2002:808:808::1", None),
    ("2001:0:1:2:3:4:5:6", "Teredo"),
    ("2001:2::1", "benchmark"),
    ("2001:db8::1", "documentation"),
    ("2001:20::1", "reserved"),
    ("3fff::1", "documentation"),
    ("100::1", "discard"),
    ("5f00::1", "reserved"),
    ("4000::1", "reserved"),
    ("fc00::1", "unique local"),
    ("fdff::1", "unique local"),
    ("fe80::1%eth0", "link-local"),
    ("fec0::1", "site-local"),
    ("ff02::1", "multicast"),
]


@pytest.mark.parametrize(("ip", "reason"), CLASSES)
def test_classes(ip, reason):
    assert classify(ip) == reason


@given(st.ip_addresses())
def test_nothing_private_passes(ip):
    if classify(ip) is None:
        inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None) or ip
        assert not inner.is_private and not inner.is_multicast and not inner.is_loopback


PERMITS = [
    ("127.0.0.1", "127.0.0.1", 80, True),
    ("127.0.0.1:8001", "127.0.0.1", 8001, True),
    ("127.0.0.1:8001", "127.0.0.1", 8002, False),
    ("127.0.0.1:8001", "127.0.0.2", 8001, False),
    ("10.0.0.0/8", "10.9.9.9", 1, True),
    ("10.0.0.0/8", "::ffff:10.9.9.9", 1, True),
    ("192.168.1.0/24:80", "192.168.1.77", 80, True),
    ("192.168.1.0/24:80", "192.168.1.77", 443, False),
    ("[::1]:9000", "::1", 9000, True),
    ("[::1]:9000", "::1", 9001, False),
    ("::1", "::1", 5, True),
    ("fd00::/8", "fd12::1", 5, True),
    ("[fd00::]/8:443", "fd12::1", 443, True),
    ("[fd00::]/8:443", "fd12::1", 80, False),
    ("0.0.0.0/0", "10.0.0.1", 5, True),
    ("0.0.0.0/0", "::1", 5, False),
]


@pytest.mark.parametrize(("entry", "ip", "port", "permitted"), PERMITS)
def test_allowance(entry, ip, port, permitted):
    assert Allowance.parse((entry,)).permits(ip_address(ip), port) is permitted


@pytest.mark.parametrize(
    "entry", ["localhost", "intranet:80", "10.0.0.5/8", "127.0.0.1:0", "127.0.0.1:http", "", "1.2.3", "[::1"]
)
def test_entries_that_cannot_be_read(entry):
    with pytest.raises(ValueError, match="allow: cannot read") as caught:
        Allowance.parse(("10.0.0.0/8", entry))
    assert repr(entry) in str(caught.value) and "127.0.0.1:8001" in str(caught.value)


def test_the_factory_judges_what_is_connected():
    guard = Guard(Allowance.parse(("127.0.0.1:8001",)))
    guard.socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 8001))).close()
    with pytest.raises(NotAllowedError) as caught:
        guard.socket((socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::ffff:127.0.0.1", 80, 0, 0)))
    assert caught.value.remedy == "127.0.0.1:80"


TARGETS = [
    ("http://a.example", "http://a.example/"),
    ("HTTP://A.example/x", "http://A.example/x"),
    ("http://a.example:80/x", "http://a.example:80/x"),
    ("http://a.example/x#part", "http://a.example/x"),
    ("http://a.example?q=1", "http://a.example/?q=1"),
    ("http://a.example/x?", "http://a.example/x?"),
    (" http://a.example/x\n", "http://a.example/x"),
    ("http://a.example/%7Euser/%C3%BC?b=%2B&a=+", "http://a.example/%7Euser/%C3%BC?b=%2B&a=+"),
    ("http://a.example/ü/ä b?q=日本", "http://a.example/%C3%BC/%C3%A4%20b?q=%E6%97%A5%E6%9C%AC"),
    ("http://bücher.example/", "http://xn--bcher-kva.example/"),
    ("http://faß.example/", "http://xn--fa-hia.example/"),
    ("http://a_b.example/", "http://a_b.example/"),
    ("http://a.example./", "http://a.example./"),
    ("http://a.example/x\\y", "http://a.example/x%5Cy"),
    ("http://a.example/x\udcfcy", "http://a.example/x%FCy"),  # a Location in Latin-1
    ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
    ("http://[2001:DB8:0::1]/x", "http://[2001:db8::1]/x"),
]


@pytest.mark.parametrize(("address", "url"), TARGETS)
def test_what_is_sent(address, url):
    assert parse_target(address).url == url
    assert parse_target(url).url == url


REFUSED = [
    ("ftp://a.example/", "not-http"),
    ("file:///etc/passwd", "not-http"),
    ("FILE:/etc/passwd", "not-http"),
    ("data:text/xml,<rss/>", "not-http"),
    ("javascript:alert(1)", "not-http"),
    ("gopher://a.example/", "not-http"),
    ("//a.example/x", "not-http"),
    ("a.example/x", "not-http"),
    ("", "not-http"),
    ("http://", "bad-address"),
    ("http:///x", "bad-address"),
    ("http://:80/", "bad-address"),
    ("http://a.example:99999/", "bad-address"),
    ("http://a.example:0/", "bad-address"),
    ("http://a.example:8x/", "bad-address"),
    ("http://a..example/", "bad-address"),
    ("http://a example/", "bad-address"),
    ("http://a%2eexample/", "bad-address"),
    ("http://good.example\\@evil.example/", "credentials-in-address"),
    ("http://good.example\\.evil.example/", "bad-address"),
    ("http://a.example/x\ny", "bad-address"),
    ("http://a.example\x00/", "bad-address"),
    ("http://a.example/\x85", "bad-address"),
    ("http://" + "a" * 64 + ".example/", "bad-address"),
    ("http://a.example/" + "x" * 9000, "bad-address"),
    ("http://user:word@a.example/", "credentials-in-address"),
    ("http://user@a.example/", "credentials-in-address"),
    ("http://2130706433/", "ambiguous-address"),
    ("http://0x7f000001/", "ambiguous-address"),
    ("http://0x7f.1/", "ambiguous-address"),
    ("http://017700000001/", "ambiguous-address"),
    ("http://0177.0.0.1/", "ambiguous-address"),
    ("http://127.1/", "ambiguous-address"),
    ("http://127.0.0.1./", "ambiguous-address"),
    ("http://１２７.0.0.1/", "ambiguous-address"),
    ("http://127。0。0。1/", "ambiguous-address"),
    ("http://①27.0.0.1/", "ambiguous-address"),
    ("http://[::1/", "bad-address"),
    ("http://[::1%25eth0]/", "bad-address"),
    ("http://[v1.x]/", "bad-address"),
    ("http://\udcfc.example/", "bad-address"),
]


@pytest.mark.parametrize(("address", "word"), REFUSED)
def test_addresses_that_are_not_requested(address, word):
    with pytest.raises(AddressError) as caught:
        parse_target(address)
    assert caught.value.code == word
    assert "word@" not in str(caught.value)


@given(st.text())
def test_no_address_raises_anything_else(text):
    for address in (text, f"http://{text}", f"http://a.example/{text}"):
        try:
            url = parse_target(join("http://b.example/", address)).url
        except AddressError:
            continue
        assert url.isascii() and " " not in url
        assert parse_target(url).url == url


HOSTS = [
    ("https://Bücher.example:443/x", "xn--bcher-kva.example"),
    ("http://A.Example./x", "a.example"),
    ("http://a.example:8080", "a.example:8080"),
    ("https://a.example:80", "a.example:80"),
    ("http://[::1]:9000/", "[::1]:9000"),
    ("http://[::1]/", "[::1]"),
]


@pytest.mark.parametrize(("address", "host"), HOSTS)
def test_host_of(address, host):
    assert host_of(address) == host
