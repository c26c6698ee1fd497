"""Asking a stranger's server whether a page is there, without being led into our own house.

The address comes from what people paste, so everything about it is a stranger's choice: the name, where it
resolves to, what answers, and where that sends us next. `ssrfguard` resolves the name once, refuses it whole
where any of its addresses is not public (private, loopback, link-local with the metadata of clouds, mapped or
translated ones by what they carry), and connects to the very address it checked, so that a name which
resolves otherwise a moment later (DNS rebinding) changes nothing. Around it: only http and https, only their
ports, no account in the address, no proxy, each redirect checked as the first address was, and limits of time
and size that hold whatever the server does.
"""

from __future__ import annotations

import io
import logging
import socket
import ssl
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from ssrfguard import BlockedAddressError, BlockedURLError, Policy, Resolver, connect, resolve

from ..models import LinkLookup
from .addresses import request_url

logger = logging.getLogger(__name__)

Reason = LinkLookup.Reason

REDIRECTS = {301, 302, 303, 307, 308}
MAX_REDIRECTS = 3
# The head of an answer alone is read; a body never.
MAX_BYTES = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What an address gave: a status of HTTP, or the reason why there is none."""

    http_status: int | None = None
    reason: str = ""


class _NoAnswer(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Client:
    """Asks for pages. `seconds` is the time for one address, with all its redirects."""

    policy: Policy = field(default_factory=lambda: Policy(max_connection_attempts=2))
    resolver: Resolver | None = None
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    seconds: float = 8

    def ask(self, url: str) -> Answer:
        """Ask whether a page is there: HEAD, then GET where that is not answered well. Never raises."""
        until = time.monotonic() + self.seconds
        try:
            for _hop in range(MAX_REDIRECTS + 1):
                status, location = self._status(url, until)
                if status not in REDIRECTS or not location:
                    return Answer(http_status=status)
                url = _next(url, location)
            return Answer(reason=Reason.REDIRECTS)
        except _NoAnswer as failure:
            return Answer(reason=failure.reason)

    def _status(self, url: str, until: float) -> tuple[int, str]:
        status, location = self._exchange("HEAD", url, until)
        # Many servers know nothing of HEAD, or answer it otherwise than GET.
        return (status, location) if status < 400 else self._exchange("GET", url, until)

    def _exchange(self, method: str, url: str, until: float) -> tuple[int, str]:
        """Give the status and the place of a redirect. Raises _NoAnswer."""
        try:
            with self._connect(url, until) as wire:
                return _speak(wire, method, url, until)
        # First: a certificate's error is a ValueError too.
        except ssl.SSLError as error:
            raise _NoAnswer(Reason.CERTIFICATE) from error
        except BlockedAddressError as error:
            logger.info("not looked up: %s", error)
            raise _NoAnswer(Reason.PRIVATE) from error
        # `getaddrinfo` encodes names itself, and refuses some with a UnicodeError, which is a ValueError.
        except (BlockedURLError, ValueError) as error:
            private = isinstance(error.__cause__, BlockedAddressError)
            raise _NoAnswer(Reason.PRIVATE if private else Reason.ADDRESS) from error
        except socket.gaierror as error:
            unknown = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
            raise _NoAnswer(Reason.NAME if unknown else Reason.NETWORK) from error
        except TimeoutError as error:
            raise _NoAnswer(Reason.TIMEOUT) from error
        except HTTPException as error:
            raise _NoAnswer(Reason.GARBLED) from error
        except OSError as error:
            raise _NoAnswer(Reason.NETWORK) from error

    def _connect(self, url: str, until: float) -> socket.socket:
        target = self.policy.check_url(url)
        addresses = resolve(target, policy=self.policy, resolver=self.resolver)
        wire = connect(addresses, policy=self.policy, timeout=_left(until))
        if target.scheme == "https":
            wire.settimeout(_left(until))
            try:
                # The certificate must be that of the name, whatever the address.
                return self.tls.wrap_socket(wire, server_hostname=target.host)
            except BaseException:
                wire.close()
                raise
        return wire


def _speak(wire: socket.socket, method: str, url: str, until: float) -> tuple[int, str]:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc)
    connection.sock = wire
    wire.settimeout(_left(until))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request(
        method,
        path,
        headers={
            "Host": parts.netloc,
            "User-Agent": f"Veille link check (+{settings.SITE_URL})",
            "Accept": "text/html,*/*;q=0.5",
            "Connection": "close",
        },
    )
    response = HTTPResponse(_Head(wire, until), method=method)  # type: ignore[arg-type] # only makefile() is called
    response.begin()
    return response.status, response.headers.get("Location", "")


def _next(url: str, location: str) -> str:
    try:
        return request_url(urljoin(url, location))
    except ValueError as error:
        raise _NoAnswer(Reason.ADDRESS) from error


class _Head(io.RawIOBase):
    """What a server says, up to so many bytes and until a moment, however it drips."""

    def __init__(self, wire: socket.socket, until: float) -> None:
        self.wire, self.until, self.allowance = wire, until, MAX_BYTES

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self.allowance <= 0:
            raise HTTPException("the head of the answer has no end")
        self.wire.settimeout(_left(self.until))
        count = self.wire.recv_into(buffer[: self.allowance])
        self.allowance -= count
        return count


def _left(until: float) -> float:
    """Give the seconds that are left. Raises TimeoutError."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
