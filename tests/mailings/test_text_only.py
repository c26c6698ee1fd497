"""Readers who want plain text alone get it: the same words and headers, and no HTML."""

from email import message_from_bytes
from email.policy import default

import pytest

from mailings.frozen import Frozen
from mailings.letters import open_batch
from mailings.models import Mailing
from mailings.transports import kept_transport
from subscribers.models import Subscriber
from tests.esp import Mailgun, an_esp
from tests.factories import IssueFactory
from tests.mailings.conftest import a_mailing_to, publish, send

pytestmark = pytest.mark.django_db


def choose_text(*numbers):
    Subscriber.objects.filter(email__in=[f"lectrice{n}@example.org" for n in numbers]).update(format="text")


def letters_of(mailing):
    return {letter.recipient.email: letter for letter in open_batch(mailing.batches.get()).letters}


@pytest.mark.parametrize("eight_bit", [True, False])
def test_the_text_is_the_same_and_so_are_the_headers(eight_bit):
    mailing = a_mailing_to(2)
    choose_text(1)
    both, plain = (
        message_from_bytes(letter.on_the_wire(eight_bit=eight_bit), policy=default)
        for letter in letters_of(mailing).values()
    )
    assert both.get_content_type() == "multipart/alternative"
    assert plain.get_content_type() == "text/plain"
    text = both.get_body(["plain"]).get_content()
    tokens = dict(Subscriber.objects.values_list("email", "token"))
    own = text.replace(tokens["lectrice0@example.org"], tokens["lectrice1@example.org"])
    assert plain.get_content().strip() == own.replace("Zoé & Noé 0", "Zoé & Noé 1").strip()
    of_the_body = {"Content-Type", "Content-Transfer-Encoding"}
    assert set(plain.keys()) - of_the_body == set(both.keys()) - of_the_body
    for name in ("Subject", "From", "Reply-To", "List-Id", "List-Unsubscribe-Post", "Precedence"):
        assert plain[name] == both[name]
    assert tokens["lectrice1@example.org"] in plain["List-Unsubscribe"]


def test_it_goes_over_the_wire_beside_the_others(sink, work):
    mailing = a_mailing_to(4)
    choose_text(1, 2)
    work()
    assert mailing.counts()["sent"] == 4
    kinds = {mail.recipient: message_from_bytes(mail.content).get_content_type() for mail in sink.received}
    assert {address for address, kind in kinds.items() if kind == "text/plain"} == {
        "lectrice1@example.org",
        "lectrice2@example.org",
    }


def test_a_mailing_of_before_goes_out_as_it_was_frozen():
    mailing = a_mailing_to(1)
    choose_text(0)
    Mailing.objects.update(text_only=b"", text_only_8bit=b"")
    (letter,) = letters_of(Mailing.objects.get(pk=mailing.pk)).values()
    assert letter.mail.quoted.for_recipient(letter.recipient) == Frozen(bytes(mailing.message)).for_recipient(
        letter.recipient
    )


def test_a_provider_gets_them_in_calls_of_their_own(any_esp):
    mailing = a_mailing_to(4)
    choose_text(2, 3)
    html, _html, text, _text = letters_of(mailing).values()
    assert kept_transport().fits([html, text]) == 1
    assert send(mailing)["sent"] == 4
    without_html = {mail.recipient for mail in any_esp.mailed if not mail.html}
    assert without_html == {"lectrice2@example.org", "lectrice3@example.org"}
    assert all("Bonjour Zoé & Noé" in mail.text for mail in any_esp.mailed)


def test_where_a_provider_takes_many_those_of_one_form_are_side_by_side(through):
    with an_esp(Mailgun) as esp:
        through(esp)
        a_mailing_to(6)
        choose_text(1, 3)
        again = publish(IssueFactory(subject="Un autre objet"))
        assert send(again)["sent"] == 6
    assert len(esp.calls) == 2
