"""Reading an issue before it is out, without an account."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from issues import workflow
from issues.models import Issue, PreviewLink
from issues.proofs import links
from tests.factories import IssueFactory, SectionFactory, an_author, an_editor
from tests.mailings.conftest import publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]


@pytest.fixture
def issue():
    issue = IssueFactory(title="Pas encore paru")
    SectionFactory(issue=issue, title="Une section en cours", body="Des mots du jour.")
    return issue


def a_link(issue: Issue) -> str:
    return links.address_of(links.make(issue, by=an_editor()))


def test_whoever_has_the_link_reads_the_issue_as_it_is_now(client, issue):
    address = a_link(issue)
    assert "Des mots du jour." in client.get(address).content.decode()
    section = issue.sections.get()
    section.body = "Des mots du lendemain."
    section.save()
    assert "Des mots du lendemain." in client.get(address).content.decode()


def test_the_page_is_in_no_index_and_no_cache_and_has_nothing_to_share(client, issue):
    response = client.get(a_link(issue))
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "no-store" in response.headers["Cache-Control"]
    page = response.content.decode()
    assert 'name="robots" content="noindex' in page
    assert 'rel="canonical"' not in page
    assert "og:title" not in page
    assert 'class="share"' not in page


def test_it_is_over_after_seven_days(client, issue):
    address = a_link(issue)
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        assert client.get(address).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        response = client.get(address)
    assert response.status_code == 410
    assert "Pas encore paru" not in response.content.decode()


def test_it_is_over_once_a_newer_one_is_made_or_it_is_taken_back(client, issue):
    first = a_link(issue)
    second = a_link(issue)
    assert [client.get(address).status_code for address in (first, second)] == [410, 200]
    links.take_back(issue, by=an_editor())
    assert client.get(second).status_code == 410


def test_once_the_issue_is_out_every_link_leads_to_its_page(client):
    issue = IssueFactory()
    first, second = a_link(issue), a_link(issue)
    publish(issue)
    for address in (first, second):
        assert client.get(address).headers["Location"] == issue.get_absolute_url()
    workflow.withdraw_issue(issue, by=an_editor(), comment="Contesté.")
    assert client.get(second).status_code == 410


def test_a_link_is_for_one_issue_alone(client, issue):
    other = IssueFactory()
    SectionFactory(issue=other, body="Rien pour vous.")
    key = links.make(issue, by=an_editor()).key
    forged = links.address_of(PreviewLink(issue=other, key=key))
    assert client.get(forged).status_code == 410


@given(place=st.integers(min_value=0, max_value=300), letter=st.sampled_from("aZ0:-_é/%"))
@settings(max_examples=60, deadline=None)
def test_a_link_with_another_letter_is_none(place, letter):
    token = links.address_of(PreviewLink(issue_id=7)).split("/")[2]
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises(links.Unknown):
            links.issue_of(changed)


def test_only_an_editor_makes_one_and_only_before_the_issue_is_out(issue):
    with pytest.raises(workflow.NotAllowed):
        links.make(issue, by=an_author())
    with pytest.raises(workflow.NotAllowed):
        links.take_back(issue, by=an_author())
    with pytest.raises(workflow.NotNow):
        links.take_back(issue, by=an_editor())
    out = IssueFactory()
    publish(out)
    with pytest.raises(workflow.NotNow):
        links.make(out, by=an_editor())


def test_the_desk_makes_shows_and_takes_back(client, issue):
    client.force_login(an_editor())
    page = f"/admin/issues/issue/{issue.pk}/change/"
    client.post(f"/redaction/numeros/{issue.pk}/relecture/")
    address = links.address_of(PreviewLink.objects.get())
    assert f"https://veille.example{address}" in client.get(page).content.decode()
    client.post(f"/redaction/numeros/{issue.pk}/relecture/reprendre/")
    assert not PreviewLink.objects.exists()
    assert "relecture" in client.get(page).content.decode()


def test_a_get_makes_none(client, issue):
    client.force_login(an_editor())
    assert client.get(f"/redaction/numeros/{issue.pk}/relecture/").status_code == 405
    assert not PreviewLink.objects.exists()
