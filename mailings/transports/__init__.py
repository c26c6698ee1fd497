"""How bytes leave the house: one transport per kind of mailer.

A *unit* is what is handed over in one go: one letter by SMTP, up to a hundred in a call to a provider.
It is offered, and concluded once the database agreed; what was offered and not concluded was not sent.
"""

import threading
from collections.abc import Sequence
from typing import Protocol

from django.conf import settings

from ..letters import Letter
from ..replies import Answer

_SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Unreachable(Exception):
    """The mail server cannot be reached or lets nobody in; no message was touched.

    `refused` tells a server that answered and refused us (a wrong password) from one that is away.
    """

    def __init__(self, reply: str, *, refused: bool = False) -> None:
        super().__init__(reply)
        self.refused = refused


class Transport(Protocol):
    """A way out, kept open from letter to letter. Call ready, offer, conclude, answers, in this order."""

    def fits(self, waiting: Sequence[Letter]) -> int:
        """How many of the waiting letters, from the first on, may go in one unit: one at the least."""

    def ready(self) -> None:
        """Be connected. Raises Unreachable."""

    def offer(self, unit: Sequence[Letter]) -> list[Answer] | None:
        """Bring a unit as far as it can be taken back. Answers if it was refused already. Never raises."""

    def withdraw(self) -> None:
        """Take back what was offered and not concluded; harmless if there is nothing."""

    def foresee(self, following: Sequence[Letter]) -> None:
        """Get ready for the unit that will follow, so that it can be announced with the end of this one."""

    def conclude(self) -> None:
        """Hand over what was offered."""

    def answers(self) -> list[Answer]:
        """Wait for what became of the unit handed over: an answer for each letter. Never raises."""

    def close(self) -> None:
        """Take leave."""


def hand_over(transport: Transport, unit: Sequence[Letter]) -> list[Answer]:
    """Hand over one unit by itself. Raises Unreachable."""
    transport.ready()
    refused = transport.offer(unit)
    if refused:
        return refused
    transport.conclude()
    return transport.answers()


def open_transport() -> Transport:
    """Give the transport for the default mailer: SMTP by itself, an ESP's API, or any of Django's."""
    mailer = settings.MAILERS["default"]
    if mailer["BACKEND"] == _SMTP:
        from .smtp import SmtpTransport

        return SmtpTransport(**mailer["OPTIONS"])
    from .providers import provider_of

    if provider := provider_of(mailer["BACKEND"]):
        from .esp import EspTransport

        return EspTransport(provider)
    from .backend import BackendTransport

    return BackendTransport()


def copies_are_recognisable() -> bool:
    """Whether a second copy bears the Message-ID of the first: providers write their own."""
    return bool(settings.MAILERS["default"]["BACKEND"] == _SMTP)


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
