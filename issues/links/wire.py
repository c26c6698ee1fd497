"""A connection to a stranger's server that ends in time, however slowly names resolve and bytes drip."""

from __future__ import annotations

import io
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import ssrfguard
from ssrfguard import Address, Policy, Resolver, Target

MAX_HEAD_BYTES = 64 * 1024
# What one record of TLS carries, so that none is waited for longer than is left.
PIECE = 16 * 1024


@dataclass(frozen=True)
class Request:
    """What is asked of a server, but for its address."""

    method: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def with_headers_of(self, names: Collection[str]) -> Request:
        """Give the same with those headers alone, named in small letters."""
        return replace(
            self, headers={name: value for name, value in self.headers.items() if name.lower() in names}
        )


def left(until: float) -> float:
    """Give the seconds that are left. Raises TimeoutError."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def resolve(target: Target, policy: Policy, resolver: Resolver | None, until: float) -> Sequence[Address]:
    """Give the addresses of a name, all of them public. Raises what `ssrfguard.resolve` does, TimeoutError.

    No resolver of the system takes a time, so a thread waits for it; it ends when the resolver gives up.
    """
    told: list[Any] = []

    def ask() -> None:
        try:
            told.append(ssrfguard.resolve(target, policy=policy, resolver=resolver))
        except BaseException as error:
            told.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(left(until))
    if not told:
        raise TimeoutError
    if isinstance(told[0], BaseException):
        raise told[0]
    addresses: Sequence[Address] = told[0]
    return addresses


@contextmanager
def connect(
    target: Target, addresses: Sequence[Address], policy: Policy, tls: ssl.SSLContext, until: float
) -> Iterator[socket.socket]:
    """Connect to one of those addresses, as the server of that name. Raises OSError, ssl.SSLError."""
    attempts = min(len(addresses), policy.max_connection_attempts)
    wire = ssrfguard.connect(addresses, policy=policy, timeout=left(until) / attempts)
    try:
        if target.scheme == "https":
            wire.settimeout(left(until))
            # The certificate must be that of the name, whatever the address.
            wire = tls.wrap_socket(wire, server_hostname=target.host)
        yield wire
    finally:
        wire.close()


@contextmanager
def speak(
    wire: socket.socket, request: Request, url: str, until: float, allowance: int
) -> Iterator[HTTPResponse]:
    """Ask, and read the head of the answer; of its body up to `allowance` bytes can be read.

    Raises HTTPException, OSError, ValueError for a header that is none.
    """
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc)
    connection.sock = wire
    wire.settimeout(left(until))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.putrequest(request.method, path, skip_host=True, skip_accept_encoding=True)
    # By these the answer is read: of no caller's choice.
    own = {
        "Host": parts.netloc,
        "Accept-Encoding": "gzip, deflate" if allowance else "identity",
        "Connection": "close",
        **({"Content-Length": str(len(request.body))} if request.body is not None else {}),
    }
    taken = {*map(str.lower, own), "transfer-encoding", "content-length"}
    given = {name: value for name, value in request.headers.items() if name.lower() not in taken}
    for name, value in {**own, **given}.items():
        connection.putheader(name, value)
    connection.endheaders()
    for start in range(0, len(request.body or b""), PIECE):
        wire.settimeout(left(until))
        wire.sendall((request.body or b"")[start : start + PIECE])
    stream = _Stream(wire, until)
    response = HTTPResponse(stream, method=request.method)  # type: ignore[arg-type] # only makefile() is called
    with closing(response):
        response.begin()
        stream.allowance += allowance
        yield response


class _Stream(io.RawIOBase):
    """What a server says, up to so many bytes and until a moment, however it drips."""

    def __init__(self, wire: socket.socket, until: float) -> None:
        self.wire, self.until, self.allowance = wire, until, MAX_HEAD_BYTES

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self.allowance <= 0:
            raise HTTPException("the answer has no end")
        self.wire.settimeout(left(self.until))
        count = self.wire.recv_into(buffer[: self.allowance])
        self.allowance -= count
        return count
