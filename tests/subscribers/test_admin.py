"""What the newsroom may do to its readers."""

import pytest
from django.urls import reverse

from authors.models import User
from subscribers import suppression
from subscribers.models import Subscriber, Suppression
from tests.factories import SubscriberFactory, an_author, an_editor

pytestmark = pytest.mark.django_db
LIST = reverse("admin:subscribers_subscriber_changelist")
ADD = reverse("admin:subscribers_subscriber_add")
NO_INLINES = {"consent_events-TOTAL_FORMS": "0", "consent_events-INITIAL_FORMS": "0"}


def change(reader):
    return reverse("admin:subscribers_subscriber_change", args=[reader.pk])


@pytest.fixture
def editor(client):
    editor = an_editor()
    client.force_login(editor)
    return editor


def test_an_editor_finds_readers_by_part_of_their_address(client, editor):
    SubscriberFactory(email="trouvee@example.org")
    SubscriberFactory(email="autre@example.org")
    page = client.get(LIST, {"q": "trouv"}).content.decode()
    assert "trouvee@example.org" in page
    assert "autre@example.org" not in page


def test_an_author_sees_no_reader(client):
    client.force_login(an_author())
    reader = SubscriberFactory()
    assert client.get(LIST).status_code == 403
    assert client.get(change(reader)).status_code == 403


def test_an_address_added_by_an_editor_waits_for_its_readers_word(client, editor):
    fields = {"email": "nouvelle@example.org", "name": "Zoé", "language": "fr", "state": "active"}
    assert client.post(ADD, fields).status_code == 302
    reader = Subscriber.objects.get()
    assert reader.state == Subscriber.State.PENDING
    assert reader.confirmation_asked_at
    event = reader.consent_events.get()
    assert (event.kind, event.by) == ("added", editor)


@pytest.mark.parametrize(
    "email", ["connue@exämple.fr", "CONNUE@xn--exmple-cua.fr", "jörg@exämple.fr", "x", ""]
)
def test_a_known_or_bad_address_is_refused_with_a_word(client, editor, email):
    SubscriberFactory(email="connue@exämple.fr")
    response = client.post(ADD, {"email": email, "name": "", "language": "fr"})
    assert response.status_code == 200
    assert response.context["errors"]
    assert Subscriber.objects.count() == 1


def test_a_suppressed_address_is_refused_with_a_word(client, editor):
    suppression.suppress("effacee@example.org", Suppression.Reason.ERASED)
    response = client.post(ADD, {"email": "Effacee@example.org", "name": "", "language": "fr"})
    assert "ne plus recevoir de courrier" in response.content.decode()
    assert not Subscriber.objects.exists()


def test_a_forged_form_changes_name_and_language_alone(client, editor):
    reader = SubscriberFactory(state=Subscriber.State.UNSUBSCRIBED)
    forged = {
        "state": "active",
        "email": "x@example.org",
        "address": "x@example.org",
        "token": "x",
        "left_at": "",
    }
    response = client.post(change(reader), {"name": "Zoé", "language": "en", **NO_INLINES, **forged})
    assert response.status_code == 302
    after = Subscriber.objects.get()
    assert (after.name, after.language) == ("Zoé", "en")
    assert (after.state, after.email, after.address, after.token) == (
        reader.state,
        reader.email,
        reader.address,
        reader.token,
    )


def test_the_evidence_is_shown_and_cannot_be_written(client, editor, desk):
    reader = desk.join()
    assert "asked to join" in client.get(change(reader), headers={"accept-language": "en"}).content.decode()
    event = reader.consent_events.first()
    forged = {
        "consent_events-TOTAL_FORMS": "1",
        "consent_events-INITIAL_FORMS": "1",
        "consent_events-0-id": str(event.pk),
        "consent_events-0-subscriber": str(reader.pk),
        "consent_events-0-kind": "left",
        "consent_events-0-DELETE": "on",
    }
    client.post(change(reader), {"name": "", "language": "fr", **forged})
    event.refresh_from_db()
    assert event.kind == "asked"


def test_an_editor_deletes_nobody_alone_or_in_bulk(client, editor):
    reader = SubscriberFactory()
    client.post(reverse("admin:subscribers_subscriber_delete", args=[reader.pk]), {"post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [reader.pk], "post": "yes"})
    assert Subscriber.objects.filter(pk=reader.pk).exists()


def test_an_administrator_may_delete(client):
    client.force_login(User.objects.create_superuser("admin"))
    reader = SubscriberFactory()
    client.post(reverse("admin:subscribers_subscriber_delete", args=[reader.pk]), {"post": "yes"})
    assert not Subscriber.objects.exists()
