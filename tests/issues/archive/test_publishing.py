"""From the newsroom to the archive, through the real transitions."""

import pytest

from issues import workflow
from tests.factories import IssueFactory, SectionFactory, an_author, an_editor

pytestmark = pytest.mark.django_db


def test_what_the_editor_publishes_is_there_for_everybody(client):
    author, editor = an_author(), an_editor()
    issue = IssueFactory(title="Un vrai numéro", introduction="Bonjour.")
    section = SectionFactory(issue=issue, body="Le **corps** du texte.", authors=[author.author])
    section.tags.add("énergie")
    pages = (
        "/",
        issue.get_absolute_url(),
        author.author.get_absolute_url(),
        "/themes/energie/",
        "/flux.atom",
    )

    workflow.submit(section, by=author)
    workflow.approve_section(section, by=editor)
    workflow.send_to_review(issue, by=editor)
    issue.refresh_from_db()
    workflow.approve(issue, by=editor)
    assert not any(section.title in client.get(page).content.decode() for page in pages)

    workflow.publish(issue, by=editor)
    assert all(section.title in client.get(page).content.decode() for page in pages)
