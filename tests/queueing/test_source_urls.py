from __future__ import annotations

import ipaddress

import pytest

from pinxit.domain.addresses import is_public
from pinxit.domain.errors import Code, Refused
from pinxit.queue.downloads import check_url

BAD_URLS = [
    ("", "not a whole URL"),
    ("picture.png", "not a whole URL"),
    ("//example.org/a.png", "not a whole URL"),
    ("https:example.org/a.png", "not a whole URL"),
    ("https://", "not public"),
    ("https:///a.png", "not public"),
    ("https://[::1", "not a whole URL"),
    ("https://exa mple.org/", "not a whole URL"),
    ("https://example.org/a b", "not a whole URL"),
    ("https://example.org/\r\nHost: x", "not a whole URL"),
    ("https://exam\tple.org/", "not a whole URL"),
    ("https://example.org\\@127.0.0.1/", "not a whole URL"),
    ("https://%31%32%37.0.0.1/", "not a whole URL"),
    ("https://\ud800.org/", "not a whole URL"),
    ("https://example.org/\ud800", "not a whole URL"),
    ("https://example.org:99999/", "not a whole URL"),
    ("https://[fe80::1%25eth0]/", "not a whole URL"),
    ("https://example.org/" + "a" * 2048, "longer than 2048"),
    ("https://me:pass@example.org/", "a user name or a password"),
    ("https://me@example.org/", "a user name or a password"),
    ("https://@example.org/", "a user name or a password"),
    ("https://example.org@127.0.0.1/", "a user name or a password"),
    ("http://example.org/a.png", "starts with http://"),
    ("ftp://example.org/a.png", "starts with ftp://"),
    ("file:///etc/passwd", "starts with file://"),
    ("file://example.org/etc/passwd", "starts with file://"),
    ("gopher://example.org/", "starts with gopher://"),
    ("https://example.org:8443/", "port 8443"),
    ("https://example.org:80/", "port 80"),
    ("https://example.org:0/", "port 0"),
    ("https://localhost/", "not public"),
    ("https://LOCALHOST./", "not public"),
    ("https://app.localhost/", "not public"),
    ("https://nas.local/", "not public"),
    ("https://metadata.google.internal/", "not public"),
    ("https://router.home.arpa/", "not public"),
    ("https://intranet/", "not public"),
    ("https://ⓛocalhost/", "not public"),
    ("https://foo..example.org/", "not public"),
    ("https://127.0.0.1/", "not public"),
    ("https://127.0.0.1./", "not public"),
    ("https://127.1/", "not public"),
    ("https://127.0.1/", "not public"),
    ("https://0x7f.1/", "not public"),
    ("https://0x7f000001/", "not public"),
    ("https://0177.0.0.1/", "not public"),
    ("https://2130706433/", "not public"),
    ("https://134744072/", "not public"),
    ("https://１２７.0.0.1/", "not public"),  # noqa: RUF001 - full-width digits are the case
    ("https://127。0。0。1/", "not public"),
    ("https://8.8.8.8.8/", "not public"),
    ("https://0.0.0.0/", "not public"),
    ("https://10.0.0.1/", "not public"),
    ("https://172.16.0.1/", "not public"),
    ("https://192.168.1.1/", "not public"),
    ("https://100.100.100.200/", "not public"),
    ("https://169.254.169.254/latest/meta-data/", "not public"),
    ("https://168.63.129.16/", "not public"),
    ("https://192.0.0.192/", "not public"),
    ("https://192.88.99.1/", "not public"),
    ("https://198.18.0.1/", "not public"),
    ("https://224.0.0.1/", "not public"),
    ("https://255.255.255.255/", "not public"),
    ("https://[::]/", "not public"),
    ("https://[::1]/", "not public"),
    ("https://[::127.0.0.1]/", "not public"),
    ("https://[::ffff:127.0.0.1]/", "not public"),
    ("https://[::ffff:169.254.169.254]/", "not public"),
    ("https://[64:ff9b::7f00:1]/", "not public"),
    ("https://[64:ff9b:1::808:808]/", "not public"),
    ("https://[2002:7f00:1::]/", "not public"),
    ("https://[2002:808:808::]/", "not public"),
    ("https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", "not public"),
    ("https://[fe80::1]/", "not public"),
    ("https://[fec0::1]/", "not public"),
    ("https://[fd00:ec2::254]/", "not public"),
    ("https://[ff02::1]/", "not public"),
    ("https://[2001:db8::1]/", "not public"),
    ("https://[3fff::1]/", "not public"),
    ("https://[v1.example]/", "not a whole URL"),
]


@pytest.mark.parametrize(("url", "reason"), BAD_URLS, ids=[ascii(url)[1:60] for url, _ in BAD_URLS])
def test_a_url_that_must_not_be_fetched_is_refused_before_any_network(url: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        check_url(url, (), field="mask")

    assert refused.value.code is Code.SOURCE_URL_REFUSED
    assert refused.value.facts["field"] == "mask"
    assert reason in str(refused.value.facts["reason"])


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://example.org:443/a/b.png?sig=a%2Fb&x=1#part",
        "HTTPS://EXAMPLE.ORG./a.png",
        "https://bücher.example/ä.png",
        "https://under_score.example.org/",
        "https://0x7f.example.org/",
        "https://1.2.3.4.example/",
        "https://8.8.8.8/a.png",
        "https://[2606:4700::1111]/a.png",
        "https://[64:ff9b::808:808]/a.png",
    ],
)
def test_a_public_https_url_is_taken(url: str) -> None:
    assert check_url(url, ()).scheme == "https"


def test_a_refusal_does_not_repeat_a_urls_secrets() -> None:
    with pytest.raises(Refused) as refused:
        check_url("https://me:hunter2@10.0.0.1/a?token=s3cret", ())

    assert "hunter2" not in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_an_allowed_host_may_be_private_and_without_https_at_its_port_only() -> None:
    allowed = ["127.0.0.1:8080", "NAS.local", "[::1]:9000"]

    for url in ("http://127.0.0.1:8080/a", "http://nas.local/a", "https://nas.local:5001/a", "http://[::1]:9000/a"):
        assert check_url(url, allowed).host
    for url in ("http://127.0.0.1:8081/a", "http://127.0.0.1/a", "http://[::1]/a", "ftp://nas.local/a"):
        with pytest.raises(Refused):
            check_url(url, allowed)


def test_an_ipv4_address_inside_an_ipv6_one_is_judged_by_itself() -> None:
    assert is_public(ipaddress.ip_address("::ffff:8.8.8.8"))
    assert not is_public(ipaddress.ip_address("::ffff:10.0.0.1"))
