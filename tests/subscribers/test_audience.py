"""The audience over time."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone, translation

from subscribers import consent
from subscribers.audience import audience
from subscribers.models import ConsentEvent
from tests.factories import an_author, an_editor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


def test_it_counts_who_joined_left_and_was_suppressed_month_by_month():
    stays, leaves, bounces = (
        consent.join_confirmed(f"{name}@example.org", source="essai") for name in ("a", "b", "c")
    )
    consent.leave(leaves.token, how="page")
    consent.bounce(bounces.pk, reply="550 5.1.1")
    long_ago = timezone.now() - timedelta(days=500)
    ConsentEvent.objects.filter(subscriber=stays).update(at=long_ago)
    found = audience()
    assert found["active"] == 1
    assert len(found["chart"].labels) == 12
    assert found["chart"].rows[-1][1] == [2, 1, 1]
    assert found["chart"].rows[0][1] == [0, 0, 0]


def test_its_months_begin_at_their_own_midnight_in_summer_and_in_winter():
    with translation.override("fr"):
        labels = audience()["chart"].labels
    assert len(set(labels)) == 12


def test_editors_see_it_and_authors_do_not(client):
    client.force_login(an_editor())
    assert "desk-audience" in client.get(reverse("admin:index")).content.decode()
    client.force_login(an_author())
    assert "desk-audience" not in client.get(reverse("admin:index")).content.decode()
