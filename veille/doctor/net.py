"""Reaching others within seconds, and saying in words why it did not work."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable

from django.utils.translation import gettext as _

from .registry import CouldNotAsk

SECONDS = 4.0


def within[T](seconds: float, ask: Callable[[], T]) -> T:
    """Give what `ask` gives. Raises what it raises, and TimeoutError where it takes longer.

    For what takes no timeout itself: looking up a name, a client library that tries again and again.
    """
    answers: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(ask())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failures:
        raise failures[0]
    if not answers:
        raise TimeoutError(_("no answer in time"))
    return answers[0]


def connect(host: str, port: int) -> socket.socket:
    """Open a connection. Raises OSError, within some seconds."""
    return within(SECONDS, lambda: socket.create_connection((host, port), timeout=SECONDS))


def reason(failure: BaseException) -> str:
    """Say in words why somebody could not be reached."""
    if isinstance(failure, ssl.SSLCertVerificationError):
        return failure.verify_message
    if isinstance(failure, socket.gaierror):
        return _("the name is not known, or no name server answers")
    if isinstance(failure, ConnectionRefusedError):
        return _("nobody listens there (connection refused)")
    if isinstance(failure, TimeoutError):
        return _("no answer in time")
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror
    return " ".join(str(failure).split())[:200] or type(failure).__name__


def could_not_ask(whom: str, failure: BaseException) -> CouldNotAsk:
    return CouldNotAsk(f"{whom}: {reason(failure)}")


def is_near(host: str) -> bool:
    """Whether a host is this machine, or on a network of our own: no stranger reads what goes there."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        # A name without a dot is a container beside us.
        return "." not in host or host.endswith(".localhost")
    return address.is_private or address.is_loopback


def is_this_machine(host: str) -> bool:
    """Whether a host is the loopback."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def days_left(connection: object) -> int:
    """Give the days until the certificate at the other end of a connection ends; 0 for one without TLS."""
    certificate = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    if not certificate:
        return 0
    return int((ssl.cert_time_to_seconds(str(certificate["notAfter"])) - time.time()) // 86400)
