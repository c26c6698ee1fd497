"""Who is told of what."""

import pytest

from authors.models import User
from issues import workflow
from issues.models import Notice
from tests.factories import AuthorFactory, IssueFactory, SectionFactory, UserFactory, an_author, an_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def co_author():
    return an_author()


@pytest.fixture
def editor():
    return an_editor()


@pytest.fixture
def section(author, co_author):
    guest = AuthorFactory()
    an_author()  # who has nothing to do with it
    return SectionFactory(authors=[author.author, co_author.author, guest])


@pytest.fixture
def told():
    """Those told since this was asked last."""

    def told():
        people = set(User.objects.filter(notices__isnull=False))
        Notice.objects.all().delete()
        return people

    return told


def test_what_is_handed_in_reaches_co_authors_and_editors(section, author, co_author, editor, told):
    workflow.submit(section, by=author)
    assert told() == {co_author, editor}


def test_what_an_author_says_reaches_the_editors(section, author, co_author, editor, told):
    workflow.comment(section, by=author, text="Prête ce soir")
    assert told() == {co_author, editor}


def test_what_an_editor_does_reaches_who_signs_and_who_spoke_but_not_every_editor(
    section, author, co_author, editor, told
):
    silent, speaker = an_editor(), an_editor()
    workflow.submit(section, by=author)
    workflow.comment(section, by=speaker, text="Je relis demain")
    told()
    workflow.request_changes(section, by=editor, comment="Un exemple ?")
    assert told() == {author, co_author, speaker}
    assert silent not in told()


def test_who_signs_no_more_is_not_told(section, author, co_author, editor, told):
    workflow.comment(section, by=co_author, text="Je passe la main")
    section.bylines.filter(author=co_author.author).delete()
    told()
    workflow.comment(section, by=editor, text="Merci")
    assert told() == {author}


def test_closed_accounts_are_not_told(section, author, co_author, told):
    UserFactory(is_superuser=True, is_active=False, is_staff=True)
    gone = an_editor()
    User.objects.filter(pk__in=[co_author.pk, gone.pk]).update(is_active=False)
    workflow.submit(section, by=author)
    assert told() == set()


def test_an_issue_on_its_way_is_the_editors_news_and_at_its_turns_the_authors_too(
    section, author, co_author, editor, told
):
    issue, other = section.issue, an_editor()
    section.state = "approved"
    section.save()
    SectionFactory(authors=[an_author().author])
    workflow.send_to_review(issue, by=editor)
    workflow.comment(issue, by=editor, text="Entre nous")
    assert told() == {other}
    issue.state, issue.approved_digest = "approved", "0" * 64
    issue.save()
    workflow.reopen(issue, by=editor, comment="Une coquille")
    assert told() == {author, co_author, other}


def test_each_is_told_once_though_for_several_reasons(author):
    editor = an_editor()
    both = an_editor()
    section = SectionFactory(authors=[AuthorFactory(user=both), author.author])
    SectionFactory(issue=section.issue, authors=[both.author])
    workflow.comment(section, by=author, text="Une")
    workflow.comment(section, by=both, text="Deux")
    workflow.comment(section, by=author, text="Trois")
    assert Notice.objects.filter(recipient=both).count() == 2
    assert Notice.objects.filter(recipient=editor).count() == 2


def test_what_is_rolled_back_was_told_to_nobody(author, editor):
    section = SectionFactory(authors=[author.author], body="")
    with pytest.raises(workflow.NotNow):
        workflow.submit(section, by=author)
    assert not Notice.objects.exists()


def test_what_happens_by_itself_is_told_to_all_editors(editor):
    issue = IssueFactory()
    workflow._record(issue, None, from_state="scheduled", to_state="in_review")
    assert set(Notice.objects.values_list("recipient", flat=True)) == {editor.pk}
