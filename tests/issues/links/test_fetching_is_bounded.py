"""Servers that would have us wait, read or unpack for ever."""

import gzip
import threading
import time
import zlib

import pytest

from issues.links.client import FETCH_SECONDS, MAX_BODY_BYTES, Client
from issues.models import LinkLookup

from .servers import Names, a_client, a_page, a_server, redirect

Reason = LinkLookup.Reason
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def timed(server, client=None, **asked):
    began = time.monotonic()
    fetched = (client or a_client(server.port)).fetch(f"http://site.example:{server.port}/", **asked)
    return fetched, time.monotonic() - began


def forever(*pieces, pause=0.0):
    """Say the first pieces, then the last one again and again."""

    def say(wire):
        for piece in pieces[:-1]:
            wire.sendall(piece)
        while True:
            wire.sendall(pieces[-1])
            time.sleep(pause)

    return lambda method, path: say


def test_a_slow_drip_ends_after_five_seconds_in_all():
    with a_server(forever(HEAD, b"\r\n", b"x", pause=0.05)) as server:
        fetched, seconds = timed(server, a_client(server.port, seconds=60))
    assert fetched.reason == Reason.TIMEOUT
    assert FETCH_SECONDS == 5
    assert 4.9 < seconds < 6


@pytest.mark.parametrize(
    "pieces",
    [
        (b"H",),
        (HEAD, b"X-A: b\r\n"),
        (HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
        (HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (HEAD, b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"", mtime=0)[:10], b"\x00"),
        (b"HTTP/1.1 100 Continue\r\n\r\n",),
    ],
)
def test_wherever_it_drips_it_is_given_up_in_time(pieces):
    with a_server(forever(*pieces, pause=0.02)) as server:
        fetched, seconds = timed(server, a_client(server.port, seconds=0.4))
    assert fetched.reason in (Reason.TIMEOUT, Reason.GARBLED)
    assert seconds < 2


def test_the_time_is_that_of_all_redirects_together():
    def slow(method, path):
        time.sleep(0.3)
        return redirect("/")

    with a_server(slow) as server:
        fetched, _seconds = timed(server, a_client(server.port, seconds=0.5))
    assert fetched.reason == Reason.TIMEOUT


def test_a_name_server_that_never_answers_is_given_up_in_time():
    told = threading.Event()
    names = Names(site_example=lambda: told.wait(20) and ["127.0.0.1"])
    began = time.monotonic()
    fetched = a_client(seconds=0.3, names=names).fetch("http://site.example/")
    told.set()
    assert fetched.reason == Reason.TIMEOUT
    assert time.monotonic() - began < 2


def test_a_network_that_swallows_everything_is_given_up_in_time(monkeypatch):
    given = []

    def swallow(wire, address):
        given.append(wire.gettimeout())
        time.sleep(wire.gettimeout())
        raise TimeoutError

    monkeypatch.setattr("socket.socket.connect", swallow)
    names = Names(site_example=["93.184.215.14", "93.184.215.15", "93.184.215.16"])
    began = time.monotonic()
    assert Client(resolver=names, seconds=0.4, pause=0).fetch("http://site.example/").reason == Reason.TIMEOUT
    assert time.monotonic() - began < 1
    assert len(given) == 2


def test_an_endless_body_ends_at_two_megabytes():
    with a_server(forever(HEAD, b"\r\n", b"x" * 65536)) as server:
        fetched, seconds = timed(server)
    assert fetched.reason == Reason.SIZE
    assert fetched.body == b"x" * (2 * 1024 * 1024)
    assert MAX_BODY_BYTES == 2 * 1024 * 1024
    assert seconds < 5


def test_a_body_of_just_the_size_is_whole():
    with a_server(a_page(b"x" * 1000)) as server:
        assert timed(server, max_bytes=1000)[0].ok
        fetched, _seconds = timed(server, max_bytes=999)
    assert (fetched.reason, fetched.body) == (Reason.SIZE, b"x" * 999)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, lambda body: zlib.compress(body)[2:-4]])
def test_a_bomb_of_packed_nothing_is_not_unpacked(pack):
    bomb = pack(bytes(100 * 1024 * 1024))
    assert len(bomb) < 150_000
    coding = "gzip" if pack is gzip.compress else "deflate"
    with a_server(a_page(bomb, Content_Encoding=coding)) as server:
        fetched, seconds = timed(server)
    assert fetched.reason == Reason.SIZE
    assert len(fetched.body) == MAX_BODY_BYTES
    assert seconds < 3


def test_a_body_that_unpacks_to_nothing_for_ever_ends():
    with a_server(
        forever(
            HEAD,
            b"Content-Encoding: gzip\r\n\r\n",
            gzip.compress(b"")[:10],
            b"\x00\x00\x00\xff\xff" * 10_000,
        )
    ) as server:
        fetched, seconds = timed(server, max_bytes=100_000)
    assert fetched.reason == Reason.GARBLED
    assert seconds < 5


def test_what_comes_behind_the_packed_body_is_left():
    packed = gzip.compress(b"tout")
    with a_server(a_page(packed + b"x" * 1000, Content_Encoding="gzip")) as server:
        assert timed(server)[0].body == b"tout"
