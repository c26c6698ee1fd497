"""The page of a mailing: who may look, who may press, and what is found there."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mailings.models import Delivery, Destination, Mailing
from tests.factories import IssueFactory, UserFactory, an_author, an_editor

from .conftest import publish

pytestmark = pytest.mark.django_db

ENDPOINTS = {
    "pause": lambda mailing: (reverse("mailings:control", args=[mailing.pk, "pause"]), {}),
    "resume": lambda mailing: (reverse("mailings:control", args=[mailing.pk, "resume"]), {}),
    "cancel": lambda mailing: (reverse("mailings:control", args=[mailing.pk, "cancel"]), {}),
    "retry": lambda mailing: (reverse("mailings:retry", args=[mailing.pk]), {"state": "uncertain"}),
    "retry-one": lambda mailing: (
        reverse("mailings:retry-one", args=[mailing.pk, mailing.deliveries.uncertain().get().pk]),
        {"state": "uncertain"},
    ),
    "limit": lambda mailing: (reverse("mailings:limit", args=[mailing.pk]), {"per_minute": "60"}),
}


@pytest.fixture
def mixed(mailing):
    """One delivery in each state that people look at."""
    states = ["expired", "uncertain", "refused", "deferred", "skipped"]
    for delivery, state in zip(mailing.deliveries.order_by("pk"), states, strict=True):
        delivery.state, delivery.reply, delivery.attempts = state, f"4{len(state)}1 said of {state}", 3
        delivery.next_attempt_at = timezone.now() if state == "deferred" else None
        delivery.save()
    return mailing


@pytest.fixture
def desk(client):
    client.force_login(an_editor())
    return client


def page(client, mailing, **query):
    return client.get(reverse("admin:mailings_mailing_change", args=[mailing.pk]), query)


def facts(mailing):
    mailing.refresh_from_db()
    states = list(mailing.deliveries.order_by("pk").values_list("state", flat=True))
    return mailing.state, mailing.per_minute, states, mailing.journal.count()


def told(response):
    return [(message.level_tag, str(message)) for message in response.context["messages"]]


@pytest.mark.parametrize("name", ENDPOINTS)
def test_nothing_is_controlled_but_by_a_post_of_who_has_the_right(client, mixed, name):
    url, data = ENDPOINTS[name](mixed)
    before = facts(mixed)
    assert "/login/" in client.post(url, data)["Location"]
    for account in (UserFactory(is_staff=True), an_author()):
        client.force_login(account)
        assert client.post(url, data).status_code == 403
    client.force_login(an_editor())
    assert client.get(url, data).status_code == 405
    assert facts(mixed) == before


@pytest.mark.parametrize("name", [name for name in ENDPOINTS if name != "resume"])
def test_an_editor_does_each_of_them(desk, mixed, name):
    before = facts(mixed)
    url, data = ENDPOINTS[name](mixed)
    response = desk.post(url, data, follow=True)
    assert response.status_code == 200
    assert facts(mixed) != before
    assert mixed.journal.count() == 1


def test_a_post_without_its_token_changes_nothing(mixed):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(an_editor())
    before = facts(mixed)
    assert {strict.post(*ENDPOINTS[name](mixed)).status_code for name in ENDPOINTS} == {403}
    assert facts(mixed) == before


@pytest.mark.parametrize(
    "forged", ["", "sent", "planned", "refused", "uncertain' OR 1=1", "x" * 10_000, "\x00"]
)
def test_a_forged_state_is_sent_to_nobody(desk, mixed, forged):
    before = facts(mixed)
    response = desk.post(reverse("mailings:retry", args=[mixed.pk]), {"state": forged}, follow=True)
    assert [level for level, _text in told(response)] == ["error"]
    assert facts(mixed) == before


def test_a_delivery_of_another_mailing_is_not_sent_to_again(desk, mixed):
    other = publish(IssueFactory()).deliveries.first()
    Delivery.objects.filter(pk=other.pk).update(state="uncertain")
    for forged in (other.pk, 10**30):
        url = reverse("mailings:retry-one", args=[mixed.pk, forged])
        response = desk.post(url, {"state": "uncertain"}, follow=True)
        assert [level for level, _text in told(response)] == ["error"]
    other.refresh_from_db()
    assert other.state == "uncertain"


@pytest.mark.parametrize("nonsense", ["-5", "douze", "", "99999999999999999999", "1.5", "\x00"])
def test_a_pace_that_is_none_is_told(desk, mailing, nonsense):
    response = desk.post(reverse("mailings:limit", args=[mailing.pk]), {"per_minute": nonsense}, follow=True)
    assert told(response) == [("error", "Une limite est un nombre entier de 0 (aucune) à 1\xa0000\xa0000.")]
    assert Mailing.objects.get().per_minute == 0


def test_sending_again_says_to_how_many(desk, mixed):
    response = desk.post(*ENDPOINTS["retry"](mixed), follow=True)
    assert told(response) == [("success", "Renvoi à 1 destinataire.")]


def test_a_missing_mailing_is_not_found(desk):
    for url in (reverse("mailings:limit", args=[999]), reverse("mailings:retry", args=[999])):
        assert desk.post(url).status_code == 404


@pytest.mark.parametrize("state", ["expired", "uncertain", "refused", "deferred", "skipped"])
def test_those_of_each_state_are_listed_with_the_words_of_the_server(desk, mixed, state):
    response = page(desk, mixed, state=state)
    (listed,) = response.context["to_look_at"]
    assert listed.state == state
    text = response.content.decode()
    assert listed.address in text
    assert listed.reply in text


def test_the_gravest_are_listed_first(desk, mixed):
    assert page(desk, mixed).context["listing"].state == "expired"
    mixed.deliveries.filter(state="expired").update(state="skipped")
    assert page(desk, mixed, state="forged").context["listing"].state == "uncertain"


@pytest.mark.parametrize("state", ["refused", "deferred", "skipped"])
def test_only_the_given_up_and_the_uncertain_have_a_button_to_send_again(desk, mixed, state):
    again = reverse("mailings:retry", args=[mixed.pk])
    assert again in page(desk, mixed, state="uncertain").content.decode()
    assert again not in page(desk, mixed, state=state).content.decode()


def test_all_of_a_state_are_listed_page_by_page(desk, mailing, monkeypatch):
    monkeypatch.setattr("mailings.recipients.LISTED", 2)
    mailing.deliveries.update(state="refused", reply="550 5.1.1 no such user")
    named = [
        delivery.address
        for number in (1, 2, 3)
        for delivery in page(desk, mailing, page=number).context["to_look_at"]
    ]
    assert named == list(mailing.deliveries.order_by("pk").values_list("address", flat=True))
    assert page(desk, mailing, page="last").status_code == 200


@pytest.mark.parametrize("state", Delivery.State.values)
def test_an_address_is_found_whatever_became_of_it(desk, mailing, state):
    one = mailing.deliveries.order_by("pk")[2]
    one.state, one.reply, one.attempts = state, "250 2.0.0 queued as 4bX2", 2
    one.next_attempt_at = timezone.now() if state == "deferred" else None
    one.save()
    response = page(desk, mailing, address=f" {one.address.upper()} ")
    assert response.context["search"]["deliveries"] == [one]
    text = response.content.decode()
    assert one.get_state_display() in text
    assert "250 2.0.0 queued as 4bX2" in text


def test_an_address_that_is_no_recipient_is_told(desk, mailing):
    assert (
        "noe@example.org n’était pas parmi" in page(desk, mailing, address="noe@example.org").content.decode()
    )


@pytest.mark.parametrize(
    "nonsense", ["zoe", "%", "a@b\r\nBcc: c@d.e", "<script>alert(1)</script>", "x" * 5000]
)
def test_what_is_no_address_is_told_and_escaped(desk, mailing, nonsense):
    response = page(desk, mailing, address=nonsense)
    assert response.context["search"]["errors"]
    assert "<script>alert" not in response.content.decode()


def test_the_words_of_a_server_are_escaped(desk, mixed):
    mixed.deliveries.filter(state="expired").update(reply="550 <script>alert(1)</script>")
    Mailing.objects.update(state="paused", reason="550 <img src=x onerror=alert(1)>")
    text = page(desk, mixed).content.decode()
    assert "550 &lt;script&gt;" in text
    assert "550 &lt;img" in text
    assert "550 <" not in text


def test_who_may_only_look_finds_no_button(client, mixed):
    reader = UserFactory(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_mailing"))
    client.force_login(reader)
    response = page(client, mixed, state="uncertain")
    assert response.status_code == 200
    assert all(ENDPOINTS[name](mixed)[0] not in response.content.decode() for name in ENDPOINTS)


def test_authors_find_no_page(client, mixed):
    client.force_login(an_author())
    assert page(client, mixed, address=mixed.deliveries.first().address).status_code == 403


def test_the_page_says_what_holds_it_up(desk, mailing, settings):
    settings.VEILLE_DESTINATIONS = '[{"domains": ["orange.fr"], "connections": 2, "per_minute": 600}]'
    Destination.objects.create(
        name="orange.fr", closed_until=timezone.now() + timedelta(hours=4), reply="421 OFR004_104"
    )
    mailing.batches.update(state="shelved")
    Mailing.objects.update(per_minute=77)
    text = page(desk, mailing).content.decode()
    for said in ("421 OFR004_104", "1 lot a arrêté son ouvrier", 'value="77"', "2 connexions à la fois"):
        assert said in text


def test_the_page_says_who_paused_it(desk, mailing):
    desk.post(*ENDPOINTS["pause"](mailing))
    who = mailing.journal.get().actor.username
    text = page(desk, mailing).content.decode()
    assert f"({who})" in text
    assert f"<b>mis en pause</b>, {who}" in text


def test_the_figures_come_in_the_language_of_who_looks(desk, mixed):
    url = reverse("mailings:progress", args=[mixed.pk])
    assert desk.get(url).json()["words"]["state"] == "en cours"
    assert desk.get(url, headers={"accept-language": "en"}).json()["words"]["state"] == "sending"


def test_a_page_takes_as_many_queries_for_many_as_for_few(desk, mailing, django_assert_num_queries):
    mailing.deliveries.filter(pk__gt=mailing.deliveries.first().pk).update(state="sent")
    mailing.deliveries.planned().update(state="refused")
    mailing.journal.create(action="pause", origin="desk", actor=UserFactory())
    with CaptureQueriesContext(connection) as few:
        page(desk, mailing)
    mailing.deliveries.update(state="refused")
    for number in range(2, 20):
        mailing.batches.create(number=number, state="done")
        mailing.journal.create(action="pause", origin="desk", actor=UserFactory())
    with django_assert_num_queries(len(few)):
        page(desk, mailing)
