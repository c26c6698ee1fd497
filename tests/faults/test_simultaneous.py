"""Several people at the same button at the same moment: one of them moves it, the others are told."""

import threading
from functools import partial

import pytest
from django.db import connection, transaction

from issues import workflow
from issues.models import Issue, Review, Section
from issues.workflow import NotAllowed, NotNow, WorkflowError
from mailings.models import Mailing
from tests.factories import AuthorFactory, IssueFactory, SectionFactory, an_author, an_editor
from tests.faults.crowd import subscribe
from tests.faults.scale import size
from tests.mailings.conftest import approve

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 25
ROUNDS = size(4, 100)


def at_the_same_moment(*actions):
    """Run actions side by side, each on a connection of its own. Gives what each raised, or None."""
    outcomes = [None] * len(actions)
    start = threading.Barrier(len(actions))

    def run(number, action):
        try:
            connection.ensure_connection()
            start.wait()
            action()
        except WorkflowError as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def again(thing):
    """The row as another request reads it."""
    return type(thing)._base_manager.get(pk=thing.pk)


def assert_one_did_it_and_the_others_were_told(outcomes):
    told = [outcome for outcome in outcomes if outcome]
    assert len(told) == len(outcomes) - 1
    assert all(isinstance(outcome, NotNow) and str(outcome) for outcome in told)


def test_however_many_press_send_there_is_one_mailing():
    subscribe(20)
    for number in range(1, ROUNDS + 1):
        issue = IssueFactory()
        editor = approve(issue)
        outcomes = at_the_same_moment(
            *(partial(workflow.publish, again(issue), by=editor) for _person in range(PEOPLE))
        )
        assert_one_did_it_and_the_others_were_told(outcomes)
        assert Mailing.objects.count() == number
        assert Mailing.objects.get(issue=issue).deliveries.count() == 20


def a_submitted_section(author):
    section = SectionFactory(issue=IssueFactory(), authors=[author.author])
    workflow.submit(section, by=author)
    return section


def test_of_two_approvals_one_counts():
    author, editors = an_author(), [an_editor(), an_editor()]
    for _round in range(ROUNDS):
        section = a_submitted_section(author)
        outcomes = at_the_same_moment(
            *(partial(workflow.approve_section, again(section), by=editor) for editor in editors)
        )
        assert_one_did_it_and_the_others_were_told(outcomes)
        assert Review.objects.filter(section=section, to_state=Section.State.APPROVED).count() == 1


def test_an_edit_in_the_moment_of_approval_is_never_approved_unseen():
    for number in range(ROUNDS):
        issue = IssueFactory()
        editor = approve(issue)
        workflow.reopen(issue, by=editor)
        section = issue.sections.get()

        def edit(section=section, number=number, editor=editor):
            with transaction.atomic():
                changed = Section.objects.select_for_update().get(pk=section.pk)
                changed.body = f"Tout autre chose {number}."
                changed.save()
                workflow.section_changed(changed, by=editor)

        at_the_same_moment(edit, partial(workflow.approve, again(issue), by=editor))
        assert (again(issue).state, again(section).state) == (Issue.State.IN_REVIEW, Section.State.SUBMITTED)


def test_nobody_approves_their_own_text_not_even_beside_another():
    writer, other = an_editor(), an_editor()
    author = AuthorFactory(user=writer)
    for _round in range(ROUNDS):
        section = SectionFactory(issue=IssueFactory(), authors=[author])
        workflow.submit(section, by=writer)
        own, others = at_the_same_moment(
            partial(workflow.approve_section, again(section), by=writer),
            partial(workflow.approve_section, again(section), by=other),
        )
        assert isinstance(own, NotAllowed | NotNow)
        assert others is None
        approval = Review.objects.get(section=section, to_state=Section.State.APPROVED)
        assert approval.actor == other
