"""Fetching what an address gives."""

import gzip
import zlib

import pytest

from issues.links.client import Client, Fetched
from issues.models import LinkLookup

from .servers import OK, Names, a_client, a_page, a_server, redirect

Reason = LinkLookup.Reason

WORDS = "Une page, à lire.".encode() * 50
# Without the second at which it was packed, which would stand in the names of tests.
PACKED = gzip.compress(WORDS, mtime=0)


def fetch(server, path="/", **asked):
    return a_client(server.port).fetch(f"http://site.example:{server.port}{path}", **asked)


def lines_of(request):
    return request.split("\r\n\r\n")[0].split("\r\n")


def test_it_gives_the_page_and_what_is_said_of_it():
    with a_server(a_page(WORDS, ETag='"é1"')) as server:
        fetched = fetch(server, "/a?b=1#c")
    assert (fetched.http_status, fetched.body, fetched.reason, fetched.ok) == (200, WORDS, "", True)
    assert fetched.url == f"http://site.example:{server.port}/a?b=1"
    assert fetched.headers["content-type"] == fetched.headers["Content-Type"] == "text/html; charset=utf-8"


def test_it_says_who_it_is_and_what_it_takes():
    with a_server(a_page()) as server:
        fetch(server, headers={"If-None-Match": '"1"', "Host": "other.example", "accept-encoding": "br"})
    lines = lines_of(server.requests[0])
    assert lines[0] == "GET / HTTP/1.1"
    assert f"Host: site.example:{server.port}" in lines
    assert "User-Agent: Veille (+https://veille.example)" in lines
    assert "Accept-Encoding: gzip, deflate" in lines
    assert "Accept: text/html, application/xhtml+xml, text/plain, */*;q=0.1" in lines
    assert 'If-None-Match: "1"' in lines
    assert len([line for line in lines if line.lower().startswith(("host:", "accept-encoding:"))]) == 2


def test_an_address_is_asked_for_in_ascii():
    with a_server(a_page()) as server:
        assert fetch(server, "/à lire").url.endswith("/%C3%A0%20lire")
    assert lines_of(server.requests[0])[0] == "GET /%C3%A0%20lire HTTP/1.1"


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", PACKED),
        ("x-gzip", PACKED),
        ("deflate", zlib.compress(WORDS)),
        ("deflate", zlib.compress(WORDS)[2:-4]),
        ("GZIP", PACKED),
        ("identity", WORDS),
    ],
)
def test_a_packed_body_is_unpacked(coding, packed):
    with a_server(a_page(packed, Content_Encoding=coding)) as server:
        assert fetch(server).body == WORDS


@pytest.mark.parametrize(("coding", "packed"), [("br", WORDS), ("gzip", WORDS), ("gzip, gzip", WORDS)])
def test_a_body_that_is_not_packed_as_was_asked_is_no_answer(coding, packed):
    with a_server(a_page(packed, Content_Encoding=coding)) as server:
        assert fetch(server).reason == Reason.GARBLED


def test_a_body_comes_in_chunks_or_until_the_end():
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
    chunks = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    with a_server(head + chunks) as server:
        assert fetch(server).body == b"abcde"
    with a_server(head + b"\r\nabcde") as server:
        assert fetch(server).body == b"abcde"


@pytest.mark.parametrize(
    "kind", ["image/png", "application/pdf", "application/json", "text/htmlx", "video/mp4", ""]
)
def test_a_body_of_another_type_is_refused_unread(kind):
    sent = []

    def endless(wire):
        wire.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode())
        for _piece in range(200):
            sent.append(wire.send(b"x" * 65536))

    with a_server(lambda method, path: endless) as server:
        fetched = fetch(server)
    assert (fetched.http_status, fetched.body, fetched.reason, fetched.ok) == (200, b"", Reason.TYPE, False)
    # What the buffers of the two ends hold, and no more.
    assert sum(sent) < 200 * 65536


def test_a_caller_says_which_types_it_takes():
    with a_server(a_page(b"{}", "Application/JSON; charset=utf-8")) as server:
        assert fetch(server, types=("application/json",)).body == b"{}"


@pytest.mark.parametrize("status", [204, 304, 404, 410, 500])
def test_a_status_is_an_answer_whatever_comes_with_it(status):
    with a_server(a_page(b"", "image/png", status)) as server:
        fetched = fetch(server)
    assert (fetched.http_status, fetched.reason) == (status, "")
    assert fetched.ok is (status == 204)


def test_a_message_is_posted_and_the_answer_left_unread():
    with a_server(a_page(b"ok")) as server:
        fetched = fetch(
            server,
            method="POST",
            body='{"text": "Bonjour à tous"}'.encode(),
            headers={"Content-Type": "application/json", "Content-Length": "3"},
            types=(),
        )
    assert (fetched.http_status, fetched.body, fetched.ok) == (200, b"", True)
    lines = lines_of(server.requests[0])
    assert lines[0] == "POST / HTTP/1.1"
    assert "Content-Type: application/json" in lines
    assert [line for line in lines if line.lower().startswith("content-length")] == ["Content-Length: 27"]


def test_a_header_that_is_none_asks_nobody():
    with a_server(OK) as server:
        fetched = fetch(server, headers={"If-None-Match": '"1"\r\nX-Evil: 1'})
    assert (fetched.reason, server.requests) == (Reason.ADDRESS, [])


# --- Redirects ---


def test_redirects_are_followed_up_to_three():
    def hops(method, path):
        left = int(path.strip("/"))
        return redirect(f"/{left - 1}") if left else a_page(b"ici")

    with a_server(hops) as server:
        assert fetch(server, "/3").url == f"http://site.example:{server.port}/0"
        assert fetch(server, "/3").body == b"ici"
        assert fetch(server, "/4").reason == Reason.REDIRECTS


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_what_is_posted_goes_nowhere_else(status):
    with a_server(redirect("/elsewhere", status)) as server:
        fetched = fetch(server, method="POST", body=b"{}", types=())
    assert (fetched.http_status, fetched.ok, len(server.requests)) == (status, False, 1)


def test_to_another_server_goes_nothing_that_lets_somebody_in():
    names = Names(site_example=["127.0.0.1"], other_example=["127.0.0.1"])
    with a_server(a_page()) as other, a_server(redirect(f"http://other.example:{other.port}/")) as server:
        fetched = a_client(server.port, other.port, names=names).fetch(
            f"http://site.example:{server.port}/",
            headers={"Authorization": "Bearer a", "Cookie": "b", "X-Key": "c", "If-None-Match": '"d"'},
        )
    assert fetched.ok
    assert "Authorization: Bearer a" in lines_of(server.requests[0])
    names_given = {line.split(":")[0] for line in lines_of(other.requests[0])[1:]}
    wanted = {"Host", "Accept", "Accept-Encoding", "Connection", "User-Agent", "If-None-Match"}
    assert names_given == wanted


def test_where_nothing_answers_it_says_why():
    assert a_client().fetch("http://nulle-part.example/").reason == Reason.NAME
    assert Client(pause=0).fetch("ftp://site.example/") == Fetched("ftp://site.example/", reason="address")
