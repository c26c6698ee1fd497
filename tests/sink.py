"""A real SMTP server that keeps what it receives."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Received:
    """One message as it came over the wire."""

    recipient: str
    sender: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return BytesParser(policy=default).parsebytes(self.content)  # type: ignore[return-value]


class Sink:
    """Keeps what it receives, and answers as a test tells it to.

    `answers` holds, per recipient, the answers to its next RCPT commands; `always` answers all of
    them; each mail takes `seconds_per_mail`; after the mail of those in `hang_up_after_dot`, once, the
    line is cut instead of an answer.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.received: list[Received] = []
        self.answers: dict[str, list[str]] = {}
        self.always: str | None = None
        self.seconds_per_mail = 0.0
        self.hang_up_after_dot: set[str] = set()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        told = self.always or (self.answers[address].pop(0) if self.answers.get(address) else None)
        if told:
            return told
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.seconds_per_mail)
        content = envelope.content
        assert isinstance(content, bytes)
        self.received += [Received(to, envelope.mail_from or "", content) for to in envelope.rcpt_tos]
        if cut := self.hang_up_after_dot.intersection(envelope.rcpt_tos):
            self.hang_up_after_dot -= cut
            assert server.transport
            server.transport.abort()
        return "250 2.0.0 kept"

    @property
    def url(self) -> str:
        """What `EMAIL_URL` says to send here."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        return [mail.recipient for mail in self.received]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def a_sink(**options: Any) -> Iterator[Sink]:
    """Run a sink on a free port of the loopback."""
    sink = Sink(free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, **options)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
