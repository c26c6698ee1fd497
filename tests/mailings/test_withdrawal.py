"""The mailing of an issue that is taken off the site while it goes out."""

import pytest
from django.urls import reverse

from issues import workflow
from mailings import control
from mailings.models import Mailing
from subscribers.models import Subscriber
from tests.factories import an_editor
from tests.mailings.conftest import a_mailing_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]


@pytest.fixture
def withdrawn():
    mailing = a_mailing_to(3)
    workflow.withdraw_issue(mailing.issue, by=an_editor(), comment="Une source est contestée.")
    mailing.refresh_from_db()
    return mailing


def test_it_stands_still_and_says_why(withdrawn, sink, work):
    assert withdrawn.state == Mailing.State.PAUSED
    assert "retiré" in withdrawn.reason or "withdrawn" in withdrawn.reason
    work()
    assert sink.received == []


def test_it_goes_on_by_a_person_and_only_once_the_issue_is_back(withdrawn, sink, work):
    editor = an_editor()
    with pytest.raises(control.ControlError):
        control.resume(withdrawn, by=editor)
    workflow.bring_back(withdrawn.issue, by=editor)
    withdrawn.refresh_from_db()
    assert withdrawn.state == Mailing.State.PAUSED
    control.resume(withdrawn, by=editor)
    work()
    assert len(sink.received) == 3


def test_nobody_gets_it_again(withdrawn):
    with pytest.raises(control.ControlError, match=r"withdrawn|retiré"):
        control.retry(withdrawn, by=an_editor())


def test_the_page_of_links_of_those_who_got_it_says_that_it_is_gone(client, withdrawn):
    reader = Subscriber.objects.first()
    link = reverse("links:issue", args=[reader.token, withdrawn.issue.number])
    assert client.get(link).status_code == 410
    wrong = reverse("links:issue", args=["x" * len(reader.token), withdrawn.issue.number])
    assert client.get(wrong).status_code == 404
