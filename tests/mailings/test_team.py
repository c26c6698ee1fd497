"""A test send to the whole team."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from authors.roles import AUTHORS, EDITORS
from mailings import control
from tests.factories import IssueFactory, UserFactory, an_author, an_editor

pytestmark = pytest.mark.django_db


def address(issue):
    return reverse("mailings:send-test-team", args=[issue.pk])


@pytest.fixture
def sent(monkeypatch):
    sent = []
    monkeypatch.setattr(control, "send_test", lambda content, *, to: sent.append(to))
    return sent


def test_the_team_is_who_is_active_holds_a_role_and_has_an_address(client, sent):
    editor = an_editor()
    editor.groups.add(Group.objects.get(name=AUTHORS))
    author = an_author()
    UserFactory(role=EDITORS, is_active=False)
    UserFactory(role=AUTHORS, email="")
    UserFactory(is_staff=True)
    client.force_login(editor)
    page = client.get(address(IssueFactory()))
    assert set(page.context["team"]) == {editor, author}
    assert len(page.context["team"]) == 2
    assert sent == []
    client.post(address(IssueFactory()))
    assert sorted(sent) == sorted([editor.email, author.email])


def test_each_refused_address_is_told_and_the_others_get_it(client, monkeypatch):
    refused, fine = an_author(), an_editor()

    def send(content, *, to):
        if to == refused.email:
            raise control.ControlError("550 inconnue")

    monkeypatch.setattr(control, "send_test", send)
    client.force_login(fine)
    response = client.post(address(IssueFactory()), follow=True)
    told = [str(message) for message in response.context["messages"]]
    assert f"{refused.email}: 550 inconnue" in told
    assert len(told) == 2


def test_a_team_too_large_gets_nothing(client, sent, monkeypatch):
    monkeypatch.setattr(control, "MAX_TEAM", 1)
    an_author()
    client.force_login(an_editor())
    issue = IssueFactory()
    assert client.get(address(issue)).status_code == 200
    client.post(address(issue))
    assert sent == []


def test_an_author_sends_no_test_to_the_team(client, sent):
    issue = IssueFactory()
    assert client.post(address(issue)).status_code == 302
    client.force_login(an_author())
    assert client.get(address(issue)).status_code == 403
    assert client.post(address(issue)).status_code == 403
    assert sent == []
