"""The API of an email service provider through django-anymail: many letters a call, where it can do that.

One call is one unit: whatever is unknown of it is unknown of all its letters. A provider writes its own
Message-ID, so that nobody could tell a second copy from the first: what is in doubt is held.
"""

import re
import time
from collections.abc import Sequence
from itertools import islice

from django.core.mail import EmailMultiAlternatives

from ..letters import Letter
from ..replies import Answer, Outcome
from . import Unreachable
from .backend import BackendTransport, FrozenMessage
from .merge import message_to, template_of, values_of
from .providers import Provider
from .verdicts import read_failure, read_statuses, rest_after

# A dot-atom at a domain (RFC 5322, 3.4.1), without what begins a placeholder: an address that reads the
# same however a provider parses it.
_PLAIN_ADDRESS = re.compile(r"[\w.!#$&'*+/=?^`|~-]+@[\w.-]+", re.ASCII)


class EspTransport(BackendTransport):
    """Calls the provider, and leaves it alone for a while where it asks for that, or fails."""

    def __init__(self, provider: Provider) -> None:
        super().__init__()
        self._provider = provider
        self._resting_until = 0.0
        self._complaint = ""

    def fits(self, waiting: Sequence[Letter]) -> int:
        together: set[str] = set()
        for letter in islice(waiting, self._provider.letters_in_a_call):
            address = letter.recipient.email.lower()
            # The values are kept by address: two alike would get one reader's links. A call has one text.
            if (
                address in together
                or letter.mail is not waiting[0].mail
                or not self._goes_with_others(letter)
            ):
                break
            together.add(address)
        return max(1, len(together))

    def ready(self) -> None:
        if time.monotonic() < self._resting_until:
            raise Unreachable(self._complaint)
        super().ready()

    def conclude(self) -> None:
        unit, self._offered = self._offered, []
        self._answers = self._call(self._message(unit), unit)
        if self._answers[0].outcome is Outcome.APART:
            for letter in unit:
                letter.alone = True

    def _goes_with_others(self, letter: Letter) -> bool:
        if self._provider.letters_in_a_call == 1 or letter.alone:
            return False
        # Not even a name may be taken for a placeholder.
        return (
            _PLAIN_ADDRESS.fullmatch(letter.recipient.email) is not None
            and template_of(letter.mail, self._provider) is not None
            and self._provider.takes_literally(values_of(letter.mail, letter.recipient).values())
        )

    def _message(self, unit: Sequence[Letter]) -> EmailMultiAlternatives:
        template = template_of(unit[0].mail, self._provider) if len(unit) > 1 else None
        if template:
            return message_to(unit, template, self._provider)
        (letter,) = unit
        message = FrozenMessage(letter.recipient.email, letter.message())
        for name in list(message.extra_headers):
            if name.lower() in self._provider.own_headers:
                del message.extra_headers[name]
        if self._provider.keeps_metadata:
            message.metadata = {"delivery": str(letter.delivery)}
        return message

    def _call(self, message: EmailMultiAlternatives, unit: Sequence[Letter]) -> list[Answer]:
        failure: Exception | None = None
        try:
            self._mailer.send_messages([message])
        # Whatever anymail, requests or a receiver of anymail's signals raises.
        except Exception as error:
            failure = error
        # Also where all were refused, which anymail raises once it has noted why.
        status = getattr(message, "anymail_status", None)
        if status is not None and status.recipients:
            return read_statuses(status, [letter.recipient.email for letter in unit])
        if failure is None:
            # A receiver of anymail's pre_send called it off.
            return [Answer(Outcome.TEMPORARY)] * len(unit)
        answer = read_failure(failure, len(unit))
        self._resting_until = time.monotonic() + rest_after(failure)
        self._complaint = answer.reply
        return [answer] * len(unit)
