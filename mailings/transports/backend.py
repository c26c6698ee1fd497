"""Any Django email backend as a transport: that of an ESP through django-anymail, memory, console."""

from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import Policy, default
from typing import Any

from django.core.mail import EmailMultiAlternatives, mailers

from ..letters import Letter
from ..replies import Answer, Outcome
from . import Unreachable

# What the backend writes itself from the fields of Django's message.
_FIELDS = {"from", "to", "subject", "content-type", "mime-version", "content-transfer-encoding"}


class BackendTransport:
    """Hands each message to the default mailer of Django."""

    def __init__(self) -> None:
        self._mailer: Any = mailers["default"]
        self._open = False
        self._offered: list[Letter] = []
        self._answers: list[Answer] = []

    def fits(self, waiting: Sequence[Letter]) -> int:
        return 1

    def ready(self) -> None:
        if not self._open:
            try:
                self._mailer.open()
            # Backends raise what their libraries raise.
            except Exception as error:
                raise Unreachable(str(error)) from error
            self._open = True

    def offer(self, unit: Sequence[Letter]) -> list[Answer] | None:
        self._offered = list(unit)
        return None

    def withdraw(self) -> None:
        self._offered = []

    def foresee(self, following: Sequence[Letter]) -> None:
        """Nothing can be announced to a backend."""

    def conclude(self) -> None:
        self._answers = [self._send(letter) for letter in self._offered]
        self._offered = []

    def answers(self) -> list[Answer]:
        return self._answers

    def _send(self, letter: Letter) -> Answer:
        mail = FrozenMessage(letter.recipient.email, letter.message())
        try:
            sent = self._mailer.send_messages([mail])
        # A provider's call that fails may have been taken: nobody knows.
        except Exception as error:
            self._open = False
            return Answer(Outcome.UNCERTAIN, str(error))
        return Answer(Outcome.ACCEPTED if sent else Outcome.TEMPORARY)

    def close(self) -> None:
        self._mailer.close()
        self._open = False


def parts_of(message: EmailMessage) -> list[MIMEPart]:
    """Give the texts of a frozen message: both of an alternative, or the one that it is."""
    return list(message.iter_parts()) if message.is_multipart() else [message]


class FrozenMessage(EmailMultiAlternatives):
    """The fields for backends that ask for fields, the frozen bytes for those that ask for bytes."""

    # What django-anymail hands back with a provider's events, where it is set.
    metadata: dict[str, str]

    def __init__(self, recipient: str, raw: bytes) -> None:
        parsed = message_from_bytes(raw, _class=EmailMessage, policy=default)
        contents = {part.get_content_subtype(): part.get_content() for part in parts_of(parsed)}
        super().__init__(
            subject=str(parsed["Subject"]),
            body=contents["plain"],
            from_email=str(parsed["From"]),
            to=[recipient],
            headers={name: str(value) for name, value in parsed.items() if name.lower() not in _FIELDS},
        )
        if "html" in contents:
            self.attach_alternative(contents["html"], "text/html")
        self._raw = raw

    def message(self, *, policy: Policy | None = None) -> EmailMessage:
        # Folded anew, a List-Unsubscribe over 78 characters would become encoded words
        # (python/cpython#85725), and one-click would be lost.
        as_it_is = default.clone(refold_source="none", linesep=(policy or default).linesep)
        return message_from_bytes(self._raw, _class=EmailMessage, policy=as_it_is)
