"""The email as a mail program lays it out, with texts that strain its column."""

import pytest

from issues.rendering import render_issue, sample_values
from issues.rendering.slots import fill
from tests.factories import IssueFactory, SectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.look]

STRAINING = [
    "https://exemple.fr/" + "une-adresse-sans-fin" * 10,
    "`" + "du_code_sans_espace_" * 10 + "`",
    "Anticonstitutionnellement" * 10,
    "```\n" + "une ligne de code " * 20 + "\n```",
    "|" + " colonne |" * 12 + "\n|" + "---|" * 12 + "\n|" + " cellule |" * 12,
    "> " * 12 + "cité",
]


@pytest.fixture
def email():
    issue = IssueFactory(title="Interminablement" * 6)
    SectionFactory(issue=issue, title="Interminablement" * 6, body="\n\n".join(STRAINING))
    SectionFactory(issue=issue)
    return fill(render_issue(issue).email_html, sample_values())


@pytest.mark.parametrize("width", [375, 600, 1024])
def test_nothing_pushes_the_email_wider_than_the_screen(page, email, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(email)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_words_in_a_table_are_not_cut(page, email):
    page.set_viewport_size({"width": 375, "height": 900})
    page.set_content(email)
    cell = page.locator("td", has_text="cellule").last.bounding_box()
    assert cell["height"] < 2 * 20  # one line and its margins


@pytest.mark.parametrize(("scheme", "paper"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(31, 34, 42)")])
def test_the_paper_follows_the_light_of_the_reader(page, email, scheme, paper):
    page.emulate_media(color_scheme=scheme)
    page.set_content(email)
    sheet = page.locator(".sheet").first
    assert sheet.evaluate("sheet => getComputedStyle(sheet).backgroundColor") == paper
