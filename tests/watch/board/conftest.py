"""An issue with a deadline, an editor, two authors, and a subject as anybody would bring it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import IssueFactory, an_author, an_editor
from watch.board import subjects


@pytest.fixture
def editor(db):
    return an_editor()


@pytest.fixture
def camille(db):
    return an_author()


@pytest.fixture
def idris(db):
    return an_author()


@pytest.fixture
def issue(db):
    return IssueFactory(number=13, deadline=timezone.now() + timedelta(days=9))


@pytest.fixture
def subject(issue, editor):
    return subjects.create(issue, "🧯 Rendre une sauvegarde", by=editor)


@pytest.fixture
def kinds():
    """What happened to a subject, the first thing first."""

    def of(subject):
        return [event.kind for event in reversed(subject.events.all())]

    return of
