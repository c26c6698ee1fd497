"""Servers that are slow, endless, no web servers, or not who they say they are."""

import socket
import ssl
import time

import pytest
import trustme

from issues.links.client import Answer
from issues.links.wire import MAX_HEAD_BYTES
from issues.models import LinkLookup

from .servers import OK, a_client, a_server, redirect

Reason = LinkLookup.Reason


# --- Servers that waste our time ---


def silent(wire):
    time.sleep(5)


def dripping(wire):
    wire.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(500):
        wire.sendall(b"X-%d: a\r\n" % number)
        time.sleep(0.05)


def dripping_letters(wire):
    for letter in b"HTTP/1.1 200 OK" + b" " * 500:
        wire.sendall(bytes([letter]))
        time.sleep(0.05)


@pytest.mark.parametrize("answer", [silent, dripping, dripping_letters])
def test_a_slow_server_is_given_up_in_time(answer):
    with a_server(lambda method, path: answer) as server:
        began = time.monotonic()
        answered = a_client(server.port, seconds=0.5).ask(f"http://site.example:{server.port}/")
    assert answered == Answer(reason=Reason.TIMEOUT)
    assert time.monotonic() - began < 2


def test_the_time_is_that_of_all_redirects_together():
    def slow(method, path):
        time.sleep(0.3)
        return redirect("/")

    with a_server(slow) as server:
        answered = a_client(server.port, seconds=0.5).ask(f"http://site.example:{server.port}/")
    assert answered == Answer(reason=Reason.TIMEOUT)
    assert len(server.requests) <= 2


def test_a_server_that_never_ends_its_head_is_given_up():
    sent = []

    def huge(wire):
        wire.sendall(b"HTTP/1.1 200 OK\r\n")
        for _line in range(50):
            sent.append(wire.send(b"X: " + b"a" * 60_000 + b"\r\n"))

    with a_server(lambda method, path: huge) as server:
        answered = a_client(server.port).ask(f"http://site.example:{server.port}/")
    assert answered == Answer(reason=Reason.GARBLED)
    assert MAX_HEAD_BYTES == 65536


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b"\x00" * 200, b"HTTP/1.1 abc\r\n\r\n", b""])
def test_what_is_no_web_server_is_told(answer):
    with a_server(answer) as server:
        answered = a_client(server.port).ask(f"http://site.example:{server.port}/")
    assert answered.reason in (Reason.GARBLED, Reason.NETWORK)


def test_a_closed_port_is_no_proof_against_the_page():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert a_client(port).ask(f"http://site.example:{port}/") == Answer(reason=Reason.NETWORK)


def test_a_name_that_does_not_exist_is_told():
    assert a_client().ask("http://nulle-part.example/") == Answer(reason=Reason.NAME)


def test_a_name_server_that_is_away_says_nothing_of_the_name():
    def away(*args, **kwargs):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    assert a_client(names=away).ask("http://site.example/") == Answer(reason=Reason.NETWORK)


# --- TLS ---


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def trusting(authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def a_context(authority, *names):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def test_the_certificate_is_that_of_the_name_not_of_the_address(authority, trusting):
    heard = []
    context = a_context(authority, "site.example")
    context.sni_callback = lambda wire, name, context: heard.append(name)
    with a_server(OK, context) as server:
        client = a_client(server.port, tls=trusting)
        assert client.ask(f"https://site.example:{server.port}/") == Answer(200)
    assert heard == ["site.example"]


@pytest.mark.parametrize("names", [["other.example"], ["127.0.0.1"]])
def test_a_certificate_of_another_name_is_refused(authority, trusting, names):
    with a_server(OK, a_context(authority, *names)) as server:
        answered = a_client(server.port, tls=trusting).ask(f"https://site.example:{server.port}/")
    assert answered == Answer(reason=Reason.CERTIFICATE)
    assert server.requests == []


def test_a_certificate_that_nobody_vouches_for_is_refused(authority):
    with a_server(OK, a_context(authority, "site.example")) as server:
        answered = a_client(server.port).ask(f"https://site.example:{server.port}/")
    assert answered == Answer(reason=Reason.CERTIFICATE)


def test_a_handshake_that_never_ends_is_given_up(trusting):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        began = time.monotonic()
        answered = a_client(port, tls=trusting, seconds=0.5).ask(f"https://site.example:{port}/")
    assert answered == Answer(reason=Reason.TIMEOUT)
    assert time.monotonic() - began < 2
