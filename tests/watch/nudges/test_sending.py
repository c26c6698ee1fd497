"""The message of the day: one at the most, with all that is open, and none lost."""

import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.urls import reverse

from authors.models import User
from issues.tasks import send_reminders
from tests.factories import SectionFactory, an_editor
from tests.watch.nudges.conftest import DEADLINE, a_subject, run
from watch.models import ChatWebhook, Nudge, Proposal, Turn
from watch.nudges import chat, sending, views

HOOK = "https://hooks.example/services/secret"


@dataclass
class Said:
    http_status: int | None = 200
    reason: str = ""


class Chat:
    """A chat's server as the test has it."""

    def __init__(self, said=None):
        self.said, self.posted = said or Said(), []

    def fetch(self, url, *, body, **options):
        assert options["method"] == "POST"
        assert options["headers"] == {"Content-Type": "application/json"}
        self.posted.append((url, json.loads(body)["text"]))
        return self.said


def test_an_author_hears_before_her_subject_is_free_again_and_once(issue, author):
    a_subject(issue, author, days=12, due=DEADLINE - timedelta(days=5))
    assert run(7.2) == {}
    found = run(7)
    assert list(found) == [author.email]
    assert "La sobriété" in found[author.email]
    assert reverse("watch:board") in found[author.email]
    assert run(6) == {}


def test_all_that_is_open_comes_together_when_something_is_new(issue, author):
    a_subject(issue, author, days=12, title="Le DNS", state="proposed")
    SectionFactory(issue=issue, authors=[author.author], title="Le brouillon", body="")
    assert "Le brouillon" not in run(9)[author.email]
    text = run(5)[author.email]
    assert "Le DNS" in text
    assert "Le brouillon" in text


def test_a_day_brings_one_message_whatever_becomes_new(issue, author):
    a_subject(issue, author, days=12, title="Le DNS", state="proposed")
    assert len(run(9)) == 1
    a_subject(issue, author, days=12, title="La panne", state="proposed")
    with time_machine.travel(DEADLINE - timedelta(days=9)):
        Nudge.objects.update(sent_at=DEADLINE - timedelta(days=20))
    assert run(9, hours=3) == {}
    assert "La panne" in run(8)[author.email]


def test_the_editor_on_duty_hears_what_is_late_and_the_others_do_not(issue, rubric, editor):
    other = an_editor()
    Turn.objects.create(issue=issue, editor=editor)
    assert run(10.1) == {}
    found = run(10)
    assert list(found) == [editor.email]
    assert "Outils" in found[editor.email]
    Turn.objects.all().delete()
    assert list(run(9)) == [other.email]


def test_proposals_from_outside_reach_the_editors(issue, editor):
    with time_machine.travel(DEADLINE - timedelta(days=15)):
        Proposal.objects.create(title="Une idée d’ailleurs", links="https://exemple.example/")
    assert "Une idée d’ailleurs" in run(14)[editor.email]
    assert run(13) == {}


def test_nobody_is_called_at_night(issue, rubric, editor):
    assert run(10, hours=-24 + 11) == {}
    assert run(9, hours=10) == {}
    assert list(run(8)) == [editor.email]


def test_who_is_reminded_today_gets_no_second_message(issue, author, editor):
    section = SectionFactory(issue=issue, authors=[author.author], title="Le brouillon")
    a_subject(issue, author, days=4.9, title="Le DNS", state="proposed")
    assert run(3, hours=1) == {}
    with time_machine.travel(DEADLINE - timedelta(days=3, hours=-1)):
        send_reminders()
    assert [message.to for message in mail.outbox] == [[author.email]]
    assert run(3, hours=2) == {}
    assert section.title in run(2)[author.email]


def test_who_wants_no_mails_gets_none_and_who_left_neither(issue, author, editor):
    a_subject(issue, author, days=12, state="proposed")
    for fields in ({"mailed_news": False}, {"mailed_news": True, "is_active": False}):
        User.objects.filter(pk=author.pk).update(**fields)
        assert run(9) == {}
    assert not Nudge.objects.exists()


def test_a_mail_that_the_server_puts_off_is_sent_again(issue, author, settings):
    a_subject(issue, author, days=12, state="proposed")
    working = settings.MAILERS
    settings.MAILERS = {"default": {"BACKEND": "tests.watch.nudges.test_sending.Busy"}}
    assert run(9) == {}
    assert not Nudge.objects.exists()
    settings.MAILERS = working
    assert list(run(9, hours=1)) == [author.email]


def test_a_worker_that_dies_in_mid_send_leaves_nobody_with_two(issue, author, monkeypatch):
    a_subject(issue, author, days=12, state="proposed")

    def dies(*args, **kwargs):
        raise SystemExit

    monkeypatch.setattr(sending.post, "write_to", dies)
    with time_machine.travel(DEADLINE - timedelta(days=9)), pytest.raises(SystemExit):
        sending.send_due()
    monkeypatch.undo()
    assert run(9, hours=1) == {}


