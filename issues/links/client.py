"""The one way by which this house asks strangers' servers for something, and is not led into its own rooms.

The address comes from what people paste, so everything about it is a stranger's choice: the name, where it
resolves to, what answers, and where that sends us next. `ssrfguard` is kept for two things that its like do
not do together: it refuses a name whole where any of its addresses is not public (private, loopback,
link-local with the metadata of clouds, mapped or translated ones by what they carry), and it connects to the
very address it checked, so that a name which resolves otherwise a moment later (DNS rebinding) changes
nothing. It needs no library besides. Around it: only http and https, only their ports, no account in the
address, no proxy, each redirect checked as the first address was, and limits of time and size that hold
whatever the server does (`wire`, `bodies`); one question a second to one server, over all workers (`turns`).
"""

from __future__ import annotations

import logging
import socket
import ssl
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPException, HTTPResponse
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.datastructures import CaseInsensitiveMapping
from ssrfguard import BlockedAddressError, BlockedURLError, Policy, Resolver

from ..models import LinkLookup
from . import bodies, turns, wire
from .addresses import request_url

logger = logging.getLogger(__name__)

Reason = LinkLookup.Reason

REDIRECTS = {301, 302, 303, 307, 308}
MAX_REDIRECTS = 3
FETCH_SECONDS = 5.0
MAX_BODY_BYTES = 2 * 1024 * 1024
PAGES = ("text/html", "application/xhtml+xml", "text/plain")
# What may follow a redirect to another server: nothing that lets somebody in.
HARMLESS = {"accept", "accept-language", "if-modified-since", "if-none-match"}


@dataclass(frozen=True)
class Answer:
    """What an address gave: a status of HTTP, or the reason why there is none."""

    http_status: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Fetched:
    """What was fetched: from which address in the end, under which status, and what it says.

    `reason` tells why there is no answer, or not the whole: of a body that is too large (`Reason.SIZE`) its
    beginning is given, of one that is not of the types asked for (`Reason.TYPE`) nothing.
    """

    url: str
    http_status: int | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: CaseInsensitiveMapping({}))
    body: bytes = b""
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether the server gave what was asked for, whole."""
        return self.http_status is not None and 200 <= self.http_status < 300 and not self.reason


class _NoAnswer(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@cache
def _trusting_the_machine() -> ssl.SSLContext:
    return ssl.create_default_context()


@dataclass(frozen=True)
class Client:
    """Asks servers. `seconds` is the time for one address, with all its redirects.

    Before each server is asked its turn is waited for, `pause` seconds after whoever asked it last: that is a
    row of the database, and with a pause of 0 none is read. A sender of mails has no time to wait for a
    stranger: call it in a task, never in a request or a transaction.
    """

    policy: Policy = field(default_factory=lambda: Policy(max_connection_attempts=2))
    resolver: Resolver | None = None
    tls: ssl.SSLContext = field(default_factory=_trusting_the_machine)
    seconds: float = 8
    pause: float = turns.PAUSE_SECONDS

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

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        types: Collection[str] = PAGES,
        max_bytes: int = MAX_BODY_BYTES,
    ) -> Fetched:
        """Fetch what an address gives, in 5 seconds in all. Never raises, whatever the server does.

        The body is read if its type is one of `types` (none: never), decoded from gzip or deflate, up to
        `max_bytes` of what it decodes to. Up to 3 redirects of a GET or HEAD are followed; one of another
        method is not (RFC 9110, 15.4), its status is the answer. To another server go no `headers` that could
        let somebody in. The headers of the answer are read whatever the case of their names.
        """
        until = time.monotonic() + min(self.seconds, FETCH_SECONDS)
        ask = wire.Request(
            method,
            {"User-Agent": f"Veille (+{settings.SITE_URL})", "Accept": _accept(types), **(headers or {})},
            body,
        )
        try:
            for _hop in range(MAX_REDIRECTS + 1):
                asked = request_url(url)
                with self._exchange(ask, asked, until, allowance=2 * max_bytes) as response:
                    location = response.headers.get("Location", "")
                    if method not in ("GET", "HEAD") or response.status not in REDIRECTS or not location:
                        return _read(response, asked, types, max_bytes)
                url = _next(asked, location)
                if _origin(url) != _origin(asked):
                    ask = ask.with_headers_of({*HARMLESS, "user-agent"})
            return Fetched(url=url, reason=Reason.REDIRECTS)
        except _NoAnswer as failure:
            return Fetched(url=url, reason=failure.reason)

    def _status(self, url: str, until: float) -> tuple[int, str]:
        status, location = self._head("HEAD", url, until)
        # Many servers know nothing of HEAD, or answer it otherwise than GET.
        return (status, location) if status < 400 else self._head("GET", url, until)

    def _head(self, method: str, url: str, until: float) -> tuple[int, str]:
        agent = f"Veille link check (+{settings.SITE_URL})"
        ask = wire.Request(method, {"User-Agent": agent, "Accept": "text/html,*/*;q=0.5"})
        with self._exchange(ask, url, until) as response:
            return response.status, response.headers.get("Location", "")

    @contextmanager
    def _exchange(
        self, ask: wire.Request, url: str, until: float, allowance: int = 0
    ) -> Iterator[HTTPResponse]:
        """Give the answer, of which up to `allowance` bytes of body may be read. Raises _NoAnswer."""
        try:
            target = self.policy.check_url(url)
            addresses = wire.resolve(target, self.policy, self.resolver, until)
            if self.pause and not turns.wait(target.host, self.pause, at_most=wire.left(until) / 2):
                raise _NoAnswer(Reason.TURN)
            with (
                wire.connect(target, addresses, self.policy, self.tls, until) as connected,
                wire.speak(connected, ask, url, until, allowance) as response,
            ):
                yield response
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


def _read(response: HTTPResponse, url: str, types: Collection[str], max_bytes: int) -> Fetched:
    """Read the body if it is wanted. Raises HTTPException, OSError."""
    headers = CaseInsensitiveMapping(dict(response.headers.items()))
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind in types:
        body, whole = bodies.read(response, max_bytes)
        return Fetched(url, response.status, headers, body, "" if whole else Reason.SIZE)
    unwanted = types and response.length != 0 and 200 <= response.status < 300
    return Fetched(url, response.status, headers, reason=Reason.TYPE if unwanted else "")


def _accept(types: Collection[str]) -> str:
    return ", ".join([*types, "*/*;q=0.1"])


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _next(url: str, location: str) -> str:
    try:
        return request_url(urljoin(url, location))
    except ValueError as error:
        raise _NoAnswer(Reason.ADDRESS) from error
