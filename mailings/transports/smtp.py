"""SMTP over one kept connection, aware of the stage at which anything happens.

smtplib opens the door (greeting, STARTTLS, AUTH); from there on each letter takes two writes and one
round trip where the server offers PIPELINING (RFC 2920): the text without its end, then its end together
with the commands of the letter that follows.
"""

import smtplib
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress

from django.conf import settings
from django.core.mail.utils import DNS_NAME

from ..letters import Letter
from ..replies import Answer, Outcome, Stage, classify
from . import Unreachable
from .wire import BrokenOff, Wire

# RFC 5321, 4.5.3.2. A shorter wait after the final dot makes copies: the server may have accepted.
TIMEOUTS = {Stage.CONNECT: 30, Stage.MAIL: 300, Stage.RCPT: 300, Stage.DATA: 120, Stage.DOT: 600}
BLOCK_TIMEOUT = 180
QUIT_TIMEOUT = 5
# A connection that was silent for so long may have been closed at the other end.
IDLE_SECONDS = 5


class SmtpTransport:
    """One connection per worker process, reopened after VEILLE_MESSAGES_PER_CONNECTION and after faults."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        username: str = "",
        password: str = "",
        use_tls: bool = False,
        use_ssl: bool = False,
        timeout: float = TIMEOUTS[Stage.CONNECT],
    ) -> None:
        self._host, self._port = host, port
        self._username, self._password = username, password
        self._start_tls, self._implicit_tls = use_tls, use_ssl
        self._connect_timeout = min(timeout, TIMEOUTS[Stage.CONNECT])
        self._wire: Wire | None = None
        self._pipelining = self._eight_bit = False
        self._largest: int | None = None
        self._handed_over = 0
        self._used_at = 0.0
        # The letter whose commands left together with the end of the one before.
        self._announced: Letter | None = None
        self._offered: Letter | None = None
        self._following: tuple[Letter, bytes] | None = None
        self._broken: Answer | None = None

    def fits(self, waiting: Sequence[Letter]) -> int:
        return 1

    def ready(self) -> None:
        if self._wire and not self._announced and (self._is_worn() or self._was_idle()):
            self.close()
        if self._wire:
            return
        try:
            self._wire = Wire(self._connect())
            self._handed_over, self._used_at = 0, time.monotonic()
        except smtplib.SMTPResponseException as error:
            raise Unreachable(
                f"{error.smtp_code} {_text(error.smtp_error)}", refused=error.smtp_code >= 500
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(str(error) or type(error).__name__) from error

    def offer(self, unit: Sequence[Letter]) -> list[Answer] | None:
        (letter,) = unit
        if self._announced and self._announced is not letter:
            self.withdraw()
        try:
            refused = self._announce_and_ask(letter)
            if refused is None:
                self._offered = letter
                self._require().write(self._message(letter), BLOCK_TIMEOUT)
        except BrokenOff as error:
            self._drop()
            refused = Answer(Outcome.NOT_SENT, str(error))
        self._used_at = time.monotonic()
        return None if refused is None else [refused]

    def withdraw(self) -> None:
        # The server waits for a text, or for its end: only leaving says that there is none.
        if self._offered or self._announced:
            self._drop()

    def foresee(self, following: Sequence[Letter]) -> None:
        self._following = None
        if following and self._offered and self._pipelining and self._has_room_for(following[0]):
            self._following = following[0], self._commands(following[0])

    def conclude(self) -> None:
        end = b".\r\n"
        self._offered = self._broken = None
        self._handed_over += 1
        if self._following and not self._is_worn():
            self._announced, commands = self._following
            end += commands
        self._following = None
        try:
            self._require().write(end, BLOCK_TIMEOUT)
        except BrokenOff as error:
            self._drop()
            # Of the end itself, the first octets are all it takes.
            outcome = Outcome.NOT_SENT if error.nothing_left else Outcome.UNCERTAIN
            self._broken = Answer(outcome, str(error))

    def answers(self) -> list[Answer]:
        if self._broken:
            return [self._broken]
        try:
            code, text = self._read(Stage.DOT)
        except BrokenOff as error:
            self._drop()
            return [Answer(Outcome.UNCERTAIN, str(error))]
        finally:
            self._used_at = time.monotonic()
        return [classify(Stage.DOT, code, text)]

    def close(self) -> None:
        self.withdraw()
        if self._wire:
            with suppress(BrokenOff):
                self._wire.write(b"QUIT\r\n", QUIT_TIMEOUT)
                self._wire.reply(QUIT_TIMEOUT)
            self._drop()

    def _announce_and_ask(self, letter: Letter) -> Answer | None:
        """Send the commands of a letter unless they left already, and read what the server says of them.

        None if it wants the text. A server that ends a connection it served well, because it takes so
        many messages and no more, is called again.
        """
        served = self._handed_over
        try:
            refused = self._ask(letter)
        except BrokenOff:
            if not served:
                raise
            self._drop()
            refused = None
        if self._wire or not served:
            return refused
        try:
            self.ready()
        except Unreachable as error:
            raise BrokenOff(str(error)) from error
        return self._ask(letter)

    def _ask(self, letter: Letter) -> Answer | None:
        if not self._has_room_for(letter):
            size = len(self._message(letter))
            reply = f"552 5.3.4 {size} octets; the server takes {self._largest} (SIZE, RFC 1870)"
            return Answer(Outcome.OUR_FAULT, reply)
        if self._announced is None:
            if not self._pipelining:
                return self._ask_one_by_one(letter)
            self._require().write(self._commands(letter), TIMEOUTS[Stage.MAIL])
        self._announced = None
        refused, code = None, 0
        # The answers come in the order of the commands; after a refusal those that follow are refused too.
        for stage in (Stage.MAIL, Stage.RCPT, Stage.DATA):
            try:
                code, text = self._read(stage)
            except BrokenOff:
                if refused is None:
                    raise
                self._drop()
            refused = refused or _judge(stage, code, text)
            if self._wire is None:
                return refused
        if refused:
            if code == 354:
                # It wants a text that nobody is to get: it gets none (RFC 2920, 3.1).
                self._command(b".", Stage.DOT)
            self._reset()
        return refused

    def _ask_one_by_one(self, letter: Letter) -> Answer | None:
        for stage, command in zip(
            (Stage.MAIL, Stage.RCPT, Stage.DATA), self._commands(letter).splitlines(), strict=True
        ):
            answer = _judge(stage, *self._command(command, stage))
            if answer:
                self._reset()
                return answer
        return None

    def _commands(self, letter: Letter) -> bytes:
        options = " BODY=8BITMIME" if self._eight_bit else ""
        if self._largest is not None:
            # With its doubled dots: it may be said larger than it is (RFC 1870, 5).
            options += f" SIZE={len(self._message(letter))}"
        return (
            f"MAIL FROM:<{letter.sender}>{options}\r\nRCPT TO:<{letter.recipient.email}>\r\nDATA\r\n"
        ).encode("ascii")

    def _command(self, command: bytes, stage: Stage) -> tuple[int, str]:
        self._require().write(command + b"\r\n", TIMEOUTS[stage])
        return self._read(stage)

    def _read(self, stage: Stage) -> tuple[int, str]:
        code, text = self._require().reply(TIMEOUTS[stage])
        if code == 421:
            # The server says that it leaves, at whatever stage (RFC 5321, 3.8).
            self._drop()
        return code, text

    def _reset(self) -> None:
        """Whatever was begun is forgotten, so that the next letter starts clean."""
        if self._wire:
            try:
                self._command(b"RSET", Stage.MAIL)
            except BrokenOff:
                self._drop()

    def _message(self, letter: Letter) -> bytes:
        return letter.on_the_wire(eight_bit=self._eight_bit)

    def _has_room_for(self, letter: Letter) -> bool:
        return not self._largest or len(self._message(letter)) <= self._largest

    def _is_worn(self) -> bool:
        limit = settings.VEILLE_MESSAGES_PER_CONNECTION
        return bool(limit) and self._handed_over >= limit

    def _was_idle(self) -> bool:
        return time.monotonic() - self._used_at > IDLE_SECONDS

    def _connect(self) -> socket.socket:
        options = {"local_hostname": DNS_NAME.get_fqdn(), "timeout": self._connect_timeout}
        context = ssl.create_default_context()
        smtp: smtplib.SMTP
        if self._implicit_tls:
            smtp = smtplib.SMTP_SSL(self._host, self._port, context=context, **options)
        else:
            smtp = smtplib.SMTP(self._host, self._port, **options)
        try:
            smtp.ehlo_or_helo_if_needed()
            if self._start_tls:
                smtp.starttls(context=context)
                smtp.ehlo()
            if self._username:
                smtp.login(self._username, self._password)
        except BaseException:
            smtp.close()
            raise
        self._pipelining = smtp.has_extn("pipelining")
        self._eight_bit = settings.VEILLE_8BITMIME and smtp.has_extn("8bitmime")
        size = smtp.esmtp_features.get("size")
        # Said without a number, or with zero, it is no limit (RFC 1870, 4).
        self._largest = None if size is None else int(size) if size.isdigit() else 0
        if smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        return smtp.sock

    def _require(self) -> Wire:
        if self._wire is None:
            raise BrokenOff("not connected")
        return self._wire

    def _drop(self) -> None:
        if self._wire:
            self._wire.close()
        self._wire = self._announced = self._offered = self._following = None


def _judge(stage: Stage, code: int, text: str) -> Answer | None:
    """What a reply means before the text; None for: go on."""
    if stage is Stage.DATA:
        if code == 354:
            return None
        # An answer of success here is no leave to send the text (RFC 5321, 4.3.2).
        return classify(stage, 554 if code < 400 else code, text)
    answer = classify(stage, code, text)
    return None if answer.outcome is Outcome.ACCEPTED else answer


def _text(reply: bytes | str) -> str:
    return " ".join((reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply).split())
