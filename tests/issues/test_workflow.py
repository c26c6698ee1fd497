"""The way of a text: who may move what to where, and what each move leaves behind."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from authors.roles import AUTHORS
from issues import workflow
from issues.models import Issue, Review, Section
from issues.signals import issue_published
from issues.workflow import NotAllowed, NotNow
from tests.factories import AuthorFactory, IssueFactory, SectionFactory, UserFactory, an_author, an_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def editor():
    return an_editor()


@pytest.fixture
def section(author):
    return SectionFactory(authors=[author.author])


@pytest.fixture
def approved_issue(section, author, editor):
    workflow.submit(section, by=author)
    workflow.approve_section(section, by=editor)
    workflow.send_to_review(section.issue, by=editor)
    workflow.approve(section.issue, by=editor)
    return section.issue


@pytest.fixture
def announced():
    """What the house hears when an issue is out."""
    heard = []

    def listen(sender, **announcement):
        heard.append(announcement)

    issue_published.connect(listen)
    yield heard
    issue_published.disconnect(listen)


# --- Sections ---


def test_an_author_submits_her_section_and_the_thread_says_so(section, author):
    workflow.submit(section, by=author)
    review = section.reviews.get()
    assert (section.state, review.actor, review.from_state, review.to_state) == (
        "submitted",
        author,
        "draft",
        "submitted",
    )
    assert section.submitted_at


def test_nobody_submits_what_others_sign(section):
    with pytest.raises(NotAllowed):
        workflow.submit(section, by=an_author())


def test_a_guest_account_without_a_role_moves_nothing(section):
    with pytest.raises(NotAllowed):
        workflow.submit(section, by=UserFactory())


def test_somebody_who_left_moves_nothing(section, author):
    author.is_active = False
    author.save()
    with pytest.raises(NotAllowed):
        workflow.submit(section, by=author)


def test_an_empty_section_is_not_submitted(author):
    with pytest.raises(NotNow):
        workflow.submit(SectionFactory(authors=[author.author], body="  \n"), by=author)


def test_a_section_is_not_submitted_twice(section, author):
    workflow.submit(section, by=author)
    with pytest.raises(NotNow):
        workflow.submit(Section.objects.get(pk=section.pk), by=author)
    assert section.reviews.count() == 1


def test_an_author_withdraws_what_she_submitted(section, author):
    workflow.submit(section, by=author)
    workflow.withdraw(section, by=author)
    assert section.state == "draft"


def test_an_editor_asks_for_changes_with_a_reason(section, author, editor):
    workflow.submit(section, by=author)
    workflow.request_changes(section, by=editor, comment="Plus court !")
    assert section.state == "changes_requested"
    assert section.reviews.latest("pk").comment == "Plus court !"


def test_changes_are_not_asked_for_without_a_reason(section, author, editor):
    workflow.submit(section, by=author)
    with pytest.raises(NotNow):
        workflow.request_changes(section, by=editor, comment="  ")


def test_an_author_approves_nothing(section, author):
    workflow.submit(section, by=author)
    with pytest.raises(NotAllowed):
        workflow.approve_section(section, by=author)


def test_an_editor_does_not_approve_what_she_signs(editor):
    section = SectionFactory(authors=[AuthorFactory(user=editor)])
    workflow.submit(section, by=editor)
    with pytest.raises(NotAllowed):
        workflow.approve_section(section, by=editor)


def test_a_small_team_may_do_without_four_eyes(editor, settings):
    settings.VEILLE_FOUR_EYES = False
    section = SectionFactory(authors=[AuthorFactory(user=editor)])
    workflow.submit(section, by=editor)
    workflow.approve_section(section, by=editor)
    assert section.state == "approved"


def test_a_draft_is_not_approved(section, editor):
    with pytest.raises(NotNow):
        workflow.approve_section(section, by=editor)


def test_a_stale_copy_cannot_be_approved_after_the_author_withdrew(section, author, editor):
    workflow.submit(section, by=author)
    seen_by_editor = Section.objects.get(pk=section.pk)
    workflow.withdraw(section, by=author)
    with pytest.raises(NotNow):
        workflow.approve_section(seen_by_editor, by=editor)


def test_a_deleted_section_is_told_and_not_moved(section, author):
    Section.objects.filter(pk=section.pk).delete()
    with pytest.raises(NotNow):
        workflow.submit(section, by=author)


def test_those_who_see_a_section_comment_on_it_and_others_do_not(section, author, editor):
    workflow.comment(section, by=author, text="Une question…")
    workflow.comment(section, by=editor, text="Une réponse.")
    with pytest.raises(NotAllowed):
        workflow.comment(section, by=an_author(), text="Coucou")
    assert section.reviews.count() == 2


# --- Issues ---


def test_an_issue_is_approved_only_when_nothing_blocks_it(section, editor):
    workflow.send_to_review(section.issue, by=editor)
    with pytest.raises(NotNow, match=section.title):
        workflow.approve(section.issue, by=editor)


@pytest.mark.parametrize("missing", ["subject", "sections"])
def test_an_issue_without_the_necessary_is_not_approved(missing, editor):
    issue = IssueFactory(subject="" if missing == "subject" else "Objet")
    workflow.send_to_review(issue, by=editor)
    with pytest.raises(NotNow):
        workflow.approve(issue, by=editor)


def test_an_author_moves_no_issue(approved_issue, author):
    for transition in (workflow.reopen, workflow.publish, workflow.unschedule, workflow.send_to_review):
        with pytest.raises(NotAllowed):
            transition(approved_issue, by=author)
    with pytest.raises(NotAllowed):
        workflow.schedule(approved_issue, by=author, at=timezone.now() + timedelta(days=1))


def test_publishing_freezes_the_rendering_and_tells_the_house(approved_issue, editor, announced):
    workflow.publish(approved_issue, by=editor)
    assert approved_issue.is_published
    assert approved_issue.rendition.digest == approved_issue.approved_digest
    assert [a["issue"] for a in announced] == [approved_issue]
    assert announced[0]["rendition"] == approved_issue.rendition


def test_an_issue_is_published_once(approved_issue, editor, announced):
    workflow.publish(approved_issue, by=editor)
    with pytest.raises(NotNow):
        workflow.publish(Issue.objects.get(pk=approved_issue.pk), by=editor)
    assert len(announced) == 1


def test_when_the_house_cannot_answer_nothing_is_published(approved_issue, editor):
    def fail(sender, **announcement):
        raise RuntimeError

    issue_published.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            workflow.publish(approved_issue, by=editor)
    finally:
        issue_published.disconnect(fail)
    fresh = Issue.objects.get(pk=approved_issue.pk)
    assert fresh.state == "approved"
    assert not hasattr(fresh, "rendition")


def test_what_changed_after_approval_is_not_published(approved_issue, section, editor, announced):
    Section.objects.filter(pk=section.pk).update(body="Autre chose.")
    with pytest.raises(NotNow):
        workflow.publish(approved_issue, by=editor)
    assert Issue.objects.get(pk=approved_issue.pk).state == "in_review"
    assert announced == []


def test_an_edit_after_approval_makes_both_approvals_fall(approved_issue, section, editor):
    Section.objects.filter(pk=section.pk).update(body="Autre chose.")
    workflow.section_changed(section, by=editor)
    assert section.state == "submitted"
    assert Issue.objects.get(pk=approved_issue.pk).state == "in_review"


def test_a_save_that_changes_nothing_for_readers_leaves_the_approval(approved_issue, editor):
    workflow.issue_changed(approved_issue, by=editor)
    assert approved_issue.state == "approved"


def test_a_scheduled_issue_goes_out_when_its_time_has_come(approved_issue, editor):
    workflow.schedule(approved_issue, by=editor, at=timezone.now() + timedelta(hours=1))
    assert workflow.publish_due() == []
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        assert workflow.publish_due() == [approved_issue]
        assert workflow.publish_due() == []
    last = Review.objects.filter(issue=approved_issue).last()
    assert (last.actor, last.to_state) == (editor, "published")


def test_nothing_is_scheduled_in_the_past(approved_issue, editor):
    with pytest.raises(NotNow):
        workflow.schedule(approved_issue, by=editor, at=timezone.now() - timedelta(minutes=1))


def test_a_schedule_is_taken_back(approved_issue, editor):
    workflow.schedule(approved_issue, by=editor, at=timezone.now() + timedelta(hours=1))
    workflow.unschedule(approved_issue, by=editor)
    assert (approved_issue.state, approved_issue.scheduled_for) == ("approved", None)


@pytest.mark.parametrize("reason", ["changed", "right lost"])
def test_a_scheduled_issue_that_cannot_go_out_comes_back_with_the_reason(
    reason, approved_issue, section, editor
):
    workflow.schedule(approved_issue, by=editor, at=timezone.now() + timedelta(hours=1))
    if reason == "changed":
        Section.objects.filter(pk=section.pk).update(title="Autre titre")
    else:
        editor.groups.set([])
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert workflow.publish_due() == []
    fresh = Issue.objects.get(pk=approved_issue.pk)
    assert fresh.state == "in_review"
    assert fresh.reviews.last().comment


def test_sections_of_a_published_issue_move_no_more(approved_issue, section, editor):
    workflow.publish(approved_issue, by=editor)
    with pytest.raises(NotNow):
        workflow.request_changes(section, by=editor, comment="Trop tard")


def test_the_roles_come_with_the_migrations(author, editor):
    assert author.has_perm("issues.add_section")
    assert not author.has_perm("issues.edit_issues")
    assert editor.has_perm("issues.publish_issue")
    assert author.groups.get().name == AUTHORS
