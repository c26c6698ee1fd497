"""A page that sends us into our own house is not followed: the victims' own records say so."""

import socket
from contextlib import ExitStack, contextmanager

import pytest
from ssrfguard import Policy

from issues.links.client import Client
from issues.models import LinkLookup

from .servers import Names, a_page, a_server, redirect

Reason = LinkLookup.Reason

# Where the stranger's server of the test is: all else of this machine is the house.
OUTSIDE = "127.0.0.2"


@pytest.fixture
def victim():
    """Something of the house that listens on all its addresses of IPv4, and tells who came."""
    with a_server(a_page(b"secret"), at=("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def victim6():
    try:
        with a_server(a_page(b"secret"), at=("::1", 0)) as server:
            yield server
    except OSError:
        pytest.skip("no IPv6 here")


@contextmanager
def on_one_port(answer):
    """A stranger's server and a victim that has the very port, so that the name alone decides where to."""
    with ExitStack() as servers:
        while True:
            server = servers.enter_context(a_server(answer, at=(OUTSIDE, 0)))
            try:
                victim = servers.enter_context(a_server(a_page(b"secret"), at=("127.0.0.1", server.port)))
            except OSError:
                # Somebody on this machine has it.
                continue
            yield server, victim
            return


@pytest.fixture
def connections(monkeypatch):
    """Where this process connects to."""
    connect, made = socket.socket.connect, []

    def noted(wire, address):
        made.append(address[0])
        return connect(wire, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    return made


def a_client(*ports, names):
    policy = Policy(allowed_networks=[f"{OUTSIDE}/32"], allowed_ports=frozenset({80, 443, *ports}))
    return Client(policy=policy, resolver=names, pause=0)


def follow(to, victim, connections, **names):
    """Fetch a page that redirects there; give what came of it, once it is sure that nobody else was asked."""
    with a_server(redirect(to), at=(OUTSIDE, 0)) as server:
        names = Names(site_example=[OUTSIDE], **names)
        client = a_client(server.port, victim.port, names=names)
        fetched = client.fetch(f"http://site.example:{server.port}/")
        asked = client.ask(f"http://site.example:{server.port}/")
    assert (len(server.requests), victim.callers) == (2, 0)
    assert connections == [OUTSIDE, OUTSIDE]
    assert fetched.body == b""
    assert asked.reason == fetched.reason
    return fetched.reason


def test_the_stranger_is_reached_and_the_victim_would_answer(victim):
    with a_server(a_page(b"bonjour"), at=(OUTSIDE, 0)) as server:
        client = a_client(server.port, names=Names(site_example=[OUTSIDE]))
        assert client.fetch(f"http://site.example:{server.port}/").body == b"bonjour"
    with socket.create_connection(("127.0.0.1", victim.port)) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert wire.recv(1000).endswith(b"secret")
    assert victim.callers == 1


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "0.0.0.0", "2130706433", "017700000001", "0177.0.0.1", "0x7f000001",  # noqa: S104
        "0x7f.0.0.1", "①②⑦.0.0.1", "127.0.0.1.", "127。0。0。1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]", "[::127.0.0.1]", "localhost", "LocalHost.", "%31%32%37.0.0.1",
    ],
)  # fmt: skip
def test_no_spelling_of_this_machine_is_followed(host, victim, connections):
    # As the library of C resolves them.
    names = {name: ["127.0.0.1"] for name in (host, host.lower(), host.strip(".").lower())}
    for scheme in ("http", "https"):
        connections.clear()
        reason = follow(f"{scheme}://{host}:{victim.port}/", victim, connections, **names)
        assert reason in (Reason.PRIVATE, Reason.ADDRESS, Reason.NAME)


def test_the_loopback_of_ipv6_is_not_followed(victim6, connections):
    assert follow(f"http://[::1]:{victim6.port}/", victim6, connections) == Reason.PRIVATE


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/meta-data/iam/security-credentials/", "http://[::ffff:169.254.169.254]/",
        "http://[::ffff:a9fe:a9fe]/", "http://2852039166/", "http://0251.0376.0251.0376/", "http://10.0.0.1/",
        "http://10.255.255.255/", "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/",
        "http://[fd00:ec2::254]/", "http://[fe80::1]/", "//10.0.0.1/", "http://metadata.google.internal/",
        "http://moi:secret@10.0.0.1/", "file:///etc/passwd", "gopher://10.0.0.1/", "ftp://10.0.0.1/",
    ],
)  # fmt: skip
def test_nothing_of_a_private_network_is_followed(to, victim, connections):
    reason = follow(to, victim, connections, metadata_google_internal=["169.254.169.254"])
    assert reason in (Reason.PRIVATE, Reason.ADDRESS)


@pytest.mark.parametrize("addresses", [["127.0.0.1"], [OUTSIDE, "127.0.0.1"], ["93.184.215.14", "10.0.0.1"]])
def test_a_name_that_leads_inside_is_not_followed(addresses, victim, connections):
    to = f"http://inside.example:{victim.port}/"
    assert follow(to, victim, connections, inside_example=addresses) == Reason.PRIVATE


def test_a_name_that_rebinds_between_two_resolutions_reaches_nobody_else(connections):
    with on_one_port(redirect("/again")) as (server, victim):
        answers = iter([[OUTSIDE], ["127.0.0.1"]])
        names = Names(site_example=lambda: next(answers))
        fetched = a_client(server.port, names=names).fetch(f"http://site.example:{server.port}/")
    assert (fetched.reason, fetched.body) == (Reason.PRIVATE, b"")
    assert names.asked == ["site.example"] * 2
    assert (len(server.requests), victim.callers, connections) == (1, 0, [OUTSIDE])


def test_a_name_is_resolved_once_for_a_question(connections):
    with on_one_port(a_page(b"bonjour")) as (server, victim):
        answers = iter([[OUTSIDE], ["127.0.0.1"]])
        names = Names(site_example=lambda: next(answers))
        client = a_client(server.port, names=names)
        assert client.fetch(f"http://site.example:{server.port}/").body == b"bonjour"
        assert names.asked == ["site.example"]
        assert client.fetch(f"http://site.example:{server.port}/").reason == Reason.PRIVATE
    assert (victim.callers, connections) == (0, [OUTSIDE])
