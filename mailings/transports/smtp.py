"""SMTP over one kept connection, aware of the stage at which anything happens."""

import smtplib
import ssl
import time
from contextlib import suppress

from django.conf import settings
from django.core.mail.utils import DNS_NAME

from ..replies import Answer, Outcome, Stage, classify
from . import Unreachable

# RFC 5321, 4.5.3.2. A shorter wait after the final dot makes copies: the server may have accepted.
TIMEOUTS = {Stage.CONNECT: 30, Stage.MAIL: 300, Stage.RCPT: 300, Stage.DATA: 120, Stage.DOT: 600}
BLOCK_TIMEOUT = 180
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
        self._smtp: smtplib.SMTP | None = None
        self._handed_over = 0
        self._used_at = 0.0

    def ready(self) -> None:
        worn = self._handed_over >= settings.VEILLE_MESSAGES_PER_CONNECTION
        if self._smtp and (worn or time.monotonic() - self._used_at > IDLE_SECONDS):
            self.close()
        if self._smtp:
            return
        try:
            self._smtp = self._connect()
            self._handed_over, self._used_at = 0, time.monotonic()
        except smtplib.SMTPResponseException as error:
            raise Unreachable(
                _words(error.smtp_code, error.smtp_error), refused=error.smtp_code >= 500
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(str(error) or type(error).__name__) from error

    def send(self, sender: str, recipient: str, message: bytes) -> Answer:
        smtp, stage = self._smtp, Stage.MAIL
        if smtp is None:
            return Answer(Outcome.NOT_SENT)
        try:
            answer = None
            for stage, command in ((Stage.MAIL, f"FROM:<{sender}>"), (Stage.RCPT, f"TO:<{recipient}>")):
                self._wait_at_most(TIMEOUTS[stage])
                answer = self._read(stage, *smtp.docmd(stage.name, command))
                if answer.outcome is not Outcome.ACCEPTED:
                    return answer
            stage = Stage.DATA
            self._wait_at_most(TIMEOUTS[stage])
            code, text = smtp.docmd("DATA")
            if code != 354:
                # An answer of success here is no leave to send the text (RFC 5321, 4.3.2).
                return self._read(stage, 554 if 0 < code < 400 else code, text)
            self._wait_at_most(BLOCK_TIMEOUT)
            # A line that begins with a dot gets another one (RFC 5321, 4.5.2).
            smtp.send(message.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            stage = Stage.DOT
            self._wait_at_most(TIMEOUTS[stage])
            self._handed_over += 1
            return self._read(stage, *smtp.getreply())
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            outcome = Outcome.UNCERTAIN if stage is Stage.DOT else Outcome.NOT_SENT
            return Answer(outcome, str(error) or type(error).__name__)
        finally:
            self._used_at = time.monotonic()

    def close(self) -> None:
        if self._smtp:
            with suppress(smtplib.SMTPException, OSError):
                self._wait_at_most(5)
                self._smtp.quit()
            self._drop()

    def _connect(self) -> smtplib.SMTP:
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
        return smtp

    def _read(self, stage: Stage, code: int, text: bytes) -> Answer:
        if code < 0 or code == 421:
            self._drop()
        elif code >= 400 and self._smtp:
            # Whatever was begun is forgotten, so that the next message starts clean.
            try:
                self._wait_at_most(TIMEOUTS[Stage.MAIL])
                self._smtp.rset()
            except (smtplib.SMTPException, OSError):
                self._drop()
        if code < 0:
            return Answer(Outcome.UNCERTAIN if stage is Stage.DOT else Outcome.NOT_SENT, _text(text))
        return classify(stage, code, _text(text))

    def _wait_at_most(self, seconds: float) -> None:
        if self._smtp and self._smtp.sock:
            self._smtp.sock.settimeout(seconds)

    def _drop(self) -> None:
        if self._smtp:
            self._smtp.close()
        self._smtp = None


def _text(reply: bytes | str) -> str:
    return " ".join((reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply).split())


def _words(code: int, reply: bytes | str) -> str:
    return f"{code} {_text(reply)}"
