"""What the tests of readers share."""

import re
from dataclasses import dataclass, field

import pytest
from django.core import mail

from subscribers import confirmation, consent
from subscribers.models import ConsentEvent, Subscriber


@dataclass
class Desk:
    """Asks and reads mail, as a reader at the screen does."""

    email: str = "lectrice@example.org"
    wishes: dict = field(default_factory=lambda: {"name": "", "language": "fr", "page": "/", "ip": None})

    def ask(self, email=None, **wishes):
        consent.ask_to_join(email or self.email, **(self.wishes | wishes))
        return Subscriber.objects.get(email__iexact=email or self.email)

    def deliver(self):
        """Run the scheduler's task once; give the mails it sent."""
        before = len(mail.outbox)
        confirmation.send_waiting()
        return mail.outbox[before:]

    def link(self):
        """The signed part of the confirmation link in the latest mail."""
        return re.search(r"/inscription/confirmer/([^/\s]+)/", mail.outbox[-1].body)[1]

    def join(self, email=None):
        """The whole way in."""
        self.ask(email)
        self.deliver()
        assert consent.confirm(self.link()) is consent.Outcome.CONFIRMED
        return Subscriber.objects.get(email=email or self.email)


@pytest.fixture
def desk(settings):
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    return Desk()


@pytest.fixture
def rows():
    """Everything the app knows, to compare before and after."""
    return lambda: (
        list(Subscriber.objects.order_by("pk").values()),
        list(ConsentEvent.objects.order_by("pk").values()),
    )
