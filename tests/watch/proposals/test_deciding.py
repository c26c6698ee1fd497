"""What editors make of proposals, and what is forgotten of who made them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from issues.workflow import NotAllowed, NotNow
from tests.factories import IssueFactory, RubricFactory, an_author, an_editor
from watch.models import Proposal, Subject
from watch.proposals import deciding
from watch.proposals.tasks import forget_proposers

pytestmark = pytest.mark.django_db
LINK = "https://exemple.example/sobriete"


@pytest.fixture
def proposal():
    return Proposal.objects.create(
        title="La sobriété",
        links=f"{LINK}\nhttps://exemple.example/#{'é' * 400}",
        reason="On en parle peu.",
        interest="J’y travaille.",
        name="Zoé",
        email="zoe@example.org",
        rubric=RubricFactory(),
    )


def test_what_is_accepted_is_a_free_subject_without_the_person(proposal):
    editor, issue = an_editor(), IssueFactory()
    subject = deciding.accept(proposal, by=editor, issue=issue)
    assert (subject.title, subject.rubric, subject.issue) == ("La sobriété", proposal.rubric, issue)
    assert subject.state == Subject.State.FREE
    assert LINK in [link.url for link in subject.links.all()]
    assert "On en parle peu." in subject.note
    assert "J’y travaille." in subject.note
    assert "Zoé" not in subject.note
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by, proposal.subject) == ("accepted", editor, subject)


def test_it_is_decided_once(proposal):
    deciding.decline(Proposal.objects.get(), by=an_editor())
    for decide in (deciding.accept, deciding.decline):
        with pytest.raises(NotNow):
            decide(proposal, by=an_editor())
    assert not Subject.objects.exists()


def test_authors_decide_nothing_and_see_nothing(client, proposal):
    author = an_author()
    with pytest.raises(NotAllowed):
        deciding.accept(proposal, by=author)
    client.force_login(author)
    assert client.get(reverse("watch:proposals")).status_code == 403
    assert (
        client.post(reverse("watch:proposal-decide", args=[proposal.pk]), {"action": "decline"}).status_code
        == 403
    )
    assert reverse("watch:proposals") not in client.get(reverse("admin:index")).content.decode()


def test_an_editor_reads_and_decides_on_the_page(client, proposal):
    client.force_login(an_editor())
    issue = IssueFactory()
    html = client.get(reverse("watch:proposals")).content.decode()
    assert "mailto:zoe@example.org" in html
    assert LINK in html
    url = reverse("watch:proposal-decide", args=[proposal.pk])
    assert "n’est pas possible" in client.post(url, {"action": "x"}, follow=True).content.decode()
    client.post(url, {"action": "accept", "issue": issue.pk})
    assert Subject.objects.get().issue == issue
    again = client.post(url, {"action": "decline"}, follow=True).content.decode()
    assert "déjà" in again


def test_the_page_costs_as_much_for_ten_as_for_one(client, proposal, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(an_editor())
    client.get(reverse("watch:proposals"))
    with CaptureQueriesContext(connection) as before:
        client.get(reverse("watch:proposals"))
    for n in range(10):
        Proposal.objects.create(title=f"Une idée {n}", links=LINK, rubric=RubricFactory())
    with django_assert_num_queries(len(before)):
        client.get(reverse("watch:proposals"))


def test_name_and_address_are_forgotten_in_time_and_nothing_else():
    now = timezone.now()
    made = [
        Proposal.objects.create(
            title=title, links=LINK, name="Zoé", email="zoe@example.org", state=state, decided_at=at
        )
        for title, state, at in (
            ("vieille", "declined", now - timedelta(days=91)),
            ("récente", "accepted", now - timedelta(days=89)),
            ("oubliée", "waiting", None),
            ("attend", "waiting", None),
        )
    ]
    Proposal.objects.filter(pk=made[2].pk).update(created_at=now - timedelta(days=366))
    forget_proposers()
    forget_proposers()
    known = Proposal.objects.exclude(name="", email="").values_list("title", flat=True)
    assert set(known) == {"récente", "attend"}
    assert Proposal.objects.filter(links=LINK).count() == 4
