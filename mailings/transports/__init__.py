"""How bytes leave the house: one transport per kind of mailer."""

import threading
from typing import Protocol

from django.conf import settings

from ..replies import Answer


class Unreachable(Exception):
    """The mail server cannot be reached or lets nobody in; no message was touched.

    `refused` tells a server that answered and refused us (a wrong password) from one that is away.
    """

    def __init__(self, reply: str, *, refused: bool = False) -> None:
        super().__init__(reply)
        self.refused = refused


class Transport(Protocol):
    """A way out, kept open from message to message."""

    def ready(self) -> None:
        """Be connected. Raises Unreachable."""

    def send(self, sender: str, recipient: str, message: bytes) -> Answer:
        """Hand one message over and say what became of it. Never raises."""

    def close(self) -> None:
        """Take leave."""


def open_transport() -> Transport:
    """Give the transport for the default mailer: SMTP by itself, anything else through Django."""
    mailer = settings.MAILERS["default"]
    if mailer["BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        from .smtp import SmtpTransport

        return SmtpTransport(**mailer["OPTIONS"])
    from .backend import BackendTransport

    return BackendTransport()


_kept = threading.local()


def kept_transport() -> Transport:
    """Give the transport that this worker keeps open from batch to batch."""
    if not hasattr(_kept, "transport"):
        _kept.transport = open_transport()
    transport: Transport = _kept.transport
    return transport


def close_kept_transport() -> None:
    """Take leave of the server, if this worker ever called on it."""
    if hasattr(_kept, "transport"):
        _kept.transport.close()
        del _kept.transport
