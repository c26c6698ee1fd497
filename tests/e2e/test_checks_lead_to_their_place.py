"""From the list of checks to the line it is about, and back to an approval."""

import pytest
from playwright.sync_api import expect

from issues.models import Section
from tests.factories import AuthorFactory, IssueFactory, SectionFactory, an_editor

pytestmark = pytest.mark.django_db(transaction=True)

SELECTED = """(words) => {
    const field = document.activeElement;
    return field?.value?.substring(field.selectionStart, field.selectionEnd) === words && field.id;
}"""


def test_a_warning_is_looked_at_then_acknowledged_and_the_issue_approved(desk):
    issue = IssueFactory(state="in_review", preheader="", closing="## Un\n\n#### Trop bas")
    long = "Une ligne assez longue pour passer à la suivante dans un éditeur étroit.\n\n" * 40
    section = SectionFactory(
        issue=issue,
        state=Section.State.APPROVED,
        authors=[AuthorFactory()],
        body=f"{long}#### Trop bas\n\n{long}",
    )
    page = desk(an_editor())
    issue_page = f"/admin/issues/issue/{issue.pk}/change/"

    page.goto(issue_page)
    page.get_by_role("link", name=section.title).first.click()
    assert page.wait_for_function(SELECTED, arg="#### Trop bas").json_value() == "id_body"
    scrolled = page.evaluate("document.querySelector('#id_body').getBoundingClientRect().top")
    assert scrolled < -300

    page.goto(issue_page)
    page.get_by_role("link", name="les mots de la fin").click()
    assert page.wait_for_function(SELECTED, arg="#### Trop bas").json_value() == "id_closing"

    page.goto(issue_page)
    page.click("button[value=approve]")
    expect(page.locator(".desk-state-in_review")).to_be_visible()
    page.get_by_role("button", name="Confirmer les 3").click()
    expect(page.locator(".checks-acknowledged")).to_have_count(3)
    expect(page.locator(".checks-well")).to_be_visible()
    page.click("button[value=approve]")
    expect(page.locator(".desk-state-approved").first).to_be_visible()
