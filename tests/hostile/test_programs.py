"""What programs send us: JSON and mails that no program should."""

from types import SimpleNamespace

import pytest

from mailings.bounces import mailbox
from mailings.models import Bounce
from subscribers.models import Subscriber
from tests.factories import SubscriberFactory
from tests.hostile import corpus
from tests.mailings.bounces.test_webhook import KEY, PROVIDERS, SECRET, tell

pytestmark = pytest.mark.django_db

BODIES = corpus.json_bodies()
LETTERS = corpus.letters(b"From: MAILER-DAEMON@a.example\nTo: bounces@veille.example\n")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_body_of_a_webhook_is_a_fault_or_has_an_effect(settings, provider):
    settings.MAILERS = {"default": {"BACKEND": f"anymail.backends.{provider}.EmailBackend"}}
    settings.VEILLE_WEBHOOK_SECRET = SECRET
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    SubscriberFactory()
    for body in BODIES.values():
        assert tell(body).status_code in (200, 400, 403)
    assert not Bounce.objects.exists()
    assert Subscriber.objects.get().state == "active"


@pytest.mark.parametrize("letter", LETTERS)
def test_a_mail_without_sense_is_marked_and_stays(settings, monkeypatch, letter):
    settings.VEILLE_BOUNCE_ADDRESS = "bounces@veille.example"
    SubscriberFactory()
    marked = []
    monkeypatch.setattr(mailbox, "read", lambda box, uid: LETTERS[letter])
    # It can mark, and not delete.
    mailbox._deal_with(SimpleNamespace(flag=lambda *what: marked.append(what)), "1")
    assert len(marked) == 1
    assert not Bounce.objects.exists()
    assert Subscriber.objects.get().state == "active"
