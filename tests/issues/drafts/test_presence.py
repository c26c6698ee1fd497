"""Two people in the same text are told so."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from issues import workflow
from issues.drafts import presence
from issues.models import Presence
from issues.tasks import forget_old_drafts
from tests.factories import IssueFactory, SectionFactory, UserFactory, an_author, an_editor

pytestmark = pytest.mark.django_db


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def beat(client, thing, **data):
    return client.post(reverse("issues:presence", args=[thing._meta.model_name, thing.pk]), data)


@pytest.fixture
def camille():
    user = an_author()
    user.first_name = "Camille"
    user.save()
    return user


@pytest.fixture
def section(camille):
    return SectionFactory(authors=[camille.author])


def test_each_is_told_of_the_other(camille, section):
    editor = as_(an_editor())
    assert beat(editor, section).json()["others"] == ""
    assert "est aussi dans cette section" in beat(as_(camille), section).json()["others"]
    assert beat(editor, section).json()["others"] == "Camille est aussi dans cette section."


def test_in_an_issue_too_and_two_are_in_the_plural():
    issue = IssueFactory()
    for name in ("Camille", "Ali"):
        editor = an_editor()
        editor.first_name = name
        editor.save()
        beat(as_(editor), issue)
    assert beat(as_(an_editor()), issue).json()["others"] == "Camille, Ali sont aussi dans ce numéro."


def test_who_left_is_gone_after_three_missed_beats(camille, section):
    editor = as_(an_editor())
    beat(as_(camille), section)
    with time_machine.travel(timezone.now() + presence.GONE_AFTER - timedelta(seconds=2), tick=False):
        assert "Camille" in beat(editor, section).json()["others"]
    with time_machine.travel(timezone.now() + presence.GONE_AFTER + timedelta(seconds=2), tick=False):
        assert beat(editor, section).json()["others"] == ""


def test_a_newer_version_is_told_while_typing(camille, section):
    section.version = 2
    section.save()
    assert beat(as_(camille), section, opened_version=2).json()["newer"] == ""
    assert "côte à côte" in beat(as_(camille), section, opened_version=1).json()["newer"]


def test_only_those_who_may_write_are_there(camille, section):
    assert beat(Client(), section).status_code == 302
    assert beat(as_(UserFactory(is_staff=True)), section).status_code == 404
    assert beat(as_(an_author()), section).status_code == 404
    assert beat(as_(camille), section.issue).status_code == 403
    workflow.submit(section, by=camille)
    assert beat(as_(camille), section).status_code == 403
    assert not Presence.objects.exists()


def test_yesterday_is_forgotten(camille, section):
    beat(as_(camille), section)
    forget_old_drafts()
    assert Presence.objects.count() == 1
    Presence.objects.update(seen_at=timezone.now() - timedelta(days=2))
    forget_old_drafts()
    assert not Presence.objects.exists()
