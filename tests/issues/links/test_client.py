"""Asking strangers' servers whether a page is there."""

import time

import pytest

from issues.links.client import Answer
from issues.models import LinkLookup

from .servers import OK, Names, a_client, a_server, redirect

Reason = LinkLookup.Reason


# --- What servers answer ---


@pytest.mark.parametrize("status", [200, 204, 403, 404, 410, 429, 500, 999])
def test_it_gives_the_status(status):
    with a_server(f"HTTP/1.1 {status} So\r\nContent-Length: 0\r\n\r\n".encode()) as server:
        assert a_client(server.port).ask(f"http://site.example:{server.port}/a?b=1") == Answer(status)
    assert server.requests[0].startswith("HEAD /a?b=1 HTTP/1.1\r\n")


def test_it_says_who_it_is_and_whom_it_asks():
    with a_server(OK) as server:
        a_client(server.port).ask(f"http://site.example:{server.port}/")
    assert f"Host: site.example:{server.port}\r\n" in server.requests[0]
    assert "User-Agent: Veille link check (+https://veille.example)\r\n" in server.requests[0]


def test_a_server_that_knows_no_head_is_asked_with_get():
    refused = b"HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n"
    with a_server(lambda method, path: refused if method == "HEAD" else OK) as server:
        assert a_client(server.port).ask(f"http://site.example:{server.port}/") == Answer(200)
    assert [request.split(" ")[0] for request in server.requests] == ["HEAD", "GET"]


def test_no_body_is_read():
    sent = []

    def endless(wire):
        wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _chunk in range(1000):
            sent.append(wire.send(b"x" * 65536))

    refused = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
    with a_server(lambda method, path: refused if method == "HEAD" else endless) as server:
        assert a_client(server.port).ask(f"http://site.example:{server.port}/") == Answer(200)
        time.sleep(0.2)
    assert sum(sent) < 60_000_000


# --- Redirects ---


def test_redirects_are_followed_up_to_three():
    def hops(method, path):
        left = int(path.strip("/"))
        return redirect(f"/{left - 1}") if left else OK

    with a_server(hops) as server:
        client = a_client(server.port)
        assert client.ask(f"http://site.example:{server.port}/3") == Answer(200)
        assert client.ask(f"http://site.example:{server.port}/4") == Answer(reason=Reason.REDIRECTS)


def test_a_loop_ends():
    with a_server(redirect("/")) as server:
        assert a_client(server.port).ask(f"http://site.example:{server.port}/") == Answer(
            reason=Reason.REDIRECTS
        )
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://10.0.0.1/", Reason.PRIVATE),
        ("http://169.254.169.254/latest/meta-data/", Reason.PRIVATE),
        ("http://inside.example/", Reason.PRIVATE),
        ("//inside.example/", Reason.PRIVATE),
        ("http://[::1]/", Reason.PRIVATE),
        ("file:///etc/passwd", Reason.ADDRESS),
        ("gopher://site.example/", Reason.ADDRESS),
        ("http://site.example:22/", Reason.ADDRESS),
        ("http://moi:secret@site.example/", Reason.ADDRESS),
        ("http://[", Reason.ADDRESS),
    ],
)
def test_a_redirect_is_checked_as_the_first_address_was(to, reason):
    names = Names(site_example=["127.0.0.1"], inside_example=["192.168.1.1"])
    with a_server(redirect(to)) as server:
        answer = a_client(server.port, names=names).ask(f"http://site.example:{server.port}/")
    assert answer == Answer(reason=reason)
    assert len(server.requests) == 1