def test_two_workers_send_one(issue, author, monkeypatch):
    a_subject(issue, author, days=12, state="proposed")
    real = sending.post.write_to

    def slow(*args, **kwargs):
        monkeypatch.setattr(sending.post, "write_to", real)
        sending.send_due()
        return real(*args, **kwargs)

    monkeypatch.setattr(sending.post, "write_to", slow)
    assert len(run(9)) == 1


class Busy:
    """A mail server that says: later."""

    def __init__(self, *args, **kwargs):
        self.alias = kwargs.get("alias")

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None

    def send_messages(self, messages):
        import smtplib

        raise smtplib.SMTPDataError(451, b"later")


def by_chat(client, days):
    before = len(mail.outbox)
    with time_machine.travel(DEADLINE - timedelta(days=days), tick=False):
        sending.send_due(client)
        sending.send_due(client)
    return [message.to[0] for message in mail.outbox[before:]]


def test_a_chat_takes_the_place_of_the_mail(issue, author):
    a_subject(issue, author, days=12, state="proposed", title="Le <DNS> & co")
    ChatWebhook.objects.create(person=author, url=HOOK)
    chat_server = Chat()
    assert by_chat(chat_server, 9) == []
    [(url, text)] = chat_server.posted
    assert url == HOOK
    assert "Le &lt;DNS&gt; &amp; co" in text


@pytest.mark.parametrize("said", [Said(404), Said(None, "timeout"), Said(302)])
def test_where_the_chat_fails_a_mail_goes_and_the_person_sees_why(issue, author, said):
    a_subject(issue, author, days=12, state="proposed")
    ChatWebhook.objects.create(person=author, url=HOOK)
    assert by_chat(Chat(said), 9) == [author.email]
    assert ChatWebhook.objects.get().last_error
    by_chat(Chat(), 8)
    assert Nudge.objects.count() == 1


def test_who_wants_no_mails_and_has_a_chat_gets_it_there_alone(issue, author):
    a_subject(issue, author, days=12, state="proposed")
    ChatWebhook.objects.create(person=author, url=HOOK)
    User.objects.filter(pk=author.pk).update(mailed_news=False)
    broken, working = Chat(Said(500)), Chat()
    assert by_chat(broken, 9) == []
    assert by_chat(working, 9) == []
    assert len(working.posted) == 1


def test_many_people_cost_few_queries_to_look_at(issue, rubric, author, django_assert_max_num_queries):
    from django.test.utils import CaptureQueriesContext

    from watch.nudges.saying import to_everybody

    def look():
        with CaptureQueriesContext(connection) as found:
            to_everybody(DEADLINE - timedelta(days=1))
        return len(found)

    a_subject(issue, author, days=12, state="proposed")
    SectionFactory(issue=issue, authors=[author.author])
    before = look()
    for n in range(5):
        a_subject(issue, author, days=12, state="proposed", title=f"{n}")
        SectionFactory(issue=issue, authors=[author.author])
    assert look() == before


@pytest.fixture
def server(monkeypatch):
    """What the page posts to."""
    made = Chat()
    monkeypatch.setattr(views, "Client", lambda **options: made)
    return made


def test_a_person_gives_her_chat_which_is_tried_at_once(client, author, server):
    client.force_login(author)
    url = reverse("watch:my-nudges")
    client.post(url, {"url": f" {HOOK} "})
    assert ChatWebhook.objects.get().person == author
    assert len(server.posted) == 1
    page = client.get(url).content.decode()
    assert "hooks.example" in page
    assert "secret" not in page
    client.post(url, {"action": "forget"})
    assert not ChatWebhook.objects.exists()


@pytest.mark.parametrize(
    "typed", ["", "http://hooks.example/x", "hooks", "https://a b/", "https://h/" + "x" * 3000]
)
def test_what_is_no_address_is_said_and_stays_in_the_field(client, author, server, typed):
    client.force_login(author)
    response = client.post(reverse("watch:my-nudges"), {"url": typed})
    assert response.status_code == 422
    assert (typed in response.content.decode(), server.posted) == (True, [])


def test_an_address_that_does_not_take_the_test_is_not_kept(client, author, server):
    server.said = Said(404)
    client.force_login(author)
    response = client.post(reverse("watch:my-nudges"), {"url": HOOK})
    assert "HTTP 404" in response.content.decode()
    assert not ChatWebhook.objects.exists()


@pytest.mark.django_db
def test_no_message_leads_into_the_house():
    assert chat.post("https://127.0.0.1/hook", "bonjour") == "l’adresse est dans un réseau privé"
