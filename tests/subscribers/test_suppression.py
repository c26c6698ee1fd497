"""A "no" that outlives the erasure of who said it."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from subscribers import consent, suppression
from subscribers.models import Subscriber, Suppression
from tests.factories import an_editor

pytestmark = pytest.mark.django_db
Reason = Suppression.Reason


@given(st.text("abcXYZ09", min_size=1, max_size=20), st.sampled_from(["exämple.fr", "EXÄMPLE.FR", "a.org"]))
@limits(max_examples=30)
def test_an_address_is_suppressed_in_whatever_spelling(local, domain):
    suppression.suppress(f"{local}@{domain}", Reason.ERASED)
    assert suppression.is_suppressed(f"{local.swapcase()}@{domain.upper()}")
    assert not suppression.is_suppressed(f"{local}.autre@{domain}")


def test_no_address_can_be_read_from_what_is_kept(settings):
    suppression.suppress("lectrice@example.org", Reason.ERASED)
    kept = Suppression.objects.get()
    assert "lectrice" not in kept.key
    assert len(kept.key) == 64
    settings.VEILLE_SUPPRESSION_KEY = "another key"
    assert not suppression.is_suppressed("lectrice@example.org")


def test_the_key_does_not_change_with_the_other_secret(settings):
    suppression.suppress("lectrice@example.org", Reason.ERASED)
    settings.SECRET_KEY = "another secret"
    assert suppression.is_suppressed("lectrice@example.org")


def test_suppressing_twice_keeps_the_first_reason():
    suppression.suppress("lectrice@example.org", Reason.COMPLAINED)
    suppression.suppress("Lectrice@example.org", Reason.ERASED)
    assert Suppression.objects.get().reason == Reason.COMPLAINED


def test_many_are_looked_up_at_once(django_assert_num_queries):
    suppression.suppress("b@example.org", Reason.ERASED)
    with django_assert_num_queries(1):
        found = suppression.suppressed_among(["a@example.org", "b@example.org"])
    assert found == {"b@example.org"}


def test_neither_an_editor_nor_a_file_brings_a_suppressed_address_back():
    suppression.suppress("lectrice@example.org", Reason.ERASED)
    with pytest.raises(ValidationError):
        consent.add_by_newsroom("Lectrice@example.org", name="", language="fr", by=an_editor())
    with pytest.raises(ValidationError):
        consent.join_confirmed("Lectrice@example.org", source="a file")
    assert not Subscriber.objects.exists()


def test_who_asks_by_herself_and_confirms_is_welcome_again(desk):
    suppression.suppress(desk.email, Reason.ERASED)
    desk.ask()
    desk.deliver()
    assert suppression.is_suppressed(desk.email)
    assert consent.confirm(desk.link()) is consent.Outcome.CONFIRMED
    assert not suppression.is_suppressed(desk.email)


def test_a_request_that_somebody_else_made_lifts_nothing(desk):
    suppression.suppress(desk.email, Reason.ERASED)
    desk.ask()
    with pytest.raises(ValidationError):
        consent.join_confirmed(desk.email, source="a file")
    assert Subscriber.objects.get().state == Subscriber.State.PENDING
