"""An issue that is taken off the site: its addresses say so, and nothing else speaks of it."""

import pytest
from django.urls import reverse

from issues import workflow
from issues.models import Issue
from issues.search.index import reindex
from tests.factories import AuthorFactory, SectionFactory, a_published_issue, an_author, an_editor

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"


@pytest.fixture
def issue():
    issue = a_published_issue(number=60_100, title=f"{SECRET} en numéro")
    section = SectionFactory(issue=issue, title=f"{SECRET} en titre", authors=[AuthorFactory()])
    section.tags.add("zanzibar")
    reindex()
    return issue


def withdraw(issue: Issue) -> None:
    workflow.withdraw_issue(issue, by=an_editor(), comment="Une source est contestée.")


def addresses_of(issue: Issue) -> list[str]:
    section = issue.sections.get()
    return [
        issue.get_absolute_url(),
        section.get_absolute_url(),
        reverse("archive:share_picture", args=[issue.number]),
    ]


def places_that_speak_of(issue: Issue) -> list[str]:
    author = issue.sections.get().byline()[0]
    return [
        reverse("archive:home"),
        reverse("archive:feed"),
        reverse("archive:json_feed"),
        f"{reverse('archive:search')}?q=zanzibar",
        reverse("archive:sitemap_of", args=["numeros"]),
        reverse("archive:sitemap_of", args=["sections"]),
        reverse("archive:author", args=[author.slug]),
        reverse("archive:author_feed", args=[author.slug]),
        reverse("archive:tags"),
    ]


def test_its_addresses_say_that_it_is_gone_and_neither_what_it_was_nor_why(client, issue):
    withdraw(issue)
    for address in addresses_of(issue):
        response = client.get(address)
        assert response.status_code == 410
        page = response.content.decode()
        assert "60100" in page
        assert 'content="noindex"' in page
        assert SECRET not in page
        assert "contestée" not in page


def test_what_never_was_is_not_found_still(client, issue):
    withdraw(issue)
    assert client.get("/numeros/60101/").status_code == 404
    assert client.get("/numeros/60101/titre-1/").status_code == 404


def test_nothing_else_on_the_site_speaks_of_it(client, issue):
    places = places_that_speak_of(issue)
    words = (SECRET.lower(), "60100")

    def speaking() -> list[str]:
        pages = {place: client.get(place).content.decode().lower() for place in places}
        # The word that was looked for stands in the form.
        return [
            place
            for place, page in pages.items()
            if any(w in page.replace('value="zanzibar"', "").replace("« zanzibar »", "") for w in words)
        ]

    assert speaking() == places
    withdraw(issue)
    assert [place for place in speaking() if "recherche" not in place] == []
    found = client.get(f"{reverse('archive:search')}?q=zanzibar").content.decode()
    assert f"{SECRET} en titre" not in found


def test_a_browser_that_kept_the_page_learns_it(client, issue):
    kept = client.get(issue.get_absolute_url())
    withdraw(issue)
    again = client.get(issue.get_absolute_url(), headers={"if-none-match": kept.headers["ETag"]})
    assert again.status_code == 410


def test_put_back_it_is_as_it_was(client, issue):
    before = client.get(issue.get_absolute_url()).content
    published_at = issue.published_at
    withdraw(issue)
    reindex()
    workflow.bring_back(issue, by=an_editor())
    issue.refresh_from_db()
    assert (issue.published_at, issue.withdrawn_at) == (published_at, None)
    assert _without_token(client.get(issue.get_absolute_url()).content) == _without_token(before)
    found = client.get(f"{reverse('archive:search')}?q=zanzibar").content.decode()
    assert issue.sections.get().get_absolute_url() in found


def _without_token(page: bytes) -> bytes:
    return b"".join(line for line in page.splitlines() if b"csrfmiddlewaretoken" not in line)


def test_a_reason_is_asked_for_and_kept_in_the_thread(issue):
    with pytest.raises(workflow.NotNow, match=r"(?i)why|pourquoi"):
        workflow.withdraw_issue(issue, by=an_editor(), comment="  ")
    withdraw(issue)
    assert issue.reviews.latest("pk").comment == "Une source est contestée."


def test_only_who_may_publish_withdraws_and_puts_back(issue):
    author = an_author()
    with pytest.raises(workflow.NotAllowed):
        workflow.withdraw_issue(issue, by=author, comment="Non.")
    withdraw(issue)
    with pytest.raises(workflow.NotAllowed):
        workflow.bring_back(issue, by=author)


def test_what_is_withdrawn_stays_locked(issue):
    withdraw(issue)
    editor = an_editor()
    for step in (workflow.send_to_review, workflow.publish, workflow.reopen):
        with pytest.raises(workflow.NotNow):
            step(issue, by=editor)
    with pytest.raises(workflow.NotNow):
        workflow.withdraw_issue(issue, by=editor, comment="Deux fois.")
    assert issue not in Issue.objects.in_the_making()
