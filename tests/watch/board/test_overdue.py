"""Silence past the due date frees a subject, and those it concerns are told: once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.utils import timezone

from tests.factories import AuthorFactory, SectionFactory, UserFactory, a_published_issue
from watch.board import overdue, subjects, taking, telling
from watch.board.tasks import free_overdue, tell_of_subjects
from watch.models import Subject, SubjectNotice

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(subject, camille):
    """A subject that Camille took, and whose day is over."""
    return overdrawn(subject, camille)


def overdrawn(subject, by):
    taking.take(subject, by=by)
    Subject.objects.filter(pk=subject.pk).update(due=timezone.now() - timedelta(minutes=1))
    subject.refresh_from_db()
    return subject


def mails():
    return sorted(to for message in mail.outbox for to in message.to)


def test_it_is_free_and_its_author_and_the_editors_are_told(late, camille, idris, editor, kinds):
    free_overdue()
    late.refresh_from_db()
    assert (late.state, late.owner, late.due) == ("free", None, None)
    assert kinds(late) == ["created", "taken", "freed"]
    assert late.events.first().author == camille.author
    tell_of_subjects()
    assert mails() == sorted([camille.email, editor.email])
    (hers,) = [message for message in mail.outbox if message.to == [camille.email]]
    assert late.title in hers.body
    assert "Vous pouvez le reprendre" in hers.body
    assert f"/veille/sujets/?numero=13#subject-{late.pk}" in hers.body
    (theirs,) = [message for message in mail.outbox if message.to == [editor.email]]
    assert camille.author.name in theirs.body
    assert camille.author.name in theirs.alternatives[0].content


def test_a_second_run_frees_and_tells_nothing(late):
    assert overdue.free_overdue(timezone.now()) == 1
    assert telling.send_waiting() == 2
    assert overdue.free_overdue(timezone.now()) == 0
    assert telling.send_waiting() == 0
    assert SubjectNotice.objects.count() == 2


def test_what_is_proposed_and_not_answered_is_freed_too(subject, camille, editor):
    taking.propose(subject, camille.author, by=editor)
    assert overdue.free_overdue(subject.due + timedelta(seconds=1)) == 1


def test_what_is_not_due_or_free_or_written_or_out_stays(issue, camille, editor):
    _libre, written, out, later = (
        subjects.create(issue, title, by=camille) for title in ("Libre", "Écrit", "Sorti", "Plus tard")
    )
    for subject in (written, out, later):
        taking.take(subject, by=camille)
    over = timezone.now() - timedelta(days=1)
    Subject.objects.exclude(pk=later.pk).update(due=over)
    Subject.objects.filter(pk=written.pk).update(section=SectionFactory(issue=issue))
    Subject.objects.filter(pk=out.pk).update(issue=a_published_issue())
    assert overdue.free_overdue(timezone.now()) == 0
    assert not SubjectNotice.objects.exists()


def test_a_guest_is_not_told(subject, editor):
    taking.propose(subject, AuthorFactory(), by=editor)
    overdue.free_overdue(subject.due + timedelta(seconds=1))
    assert telling.send_waiting() == 1
    assert mails() == [editor.email]


# --- Whoever dies in between ---


class Killed(BaseException):
    """What ends a worker ends it anywhere."""


@pytest.fixture
def killed(monkeypatch):
    def by(place, name):
        def die(*args, **kwargs):
            raise Killed

        monkeypatch.setattr(place, name, die)

    return by


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_while_it_frees_leaves_all_as_it_was(late, camille, kinds, killed, monkeypatch):
    killed(overdue, "note")
    with pytest.raises(Killed):
        overdue.free_overdue(timezone.now())
    late.refresh_from_db()
    assert (late.state, late.owner) == ("taken", camille.author)
    monkeypatch.undo()
    assert overdue.free_overdue(timezone.now()) == 1
    assert kinds(late) == ["created", "taken", "freed"]


@pytest.mark.django_db(transaction=True)
def test_one_that_dies_after_it_freed_leaves_the_mails_to_the_next(late, issue, camille, editor, monkeypatch):
    other = overdrawn(subjects.create(issue, "Un autre", by=editor), camille)
    free, done = overdue._free, []

    def free_one_and_die(*args):
        if done:
            raise Killed
        done.append(args)
        return free(*args)

    monkeypatch.setattr(overdue, "_free", free_one_and_die)
    with pytest.raises(Killed):
        overdue.free_overdue(timezone.now())
    monkeypatch.undo()
    assert overdue.free_overdue(timezone.now()) == 1
    assert telling.send_waiting() == 2
    assert mails() == sorted([camille.email, editor.email])
    assert all(late.title in message.body and other.title in message.body for message in mail.outbox)


def test_one_that_dies_after_the_hand_over_has_told_it_once(late, monkeypatch, settings):
    overdue.free_overdue(timezone.now())
    send = locmem.EmailBackend.send_messages

    def send_and_die(self, messages):
        send(self, messages)
        raise Killed

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", send_and_die)
    for _writer in range(2):
        with pytest.raises(Killed):
            telling.send_waiting()
    monkeypatch.undo()
    # Long after, nobody holds anybody any more.
    type(UserFactory()).objects.update(mailing_until=None)
    assert telling.send_waiting() == 0
    assert len(mails()) == 2


def test_a_server_that_says_not_now_is_asked_again(late, monkeypatch):
    overdue.free_overdue(timezone.now())

    def refuse(self, messages):
        raise OSError("busy")

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", refuse)
    assert telling.send_waiting() == 0
    monkeypatch.undo()
    type(UserFactory()).objects.update(mailing_until=None)
    assert telling.send_waiting() == 2


# --- What is told, and what no more ---


def test_a_proposal_is_told_to_its_author_unless_it_was_answered(subject, issue, camille, editor):
    other = subjects.create(issue, "Une autre affaire", by=editor)
    for proposed in (subject, other):
        taking.propose(proposed, camille.author, by=editor)
    taking.take(other, by=camille)
    assert telling.send_waiting() == 1
    (message,) = mail.outbox
    assert message.to == [camille.email]
    assert subject.title in message.body
    assert other.title not in message.body


def test_nobody_is_written_to_of_what_she_answered_already(subject, camille, editor):
    taking.propose(subject, camille.author, by=editor)
    taking.take(subject, by=camille)
    assert telling.send_waiting() == 0
    assert not SubjectNotice.objects.filter(mailed_at=None).exists()


def test_who_wants_no_mails_gets_none_and_old_news_is_none(late, camille, editor):
    overdue.free_overdue(timezone.now())
    type(camille).objects.filter(pk=camille.pk).update(mailed_news=False)
    SubjectNotice.objects.filter(recipient=editor).update(created_at=timezone.now() - telling.TOO_LATE)
    assert telling.send_waiting() == 0
