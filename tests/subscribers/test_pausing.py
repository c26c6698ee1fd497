"""A month without mails, and plain text alone: chosen by the link of a mail."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from subscribers import consent, own_data
from subscribers.models import Subscriber
from tests.factories import SubscriberFactory, an_editor

pytestmark = pytest.mark.django_db
WRONG = ["x" * 32, "x"]


@pytest.fixture
def reader():
    return SubscriberFactory(state="active")


def page(name, token):
    return reverse(f"subscribers:{name}", args=["TOKEN"]).replace("TOKEN", token)


def press(token, button, name="unsubscribe"):
    """Press a button in a browser without cookies."""
    return Client(enforce_csrf_checks=True).post(page(name, token), {"do": button})


def kinds(reader):
    return list(reader.consent_events.values_list("kind", flat=True))


def receives(reader):
    return Subscriber.objects.receiving().filter(pk=reader.pk).exists()


def test_a_pause_ends_by_itself_after_thirty_days(reader):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        assert press(reader.token, "pause").status_code == 200
    reader.refresh_from_db()
    assert (reader.state, reader.paused_until) == ("active", now + timedelta(days=30))
    assert kinds(reader) == ["paused"]
    assert not receives(reader)
    Subscriber.objects.filter(pk=reader.pk).update(paused_until=timezone.now() - timedelta(seconds=1))
    assert receives(reader)


def test_a_button_of_the_preferences_ends_it_and_is_gone_then(reader):
    press(reader.token, "pause")
    assert 'value="resume"' in Client().get(page("preferences", reader.token)).content.decode()
    for _time in range(2):
        assert press(reader.token, "resume", "preferences").status_code == 302
    assert receives(reader)
    assert kinds(reader) == ["paused", "resumed"]
    assert 'value="resume"' not in Client().get(page("preferences", reader.token)).content.decode()


def test_who_leaves_in_a_pause_has_left_and_who_comes_back_is_in_none(desk):
    reader = desk.join()
    press(reader.token, "pause")
    press(reader.token, "leave")
    reader.refresh_from_db()
    assert (reader.state, reader.paused_until) == ("unsubscribed", None)
    press(reader.token, "pause")
    reader.refresh_from_db()
    assert (reader.state, reader.paused_until) == ("unsubscribed", None)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        assert desk.join().paused_until is None


@pytest.mark.parametrize("do", [{}, {"do": "leave"}, {"do": "anything"}, {"do": ["pause", "leave"]}])
def test_the_page_for_leaving_leaves_unless_something_else_was_chosen(reader, do):
    Client().post(page("unsubscribe", reader.token), do)
    reader.refresh_from_db()
    assert reader.state == "unsubscribed"


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("button", ["pause", "text", "leave"])
def test_a_wrong_link_is_answered_like_a_right_one(reader, wrong, button):
    with time_machine.travel(timezone.now(), tick=False):
        right, other = press(reader.token, button), press(wrong, button)
    own = page("preferences", reader.token)
    answer = other.content.decode().replace(page("preferences", wrong), own)
    assert (other.status_code, answer) == (right.status_code, right.content.decode())


def test_plain_text_is_chosen_by_one_button_and_taken_back_in_the_preferences(reader):
    press(reader.token, "text")
    reader.refresh_from_db()
    assert (reader.format, reader.state) == ("text", "active")
    posted = {"name": "", "language": "fr", "format": "html"}
    assert Client().post(page("preferences", reader.token), posted).status_code == 200
    reader.refresh_from_db()
    assert reader.format == "html"
    assert Client().post(page("preferences", reader.token), posted | {"format": "pdf"}).status_code == 422


def test_one_click_leaves_whatever_else_could_be_chosen(reader):
    press(reader.token, "pause", "one_click")
    reader.refresh_from_db()
    assert reader.state == "unsubscribed"


def test_the_readers_own_file_tells_both(reader):
    consent.pause(reader.token, how="page")
    consent.choose_text(reader.token)
    reader.refresh_from_db()
    told = own_data.export(reader)
    assert (told["format"], told["paused_until"]) == ("text", reader.paused_until)
    assert told["consent"][0]["what"] == "paused"


def test_a_pause_that_is_over_is_not_ended_again_and_goes_with_who_bounces_or_complains(reader):
    consent.pause(reader.token, how="page")
    Subscriber.objects.filter(pk=reader.pk).update(paused_until=timezone.now() - timedelta(days=1))
    consent.resume(reader.token, how="page")
    assert kinds(reader) == ["paused"]
    consent.pause(reader.token, how="page")
    consent.complain(reader.pk, how="complaint")
    reader.refresh_from_db()
    assert (reader.state, reader.paused_until) == ("complained", None)
    consent.resume(reader.token, how="page")
    assert kinds(reader) == ["paused", "paused", "left"]


@pytest.mark.parametrize("button", ["pause", "text"])
def test_who_has_left_is_told_so_and_promised_nothing(reader, button):
    consent.leave(reader.token, how="page")
    page = press(reader.token, button).content.decode()
    assert "désabonné" in page
    assert "d’elle-même" not in page


def test_pausing_again_within_the_day_tells_the_day_that_holds(reader):
    with time_machine.travel(timezone.now() - timedelta(hours=20), tick=False):
        until = consent.pause(reader.token, how="page")
    assert consent.pause(reader.token, how="page") == until


def test_the_newsroom_sees_who_pauses(client, reader):
    client.force_login(an_editor())
    consent.pause(reader.token, how="page")
    other = SubscriberFactory(state="active")
    url = reverse("admin:subscribers_subscriber_changelist")
    paused = client.get(url, {"pause": "yes"}).content.decode()
    assert reader.email in paused
    assert "en pause" in paused
    assert other.email not in paused
    assert reader.email not in client.get(url, {"pause": "no"}).content.decode()
