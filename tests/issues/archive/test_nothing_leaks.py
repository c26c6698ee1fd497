"""What is not out can't be reached by guessing: every address of the archive, with every right number."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from issues.archive import urls
from issues.models import Issue, Section
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    RubricFactory,
    SectionFactory,
    SourceFactory,
    an_editor,
)

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"
# Those that the house is in before readers see it, and a section that stands in no issue.
STATES = ["draft", "in_review", "approved", "scheduled", ""]


def a_secret(state: str) -> Section:
    issue = None
    if state:
        timed = {"scheduled_for": timezone.now() + timedelta(days=1), "scheduled_by": an_editor()}
        issue = IssueFactory(
            number=60_200,
            title=SECRET,
            introduction=SECRET,
            state=state,
            approved_digest="0" * 64,
            **(timed if state == Issue.State.SCHEDULED else {}),
        )
    author = AuthorFactory(name=f"{SECRET} Autrice", bio=SECRET)
    rubric = RubricFactory(name=SECRET)
    section = SectionFactory(issue=issue, title=SECRET, body=SECRET, authors=[author], rubric=rubric)
    SourceFactory(section=section, title=SECRET, url="https://source.example/zanzibar")
    section.tags.add(SECRET)
    return section


def guesses(section: Section) -> dict[str, list[object]]:
    """The arguments that would be right for what nobody may see."""
    number = section.issue.number if section.issue else 60_200
    return {
        "issue": [number],
        "section": [number, f"zanzibar-{section.pk}"],
        "share_picture": [number],
        "source": [section.sources.get().pk],
        "year": [timezone.localdate().year],
        "rubric": [section.rubric.slug],
        "rubric_feed": [section.rubric.slug],
        "rubric_json_feed": [section.rubric.slug],
        "author": [section.byline()[0].slug],
        "author_feed": [section.byline()[0].slug],
        "author_json_feed": [section.byline()[0].slug],
        "tag": ["zanzibar"],
        "tag_feed": ["zanzibar"],
        "tag_json_feed": ["zanzibar"],
        "proof": ["WzEsImFiYyJd:zanzibar"],
    }


@pytest.mark.parametrize("state", STATES)
def test_no_address_of_the_archive_tells_of_what_is_not_out(client, state, subtests):
    section = a_secret(state)
    arguments = guesses(section)
    for pattern in urls.urlpatterns:
        with subtests.test(pattern.name):
            name = f"archive:{pattern.name}"
            if pattern.name == "sitemap_of":
                for part in urls.SITEMAPS["sitemaps"]:
                    assert SECRET.lower() not in page(client, reverse(name, args=[part]))
            elif pattern.name == "search":
                for asked in ("q=zanzibar", "theme=zanzibar", f"auteur={section.byline()[0].slug}"):
                    found = page(client, f"{reverse(name)}?{asked}")
                    assert f"-{section.pk}/" not in found
                    assert "<mark>" not in found
            elif pattern.name in arguments:
                response = client.get(reverse(name, args=arguments[pattern.name]))
                assert response.status_code == 404
                assert SECRET not in response.content.decode()
            else:
                assert SECRET.lower() not in page(client, reverse(name))


def test_every_address_that_asks_for_something_is_guessed_at():
    asking = {pattern.name for pattern in urls.urlpatterns if pattern.pattern.converters}
    assert asking - {"sitemap_of"} == set(guesses(a_secret("draft")))


def page(client, address: str) -> str:
    response = client.get(address)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode().lower()
