"""No address that people paste leads the desk into its own network (SSRF)."""

import socket

import pytest

from issues.links.client import Answer, Client
from issues.models import LinkLookup

from .servers import OK, Names, a_client, a_server

Reason = LinkLookup.Reason

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.0.1",  # noqa: S104
    "169.254.169.254", "100.64.0.1",
    "198.18.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1",
    "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2002:c0a8:1::1", "2001:db8::1", "::127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_into_the_house_is_refused(address, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *args: pytest.fail("it connected"))
    client = Client(resolver=Names(evil_example=[address]))
    assert client.ask("http://evil.example/") == Answer(reason=Reason.PRIVATE)
    assert client.ask("https://evil.example/") == Answer(reason=Reason.PRIVATE)


@pytest.mark.parametrize("address", PRIVATE)
def test_one_address_inside_is_enough_to_refuse_the_name(address, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *args: pytest.fail("it connected"))
    client = Client(resolver=Names(evil_example=["93.184.215.14", address]))
    assert client.ask("http://evil.example/") == Answer(reason=Reason.PRIVATE)


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "169.254.169.254",
            "2130706433",
            "0177.0.0.1",
        ),
        *(
            "127.1",
            "0x7f000001",
            "0x7f.0.0.1",
            "①②⑦.0.0.1",
            "127.0.0.1.",
            "localhost",
            "LOCALHOST",
            "017700000001",
        ),
    ],
)
def test_no_spelling_of_an_address_inside_is_followed(host, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *args: pytest.fail("it connected"))

    def as_libc_does(name, port, *args, **kwargs):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    for resolver in (None, as_libc_does):
        assert Client(resolver=resolver).ask(f"http://{host}/").reason in (Reason.PRIVATE, Reason.ADDRESS)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://site.example:22/",
            "http://site.example:6379/",
            "http://moi@site.example/",
            "ftp://site.example/",
        ),
        *(
            "http://moi:secret@site.example/",
            "//site.example/",
            "",
            "http://",
            "http://[::1",
            "http://a..b/",
            "http://x y/",
        ),
        *(
            "http://" + "a" * 300 + ".example/",
            "http://site.example:99999/",
            "http://site.example\r\nHost: b/",
            "é",
        ),
    ],
)
def test_other_ports_accounts_and_nonsense_are_not_looked_up(url):
    names = Names(site_example=["93.184.215.14"])
    assert Client(resolver=names).ask(url) == Answer(reason=Reason.ADDRESS)
    assert names.asked == []


def test_a_name_is_resolved_once_so_that_it_cannot_move_in_between():
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    names = Names(site_example=lambda: next(answers))
    with a_server(OK) as server:
        client = a_client(server.port, names=names)
        assert client.ask(f"http://site.example:{server.port}/") == Answer(200)
        assert names.asked == ["site.example"]
        assert client.ask(f"http://site.example:{server.port}/") == Answer(reason=Reason.PRIVATE)
    assert len(server.requests) == 1


def test_the_proxies_of_the_environment_are_left_alone(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    with a_server(OK) as server:
        assert a_client(server.port).ask(f"http://site.example:{server.port}/") == Answer(200)
