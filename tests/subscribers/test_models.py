"""What must never be false is refused by the database itself."""

import pytest
from django.db import IntegrityError, transaction

from subscribers.models import Subscriber
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db


def refused(action):
    with pytest.raises(IntegrityError), transaction.atomic():
        action()


def test_an_address_is_there_once_whatever_its_case():
    SubscriberFactory(email="lectrice@example.org")
    refused(lambda: SubscriberFactory(email="LectricE@Example.ORG"))


def test_an_address_is_there_once_whatever_the_spelling_of_its_domain():
    SubscriberFactory(email="lectrice@exämple.fr")
    refused(lambda: SubscriberFactory(email="lectrice@xn--exmple-cua.fr"))


def test_an_address_is_kept_as_it_was_typed():
    assert SubscriberFactory(email="Lectrice@Exämple.fr").email == "Lectrice@Exämple.fr"


def test_nobody_is_active_without_having_confirmed():
    refused(lambda: SubscriberFactory(confirmed_at=None))


def test_nobody_is_in_an_unknown_state():
    reader = SubscriberFactory()
    refused(lambda: Subscriber.objects.filter(pk=reader.pk).update(state="lost"))


def test_two_readers_never_share_a_token():
    refused(lambda: SubscriberFactory(token=SubscriberFactory().token))


@pytest.mark.parametrize("token", ["", "x", "\x00" * 20, "é" * 20, "x" * 10_000, "x" * 32])
def test_a_wrong_token_finds_nobody(token):
    SubscriberFactory()
    assert not Subscriber.objects.with_token(token).exists()
