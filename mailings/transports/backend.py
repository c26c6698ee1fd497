"""Any Django email backend as a transport: that of an ESP through django-anymail, memory, console."""

from email import message_from_bytes, policy
from email.message import EmailMessage as Message
from typing import Any

from django.core.mail import EmailMultiAlternatives, mailers

from ..replies import Answer, Outcome
from . import Unreachable

# What the backend writes itself from the fields of Django's message.
_FIELDS = {"from", "to", "subject", "content-type", "mime-version", "content-transfer-encoding"}


class BackendTransport:
    """Hands each message to the default mailer of Django."""

    def __init__(self) -> None:
        self._mailer: Any = mailers["default"]
        self._open = False

    def ready(self) -> None:
        if not self._open:
            try:
                self._mailer.open()
            # Backends raise what their libraries raise.
            except Exception as error:
                raise Unreachable(str(error)) from error
            self._open = True

    def send(self, sender: str, recipient: str, message: bytes) -> Answer:
        try:
            sent = self._mailer.send_messages([_django_message(sender, recipient, message)])
        # An ESP's call that fails may have been taken: nobody knows.
        except Exception as error:
            self._open = False
            return Answer(Outcome.UNCERTAIN, str(error))
        return Answer(Outcome.ACCEPTED if sent else Outcome.TEMPORARY)

    def close(self) -> None:
        self._mailer.close()
        self._open = False


def _django_message(sender: str, recipient: str, raw: bytes) -> EmailMultiAlternatives:
    parsed = message_from_bytes(raw, _class=Message, policy=policy.default)
    contents = {part.get_content_subtype(): part.get_content() for part in parsed.iter_parts()}
    mail = EmailMultiAlternatives(
        subject=str(parsed["Subject"]),
        body=contents["plain"],
        from_email=str(parsed["From"]),
        to=[recipient],
        headers={name: str(value) for name, value in parsed.items() if name.lower() not in _FIELDS},
    )
    mail.attach_alternative(contents["html"], "text/html")
    return mail
