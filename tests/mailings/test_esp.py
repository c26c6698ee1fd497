"""Mail through the API of a provider: real payloads of django-anymail over real HTTP, counted there."""

import re
from collections import Counter
from contextlib import closing
from dataclasses import replace

import pytest

from mailings import control
from mailings.letters import open_batch
from mailings.models import Delivery, Mailing
from mailings.send import send_batch
from mailings.transports import hand_over, kept_transport
from mailings.transports.esp import EspTransport
from mailings.transports.providers import provider_of
from subscribers.models import Subscriber
from tests.esp import Brevo, Mailgun, Mailjet, Postmark, an_esp
from tests.factories import an_editor
from tests.mailings.conftest import a_mailing_to, send

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "calls"), [(Mailgun, 3), (Mailjet, 5), (Postmark, 250), (Brevo, 250)])
def test_a_call_holds_as_many_letters_as_the_provider_takes(through, kind, calls):
    with an_esp(kind) as esp:
        through(esp)
        mailing = a_mailing_to(250)
        assert send(mailing)["sent"] == 250
    assert len(esp.calls) == calls
    assert Counter(esp.recipients) == Counter(Subscriber.objects.values_list("email", flat=True))


def test_each_reader_gets_their_own_greeting_links_and_header_and_nobody_elses(any_esp):
    mailing = a_mailing_to(120)
    send(mailing)
    assert len(any_esp.mailed) == 120
    tokens = dict(Subscriber.objects.values_list("email", "token"))
    numbers = {address: str(pk) for pk, address in mailing.deliveries.values_list("pk", "address")}
    for mail in any_esp.mailed:
        number = re.search(r"\d+", mail.recipient)[0]
        own = tokens[mail.recipient]
        header = mail.headers["List-Unsubscribe"]
        assert header.startswith(f"<https://veille.example/desabonnement/{own}/un-clic>, <mailto:")
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail.headers["Precedence"] == "bulk"
        assert f"Bonjour Zoé & Noé {number}," in mail.text
        assert f"Bonjour Zoé &amp; Noé {number}," in mail.html
        assert mail.delivery == numbers[mail.recipient]
        assert mail.subject == mailing.subject
        for part in (mail.text, mail.html, header):
            assert set(re.findall(r"/(?:desabonnement|preferences)/([\w-]+)", part)) == {own}


@pytest.mark.parametrize("kind", [Mailgun, Mailjet])
def test_what_is_merged_reads_as_what_is_sent_alone(through, kind):
    letters = open_batch(a_mailing_to(3).batches.get()).letters
    with an_esp(kind) as together, an_esp(kind) as alone:
        through(together)
        hand_over(kept_transport(), letters)
        through(alone)
        for letter in letters:
            hand_over(kept_transport(), [letter])
    assert (len(together.calls), len(alone.calls)) == (1, 3)
    merged, single = ([(m.recipient, m.subject, m.text, m.html) for m in e.mailed] for e in (together, alone))
    assert merged == single
    assert len(merged) == 3


def test_nothing_is_tracked(mailgun):
    send(a_mailing_to(2))
    (call,) = mailgun.calls
    assert (call["o:tracking-opens"], call["o:tracking-clicks"]) == (["no"], ["no"])


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Mailgun, "%recipient.text_greeting%"),
        (Mailgun, "%unsubscribe_url%"),
        (Mailjet, "[[var:text_greeting]]"),
    ],
)
def test_a_text_that_names_a_placeholder_goes_letter_by_letter_as_it_is(through, kind, words):
    with an_esp(kind) as esp:
        through(esp)
        send(a_mailing_to(3, introduction=f"On écrit `{words}`."))
    assert len(esp.calls) == len(esp.mailed) == 3
    assert all(words in mail.text and words in mail.html for mail in esp.mailed)


def test_a_reader_whose_name_or_address_names_a_placeholder_gets_a_call_of_their_own(mailgun):
    mailing = a_mailing_to(6)
    Subscriber.objects.filter(email="lectrice2@example.org").update(name="%recipient.html_greeting%")
    odd = "lectrice%recipient%@example.org"
    Delivery.objects.filter(address="lectrice4@example.org").update(address=odd)
    Subscriber.objects.filter(email="lectrice4@example.org").update(email=odd, address=odd)
    send(mailing)
    assert [len(call["to"]) for call in mailgun.calls] == [2, 1, 1, 1, 1]
    assert "Bonjour %recipient.html_greeting%," in mailgun.mailed[2].html


def test_two_addresses_alike_never_share_a_call(mailgun):
    one, two = open_batch(a_mailing_to(2).batches.get()).letters
    assert kept_transport().fits([one, two]) == 2
    two.recipient = replace(two.recipient, email=one.recipient.email.upper())
    assert kept_transport().fits([one, two]) == 1


def test_who_left_after_publication_is_not_in_the_call(mailgun):
    mailing = a_mailing_to(5)
    Subscriber.objects.filter(email="lectrice3@example.org").update(state="unsubscribed")
    counts = send(mailing)
    (call,) = mailgun.calls
    assert "lectrice3@example.org" not in str(call)
    assert (counts["sent"], counts["skipped"]) == (4, 1)


def test_a_pause_is_obeyed_before_the_next_call(mailgun):
    mailing, editor = a_mailing_to(250), an_editor()

    class Paused(EspTransport):
        def answers(self):
            control.pause(Mailing.objects.get(pk=mailing.pk), by=editor)
            return super().answers()

    with closing(Paused(provider_of(mailgun.backend))) as way_out:
        send_batch(mailing.batches.get().pk, transport=way_out)
    assert len(mailgun.calls) == 1
    assert mailing.counts()["sent"] == 100


def test_a_limit_of_messages_is_held_by_smaller_calls(mailgun):
    mailing = a_mailing_to(30)
    Mailing.objects.update(per_minute=600)
    assert send(mailing)["sent"] == 30
    assert max(len(call["to"]) for call in mailgun.calls) <= 10


def test_the_providers_number_of_the_message_is_kept(any_esp):
    mailing = a_mailing_to(2)
    send(mailing)
    (number,) = set(mailing.deliveries.values_list("reply", flat=True))
    assert number in {"<1@brevo.example>", "<1@mailgun.example>", "7", "pm-1"}
